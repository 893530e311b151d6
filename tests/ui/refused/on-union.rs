use trace_memory::trace_memory;

#[trace_memory]
union Either {
    left: u32,
    right: f32,
}

fn main() {
    drop([Either { left: 1 }, Either { right: 1.0 }]);
}
