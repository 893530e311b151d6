use trace_memory::trace_memory;

#[trace_memory]
#[unsafe(naked)]
extern "C" fn nothing() {
    core::arch::naked_asm!("ret")
}

fn main() {
    nothing();
}
