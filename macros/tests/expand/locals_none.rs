/// Only the frame is added: the bodies are as they were written.
impl Store {
    #[trace_memory(locals = none)]
    fn keep(mut self, text: String, (first, _): (Vec<u8>, u8)) -> Result<Self, Error> {
        #![allow(clippy::shadow_unrelated, reason = "short names")]
        use std::io;
        const MOST: usize = 8;
        let text = text.trim().to_owned();
        let check = |part: &str| part.len() < MOST;
        if !check(&text) {
            return Err(io::Error::other(text).into());
        }
        self.texts.push(text);
        Ok(self)
    }

    #[trace_memory(locals = none)]
    async fn send(self, name: String, times: u32, (first, rest): (Vec<u8>, Vec<u8>)) -> usize {
        self.stream.write(&first).await;
        times as usize
    }
}
