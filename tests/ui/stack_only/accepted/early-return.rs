//! Ways out of loops.

use std::hint::black_box;

use trace_memory::trace_memory;

#[trace_memory(stack_only)]
fn f(list: &[u32]) -> Option<u32> {
    'outer: for left in list {
        for right in list {
            if left + right == 9 {
                return Some(left * right);
            }
            if right > left {
                continue 'outer;
            }
        }
    }
    let mut number = 10;
    loop {
        number -= match list.get(number) {
            Some(0) => continue,
            Some(_) => 2,
            None => 1,
        };
        if number < 3 {
            break;
        }
    }
    None
}

fn main() {
    black_box(f(&[4, 5]));
}
