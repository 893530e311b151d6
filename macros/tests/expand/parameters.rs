/// By-value parameters become locals of the frame; references stay where they are.
fn greet(name: String, times: u32, (first, _): (Vec<u8>, Vec<u8>)) -> usize {
    name.len() + first.len() + times as usize
}
