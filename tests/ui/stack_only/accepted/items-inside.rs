//! Items and macros inside of the function.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(number: u32) -> u32 {
    struct Local(u32);
    impl Local {
        fn get(&self) -> u32 {
            self.0 + STEP
        }
    }
    const STEP: u32 = 2;
    macro_rules! twice {
        ($value:expr) => {
            $value + $value
        };
    }
    fn plain(number: u32) -> u32 {
        number
    }
    twice!(Local(plain(number)).get())
}

fn main() {
    black_box(f(black_box(3)));
}
