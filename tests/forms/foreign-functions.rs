//! Functions that C calls, and a module with functions of C, which are left alone.

use trace_memory::trace_memory;

#[trace_memory]
mod foreign {
    use std::ffi::{c_char, c_int, c_void};

    unsafe extern "C" {
        pub fn snprintf(to: *mut c_char, size: usize, format: *const c_char, ...) -> c_int;
        pub fn qsort(base: *mut c_void, count: usize, size: usize, compare: Compare);
    }

    pub type Compare = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;

    pub const fn doubled(number: u8) -> u8 {
        number * 2
    }

    pub fn formatted(number: c_int) -> String {
        let mut buffer = vec![0_u8; 16];
        // SAFETY: the buffer is as long as it is said to be.
        let written =
            unsafe { snprintf(buffer.as_mut_ptr().cast(), buffer.len(), b"<%d>\0".as_ptr().cast(), number) };
        buffer.truncate(written as usize);
        String::from_utf8(buffer).unwrap()
    }
}

#[trace_memory]
unsafe extern "C" fn descending(
    left: *const std::ffi::c_void,
    right: *const std::ffi::c_void,
) -> std::ffi::c_int {
    // SAFETY: the elements are of this type.
    let (left, right) = unsafe { (*left.cast::<u32>(), *right.cast::<u32>()) };
    let order = right.cmp(&left);
    order as std::ffi::c_int
}

#[trace_memory]
extern "system" fn of_the_system(text: Box<String>) -> usize {
    let unboxed = *text;
    unboxed.len()
}

#[trace_memory]
fn sorted(mut list: Vec<u32>) -> Vec<u32> {
    // SAFETY: the list is one of elements that the function compares.
    unsafe { foreign::qsort(list.as_mut_ptr().cast(), list.len(), 4, descending) };
    list
}

#[trace_memory]
fn main() {
    const FOUR: u8 = foreign::doubled(2);
    println!("{} {:?} {FOUR}", foreign::formatted(42), sorted(vec![3, 9, 4]));
    println!("{}", of_the_system(Box::new(String::from("text"))));
}
