#![deny(warnings)]
#![deny(unsafe_op_in_unsafe_fn)]

use trace_memory::trace_memory;

use std::convert::TryFrom;

#[trace_memory]
unsafe fn read(pointer: *const String) -> usize {
    // SAFETY: the caller passes a valid pointer.
    let text = unsafe { &*pointer };
    text.len()
}

#[trace_memory]
fn safe(text: String) -> usize {
    // SAFETY: the pointer is of a live local.
    let length = unsafe { read(&raw const text) };
    length + unsafe { text.as_bytes().get_unchecked(..1).len() }
}

#[trace_memory]
extern "C" fn foreign(number: u32) -> u32 {
    let text = number.to_string();
    number + u32::try_from(text.len()).unwrap()
}

#[trace_memory]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn exported_for_the_test(text: Box<String>) -> usize {
    text.len()
}

union Either {
    whole: u32,
    parts: [u8; 4],
}

#[trace_memory]
fn parts(number: u32) -> u8 {
    let either = Either { whole: number };
    // SAFETY: any four bytes are four bytes.
    unsafe { either.parts[0] }
}

unsafe trait Marked {
    unsafe fn mark(self) -> usize;
}

unsafe impl Marked for String {
    #[trace_memory]
    unsafe fn mark(self) -> usize {
        self.len()
    }
}

static mut COUNT: u32 = 0;

#[trace_memory]
fn counted() -> u32 {
    let step = 2;
    unsafe {
        COUNT += step;
        let now = COUNT;
        now
    }
}

#[trace_memory]
fn main() {
    let call: extern "C" fn(u32) -> u32 = foreign;
    assert_eq!(safe(String::from("abc")), 4);
    assert_eq!(call(10), 12);
    assert_eq!(unsafe { exported_for_the_test(Box::new(String::from("a"))) }, 1);
    assert_eq!(parts(u32::from_ne_bytes([7, 0, 0, 0])), 7);
    assert_eq!(unsafe { String::from("ab").mark() }, 2);
    assert_eq!(counted(), 2);
}
