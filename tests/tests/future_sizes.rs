//! What tracing adds to the type of a future: hardly any depth, and few bytes.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use trace_memory_tests::compiler::{Attribute, Compiler, in_parallel};
use trace_memory_tests::{Program, scratch};

/// How often a chain of calls can be nested, with `Send` asked of the whole.
const DEPTH: usize = 26;
/// The calls of a chain whose size is compared.
const CHAIN: usize = 12;

/// The release profile, and debug.
const OPTIMIZED: [bool; 2] = [true, false];

/// A program that says how large the future is, and runs it.
struct Chain {
    depth: usize,
    /// Before the call: what is alive while it runs.
    local: &'static str,
    /// What the last one awaits.
    last: &'static str,
}

const SMALL: Chain = Chain { depth: DEPTH, local: "", last: "std::future::ready(n)" };
const DEEP: Chain = Chain { depth: DEPTH, local: "let text = n.to_string();", last: "later(n)" };
const SIZED: Chain = Chain { depth: CHAIN, ..DEEP };

impl Chain {
    fn source(&self) -> PathBuf {
        let mut text = String::from(
            "#![forbid(unsafe_code)]\nuse std::future::Future;\nuse std::task::{Context, Poll, Waker};\n\
             use trace_memory::trace_memory;\n",
        );
        let Self { depth, local, last } = self;
        let uses = if local.is_empty() { "" } else { "- text.len() as u32 + text.len() as u32" };
        for level in 0..*depth {
            let next = if level + 1 == *depth { (*last).to_owned() } else { format!("f{}(n)", level + 1) };
            _ = writeln!(
                text,
                "#[trace_memory]\nasync fn f{level}(n: u32) -> u32 {{ {local} let r = {next}.await; r + 1 {uses} }}"
            );
        }
        text += "#[trace_memory]\nasync fn later(n: u32) -> u32 {\n\
                 let mut waits = true;\n\
                 std::future::poll_fn(|_| if std::mem::take(&mut waits) { Poll::Pending } else { Poll::Ready(()) })\
                 .await;\nn\n}\n\
                 fn sendable<T: Send>(value: T) -> T { value }\n\
                 fn main() {\n\
                 let future = sendable(f0(1));\nprint!(\"{} \", size_of_val(&future));\n\
                 let mut future = std::pin::pin!(future);\nlet mut waker = Context::from_waker(Waker::noop());\n\
                 loop { if let Poll::Ready(n) = future.as_mut().poll(&mut waker) { return println!(\"{n}\"); } }\n}\n";
        let path = scratch("chain.rs");
        fs::write(&path, text).expect("the folder can be written");
        path
    }

    /// The size of the future; that it is built, and gives what it should, is looked at.
    fn size(&self, attribute: Attribute, optimized: bool) -> usize {
        let source = self.source();
        let level = if optimized { "-Copt-level=3" } else { "-Copt-level=0" };
        let compiled = Compiler::rustc(&source, "2024", attribute).args([level]).link();
        let messages: Vec<_> = compiled.messages().map(|message| message.rendered().to_owned()).collect();
        assert!(compiled.success, "{attribute:?}, optimized: {optimized}\n{}", messages.concat());
        let (run, trace) = match attribute {
            Attribute::Traced => {
                let (run, trace) = Program::new(&compiled.output).trace();
                (run, Some(trace))
            }
            Attribute::Plain => (Program::new(&compiled.output).run(), None),
        };
        let (size, result) = run.stdout.trim().split_once(' ').expect("two numbers");
        assert_eq!(result, (self.depth + 1).to_string());
        if let Some(trace) = trace {
            let entered = self.depth + usize::from(self.last == DEEP.last);
            assert_eq!(trace.events("enter").count(), entered, "each call is a frame");
        }
        size.parse().expect("a number")
    }
}

#[test]
fn calls_nest_as_deep_as_before() {
    in_parallel(&[SMALL, DEEP], |chain| {
        for optimized in OPTIMIZED {
            let size = chain.size(Attribute::Traced, optimized);
            println!("{} deep: {size} bytes, optimized: {optimized}", chain.depth);
        }
    });
}

#[test]
fn futures_stay_small() {
    for optimized in OPTIMIZED {
        let [plain, traced] =
            [Attribute::Plain, Attribute::Traced].map(|attribute| SIZED.size(attribute, optimized));
        println!("a chain of {CHAIN}: {plain} bytes, traced {traced}, optimized: {optimized}");
        assert!(traced * 2 <= plain * 3, "{traced} of {plain} bytes");
    }
}
