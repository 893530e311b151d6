use trace_memory::trace_memory;

#[trace_memory]
pub(crate) enum Side {
    Left,
    Right,
}

fn main() {
    drop([Side::Left, Side::Right]);
}
