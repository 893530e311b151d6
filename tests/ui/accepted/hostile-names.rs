#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals, non_camel_case_types)]

use trace_memory::trace_memory;

mod core {}
mod std {}
mod alloc {}

#[derive(PartialEq, Eq)]
struct Some;
struct Option;
enum Never {}
trait Drop {}
trait Clone {
    fn drop(self);
}

macro_rules! vec {
    ($($item:expr),*) => {
        [$($item),*].len()
    };
}
macro_rules! match_ {
    () => {};
}
macro_rules! assert {
    ($condition:expr) => {
        if !$condition {
            ::std::process::exit(9);
        }
    };
}
match_!();

fn drop(text: ::std::string::String) -> usize {
    text.len()
}

fn enter() -> u32 {
    1
}

impl Drop for Option {}
impl Clone for Never {
    fn drop(self) {
        match self {}
    }
}

#[trace_memory]
fn locals(param0: ::std::string::String, param1: (u32, ::std::string::String)) -> usize {
    let frame = ::std::string::String::from("frame");
    let local0 = ::std::string::String::from("local0");
    let local1 = local0;
    let scope = || frame.len();
    let probe0 = ::std::string::String::from("probe");
    let probe1 = move || probe0;
    let (rest, call) = param1;
    let guard = scope() + local1.len();
    let trace_memory = probe1();
    let function = drop(param0) + drop(call);
    let result = vec![trace_memory, frame];
    let at = enter();
    guard + function + result + rest as usize + at as usize
}

#[trace_memory]
fn raw(r#type: ::std::string::String, r#fn: u32) -> usize {
    let r#match = r#type;
    let r#loop = r#match.len();
    r#loop + r#fn as usize
}

#[trace_memory]
fn r#move(r#final: ::std::string::String) -> usize {
    r#final.len()
}

#[trace_memory]
fn unicode(größe: ::std::string::String) -> usize {
    let 長さ = größe.len();
    長さ
}

#[trace_memory]
fn same_names(locals: ::std::string::String) -> usize {
    const same_names: usize = 1;
    struct Function;
    let Function = Function;
    locals.len() + same_names
}

#[trace_memory]
fn constants(value: u32) -> u32 {
    const LIMIT: u32 = 3;
    match value {
        LIMIT => 1,
        other => other,
    }
}

#[trace_memory]
fn main() {
    let text = ::std::string::String::from;
    assert!(locals(text("ab"), (1, text("c"))) == 5 + 6 + 3 + 2 + 1 + 1);
    assert!(raw(text("ab"), 1) == 3);
    assert!(r#move(text("ab")) == 2);
    assert!(unicode(text("ab")) == 2);
    assert!(same_names(text("ab")) == 3);
    assert!((constants(3), constants(5)) == (1, 5));
    let _: ::core::option::Option<Option> = ::core::option::Option::None;
    assert!(Some == Some);
}
