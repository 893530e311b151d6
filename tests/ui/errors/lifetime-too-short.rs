use trace_memory::trace_memory;

#[trace_memory]
pub fn longer<'a, 'b>(first: &'a str, second: &'b str) -> &'a str {
    let chosen = second;
    if chosen.is_empty() { first } else { chosen }
}

fn main() {}
