//! The JSON line of each kind of event, whole.

mod report_support;

use report_support::{LENGTH, MAIN, STRING, Trace};
use trace_memory::record::{Doubt, Fact, How, Reason, Word};
use trace_memory::wire::json::{write_end, write_event, write_header};
use trace_memory::wire::{End, Header};

fn lines(trace: &mut Trace) -> String {
    let mut text = Vec::new();
    for event in trace.events() {
        write_event(&event, &mut text).expect("a vector takes everything");
    }
    String::from_utf8(text).expect("text")
}

#[track_caller]
fn check(actual: &str, expected: &str) {
    let expected = expected.trim_start();
    assert!(actual == expected, "expected:\n{expected}\nactual:\n{actual}");
}

fn every_event() -> Trace {
    let mut trace = Trace::start(1, Some("main"), 0x7000..0x9000);
    trace.enter(1, 0, &MAIN, 0x8f00);
    trace.alloc(1, 2, 100, 5);
    trace.alloc(0, u32::MAX, 200, 6);
    let words =
        [(0, 100), (8, 0x8f44), (16, 0x101), (24, 0x7001)].map(|(offset, value)| Word { offset, value });
    let value = Some("\"a\\\n\u{1b}\u{2028}é\"".to_owned());
    trace.fact(Fact::Bind {
        frame: 1,
        slot: 3,
        local: 2,
        ty: &STRING,
        addr: 0x8f40,
        words: words.to_vec(),
        value,
    });
    trace.reallocating(1, 3, 100, 5);
    trace.reallocated(300, 50);
    trace.scan(1, 3, &[(0, 300)]);
    trace.depart(1, 3, 0);
    trace.drop(1, 3, Reason::Reassigned);
    trace.enter(2, 1, &LENGTH, 0x8e00);
    trace.thread = 2;
    trace.free(2, 0, 300, 50);
    trace.thread = 1;
    trace.fact(Fact::Exit { frame: 2, how: How::Unwind });
    trace.dropped(1);
    trace.doubtful_drop(1, 3, Doubt::MaybeMoved);
    trace.exit(1);
    trace
}

#[test]
fn every_kind_of_event() {
    check(
        &lines(&mut every_event()),
        r#"
{"ev":"enter","seq":2,"t":2000,"thread":1,"frame":1,"fn":"stack_and_heap::main","file":"examples/src/stack_and_heap.rs","line":12,"addr":36608,"thread_name":"main"}
{"ev":"alloc","seq":3,"t":3000,"thread":1,"frame":1,"block":1,"bytes":5,"align":1,"addr":100,"line":15,"column":13}
{"ev":"alloc","seq":4,"t":4000,"thread":1,"block":2,"bytes":6,"align":1,"addr":200}
{"ev":"bind","seq":5,"t":5000,"thread":1,"frame":1,"local":"s","slot":3,"type":"alloc::string::String","bytes":24,"addr":36672,"line":15,"param":false,"needs_drop":true,"points_to":[{"offset":0,"region":"heap","block":1,"bytes":5,"owns":true},{"offset":8,"region":"stack","thread":1,"local":"s"},{"offset":16,"region":"static"},{"offset":24,"region":"stack","thread":1}],"value":"\"a\\\n\u001b\u2028é\""}
{"ev":"realloc","seq":7,"t":7000,"thread":1,"frame":1,"block":1,"bytes":50,"align":1,"addr":300,"line":16,"column":5,"old_addr":100,"old_bytes":5}
{"ev":"scan","seq":8,"t":8000,"thread":1,"frame":1,"local":"s","slot":3,"points_to":[{"offset":0,"region":"heap","block":1,"bytes":50,"owns":true}]}
{"ev":"move","seq":9,"t":9000,"thread":1,"frame":1,"local":"s","slot":3,"line":20,"into":"call","partial":false,"certain":true}
{"ev":"drop","seq":10,"t":10000,"thread":1,"frame":1,"local":"s","slot":3,"reason":"reassigned","partial":false,"certain":true}
{"ev":"enter","seq":11,"t":11000,"thread":1,"frame":2,"fn":"stack_and_heap::length","file":"examples/src/stack_and_heap.rs","line":30,"parent":1,"addr":36352,"stack":256,"dropping":{"local":"s","slot":3}}
{"ev":"free","seq":12,"t":12000,"thread":2,"frame":2,"block":1,"bytes":50,"align":1,"addr":300,"line":31,"column":16,"lived":9000,"alloc_thread":1,"dropping":{"local":"s","slot":3}}
{"ev":"exit","seq":13,"t":13000,"thread":1,"frame":2,"how":"unwind"}
{"ev":"drop","seq":15,"t":15000,"thread":1,"frame":1,"local":"s","slot":3,"reason":"scope_end","partial":true,"certain":false,"why":"maybe_moved"}
{"ev":"exit","seq":16,"t":16000,"thread":1,"frame":1,"how":"return"}
"#,
    );
}

#[test]
fn header_and_end() {
    let header = Header {
        pid: 7,
        program: "a \"b\"".into(),
        started_ms: 8,
        allocator: true,
        debug_assertions: false,
        coarse_clock: false,
    };
    let end = End { events: 1, lost: 2, skipped: 3, non_lifo: 5, allocs: 6, reallocs: 7, frees: 8 };
    let mut text = Vec::new();
    write_header(&header, &mut text).expect("a vector takes everything");
    write_end(&end, &mut text).expect("a vector takes everything");
    check(
        &String::from_utf8(text).expect("text"),
        r#"
{"trace_memory":1,"pid":7,"program":"a \"b\"","started_ms":8,"allocator":true,"debug_assertions":false}
{"ev":"end","events":1,"lost":2,"skipped":3,"non_lifo":5,"allocs":6,"reallocs":7,"frees":8}
"#,
    );
}
