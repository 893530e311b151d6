//! A traced program that forgot the allocator is told so, once.

use std::process::Command;

use trace_memory::__private as p;

static FUNCTION: p::Function = p::Function {
    name: None,
    kind: p::BodyKind::Function,
    within: "",
    closures: 1,
    file: file!(),
    line: 1,
    places: "",
};

#[test]
fn it_is_said_once() {
    if std::env::var_os("CAPTURE_SCENE").is_some() {
        for _ in 0..2 {
            drop(p::enter(|| &FUNCTION));
        }
        return;
    }
    let program = std::env::current_exe().expect("this program");
    for mode in ["tree", "live", "summary"] {
        let mut command = Command::new(&program);
        command.args(["--nocapture"]).env("CAPTURE_SCENE", "1").env("TRACE_MEMORY", mode);
        let text = String::from_utf8(command.output().expect("the scene").stderr).expect("UTF-8");
        assert_eq!(text.matches("`trace_memory::Alloc` is not installed").count(), 1, "{text}");
    }
}
