use trace_memory::trace_memory;

mod inner {
    #[derive(Default)]
    pub struct Secret {
        text: String,
    }
}

#[trace_memory]
pub fn look() -> String {
    let secret = inner::Secret::default();
    secret.text
}

fn main() {}
