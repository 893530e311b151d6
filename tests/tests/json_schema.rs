//! Every line of a JSON trace against the schema, and the lines against each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};
use trace_memory_tests::{Program, Run, Trace};

fn programs() -> [(&'static str, Run, Trace); 4] {
    let traced = |exe: &'static str| {
        let (run, trace) = Program::new(exe).trace();
        assert_eq!((run.status, run.stdout.as_str()), (Some(0), ""), "{exe}: {}", run.stderr);
        (exe, run, trace)
    };
    [
        traced(env!("CARGO_BIN_EXE_schema_locals")),
        traced(env!("CARGO_BIN_EXE_schema_threads")),
        traced(env!("CARGO_BIN_EXE_schema_values")),
        traced(env!("CARGO_BIN_EXE_schema_no_allocator")),
    ]
}

fn validator() -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/schema/trace.schema.json");
    let text = fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    jsonschema::validator_for(&schema).expect("the schema is complete")
}

#[test]
fn every_line_keeps_to_the_schema() {
    let validator = validator();
    for (exe, _, trace) in programs() {
        for line in &trace.lines {
            assert!(validator.is_valid(line), "{exe}: {line}");
        }
    }
}

/// The words of the schema that no trace here uses are none.
#[test]
fn the_programs_say_everything_there_is_to_say() {
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, _, trace) in programs() {
        for line in &trace.lines {
            collect(line, &mut said);
        }
    }
    let expected = [
        ("ev", "alloc bind drop end enter exit free move realloc scan"),
        ("how", "return unwind"),
        ("into", "assign call capture field macro pattern receiver return"),
        ("reason", "explicit reassigned scope_end unwind"),
        ("region", "heap stack static unknown"),
        ("why", "maybe_moved rest"),
        ("certain", "false true"),
        ("partial", "false true"),
        ("owns", "false true"),
        ("param", "false true"),
        ("needs_drop", "false true"),
        ("allocator", "false true"),
    ];
    for (key, words) in expected {
        let found = said.get(key).cloned().unwrap_or_default();
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>().join(" "), words, "{key}");
    }
    for key in ["alloc_thread", "dropping", "value", "thread_name", "stack", "parent", "line", "lived"] {
        assert!(said.contains_key(key), "{key}");
    }
}

/// The short texts and the flags under each key, at any depth.
fn collect(value: &Value, said: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let words = said.entry(key.clone()).or_default();
                match inner {
                    Value::String(text) => _ = words.insert(text.clone()),
                    Value::Bool(flag) => _ = words.insert(flag.to_string()),
                    _ => collect(inner, said),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, said)),
        _ => {}
    }
}

/// Twins of good lines with one thing wrong each.
#[test]
fn the_schema_refuses_what_is_wrong() {
    let validator = validator();
    let lines: Vec<_> = programs().into_iter().flat_map(|(_, _, trace)| trace.lines).collect();
    let mut twins = 0;
    for line in &lines {
        for twin in wrong_kinds(line).into_iter().chain(missing_keys(line)) {
            assert!(!validator.is_valid(&twin), "{twin}");
            twins += 1;
        }
    }
    assert!(twins > lines.len(), "each line has a twin: {twins}");
    let unknown = json!({ "ev": "grow", "seq": 1, "t": 0, "thread": 1 });
    let nothing = json!({});
    let list = json!([]);
    for line in [unknown, nothing, list] {
        assert!(!validator.is_valid(&line), "{line}");
    }
}

/// The line with a text where a number belongs, a wrong word, a negative number.
fn wrong_kinds(line: &Value) -> Vec<Value> {
    let object = line.as_object().expect("each line is an object");
    let twin = |key: &str, value: Value| {
        let mut twin = line.clone();
        twin[key] = value;
        twin
    };
    let mut twins = Vec::new();
    for (key, value) in object {
        match value {
            Value::Number(_) => {
                twins.extend([twin(key, "1".into()), twin(key, (-1).into()), twin(key, 0.5.into())]);
            }
            Value::Bool(flag) => twins.extend([twin(key, flag.to_string().into()), twin(key, Value::Null)]),
            Value::String(_) => twins.push(twin(key, 1.into())),
            Value::Array(_) => twins.extend([twin(key, json!({})), twin(key, json!([1]))]),
            Value::Object(_) => twins.extend([twin(key, json!([])), twin(key, json!({}))]),
            Value::Null => {}
        }
    }
    for key in ["ev", "how", "into", "reason", "why"] {
        if object.contains_key(key) {
            twins.push(twin(key, "nonsense".into()));
        }
    }
    twins
}

/// The line without one of the keys that each event of its kind has.
fn missing_keys(line: &Value) -> Vec<Value> {
    let mut optional = vec!["frame", "parent", "stack", "thread_name", "dropping", "value", "alloc_thread"];
    optional.extend(["async", "inside", "part", "temporary", "place", "coarse_clock", "lived"]);
    if line["ev"] == "drop" {
        optional.push("line");
    }
    let heap = ["alloc", "realloc", "free"].contains(&line["ev"].as_str().unwrap_or_default());
    let object = line.as_object().expect("each line is an object");
    let keys = object.keys().filter(|key| {
        let framed = *key == "frame" && !heap;
        framed || !optional.contains(&key.as_str())
    });
    let without = |key: &String| {
        let mut twin = object.clone();
        twin.remove(key);
        Value::Object(twin)
    };
    keys.map(without).collect()
}

#[test]
fn pointers_keep_to_the_schema() {
    let validator = validator();
    let with = |pointer: Value| json!({ "ev": "scan", "seq": 1, "t": 0, "thread": 1, "frame": 1, "local": "s", "slot": 0, "points_to": [pointer] });
    let good = [
        json!({ "offset": 0, "region": "heap", "block": 1, "bytes": 0, "owns": true }),
        json!({ "offset": 8, "region": "stack", "thread": 1 }),
        json!({ "offset": 8, "region": "stack", "thread": 1, "local": "s" }),
        json!({ "offset": 0, "region": "static" }),
        json!({ "offset": 0, "region": "unknown", "added_later": true }),
    ];
    let bad = [
        json!({ "offset": 0, "region": "heap", "block": 1, "bytes": 0 }),
        json!({ "offset": 0, "region": "heap", "block": 0, "bytes": 0, "owns": true }),
        json!({ "offset": 0, "region": "heap", "block": 1, "bytes": "0", "owns": true }),
        json!({ "offset": 8, "region": "stack" }),
        json!({ "offset": 8, "region": "stack", "thread": 1, "local": 3 }),
        json!({ "region": "static" }),
        json!({ "offset": 0 }),
        json!({ "offset": 0, "region": "register" }),
    ];
    for pointer in good {
        assert!(validator.is_valid(&with(pointer.clone())), "{pointer}");
    }
    for pointer in bad {
        assert!(!validator.is_valid(&with(pointer.clone())), "{pointer}");
    }
}

#[test]
fn the_trace_begins_with_a_header_and_ends_with_an_end() {
    for (exe, _, trace) in programs() {
        let kinds: Vec<_> = trace.lines.iter().map(|line| line["ev"].as_str()).collect();
        assert_eq!(kinds.first(), Some(&None), "{exe}");
        assert_eq!(kinds.last(), Some(&Some("end")), "{exe}");
        let inner = &kinds[1..kinds.len() - 1];
        assert!(inner.iter().all(|kind| kind.is_some_and(|kind| kind != "end")), "{exe}");
        let program = Path::new(exe).file_name().and_then(|name| name.to_str());
        assert_eq!(trace.lines[0]["program"].as_str(), program);
        assert_eq!(trace.lines[0]["allocator"], !exe.ends_with("schema_no_allocator"));
    }
}

#[test]
fn the_end_counts_the_lines() {
    for (exe, _, trace) in programs() {
        let count = |kind: &str| trace.events(kind).count();
        let expected = json!({
            "ev": "end", "events": trace.lines.len() - 2, "lost": 0, "skipped": 0, "non_lifo": 0,
            "allocs": count("alloc"), "reallocs": count("realloc"), "frees": count("free"),
        });
        assert_eq!(trace.end(), &expected, "{exe}");
    }
}

#[test]
fn numbers_and_times_go_up() {
    for (exe, _, trace) in programs() {
        let mut last_seq = 0;
        let mut last_t = HashMap::new();
        for line in events(&trace) {
            let (seq, t) = (number(line, "seq"), number(line, "t"));
            assert!(seq > last_seq, "{exe}: {line}");
            last_seq = seq;
            let before = last_t.insert(number(line, "thread"), t).unwrap_or(0);
            assert!(t >= before, "{exe}: {line}");
        }
    }
}

#[test]
fn frames_are_entered_and_left_in_order() {
    for (exe, _, trace) in programs() {
        let mut stacks: HashMap<u64, Vec<u64>> = HashMap::new();
        let mut seen = BTreeSet::new();
        for line in events(&trace) {
            let stack = stacks.entry(number(line, "thread")).or_default();
            let frame = line["frame"].as_u64();
            match kind(line) {
                "enter" => {
                    assert_eq!(line["parent"].as_u64(), stack.last().copied(), "{exe}: {line}");
                    assert!(stack.is_empty() || line["thread_name"].is_null(), "{exe}: {line}");
                    assert!(seen.insert(frame), "{exe}: a frame has one start: {line}");
                    stack.extend(frame);
                }
                "exit" => assert_eq!(stack.pop(), frame, "{exe}: {line}"),
                _ => assert_eq!(frame, stack.last().copied(), "{exe}: {line}"),
            }
        }
        assert!(stacks.values().all(Vec::is_empty), "{exe}: every frame ends");
    }
}

#[test]
fn locals_are_bound_before_anything_else_happens_to_them() {
    for (exe, _, trace) in programs() {
        let mut names = HashMap::new();
        for line in events(&trace) {
            let slot = (line["frame"].as_u64(), line["slot"].as_u64());
            match kind(line) {
                "bind" => {
                    let name = names.entry(slot).or_insert_with(|| line["local"].clone());
                    assert_eq!(*name, line["local"], "{exe}: a slot is of one local: {line}");
                }
                // What has no name has a number that no local has, and nothing else but its drop.
                "drop" if line["temporary"] == true || line["place"] == true => {
                    assert_eq!(names.get(&slot), None, "{exe}: {line}");
                }
                "scan" | "move" | "drop" => {
                    assert_eq!(names.get(&slot), Some(&line["local"]), "{exe}: {line}");
                }
                _ => {}
            }
        }
    }
}

/// What is known of a block while it lives.
struct Block {
    bytes: u64,
    addr: u64,
    align: u64,
    thread: u64,
}

#[test]
fn blocks_begin_once_and_end_once() {
    for (exe, _, trace) in programs() {
        let mut blocks: HashMap<u64, Block> = HashMap::new();
        let mut numbers = BTreeSet::new();
        for line in events(&trace).filter(|line| line["block"].is_u64()) {
            let id = number(line, "block");
            let now = Block {
                bytes: number(line, "bytes"),
                addr: number(line, "addr"),
                align: number(line, "align"),
                thread: number(line, "thread"),
            };
            match kind(line) {
                "alloc" => {
                    assert!(numbers.insert(id), "{exe}: {line}");
                    let elsewhere = blocks.values().all(|block| block.addr != now.addr);
                    assert!(elsewhere, "{exe}: two blocks in one place: {line}");
                    blocks.insert(id, now);
                }
                "realloc" => {
                    let block = blocks.get_mut(&id).unwrap_or_else(|| panic!("{exe}: {line}"));
                    assert_eq!(
                        (block.addr, block.bytes),
                        (number(line, "old_addr"), number(line, "old_bytes"))
                    );
                    (block.addr, block.bytes) = (now.addr, now.bytes);
                }
                _ => {
                    let block = blocks.remove(&id).unwrap_or_else(|| panic!("{exe}: {line}"));
                    assert_eq!((block.addr, block.bytes, block.align), (now.addr, now.bytes, now.align));
                    let other = (block.thread != now.thread).then_some(block.thread);
                    assert_eq!(line["alloc_thread"].as_u64(), other, "{exe}: {line}");
                }
            }
        }
        assert_eq!(
            numbers.last().copied().unwrap_or(0),
            numbers.len() as u64,
            "{exe}: block numbers have no gaps"
        );
    }
}

#[test]
fn pointers_name_living_blocks() {
    for (exe, _, trace) in programs() {
        let mut living: HashMap<u64, u64> = HashMap::new();
        for line in events(&trace) {
            match kind(line) {
                "alloc" | "realloc" => _ = living.insert(number(line, "block"), number(line, "bytes")),
                "free" => _ = living.remove(&number(line, "block")),
                _ => {}
            }
            let pointers = line["points_to"].as_array().into_iter().flatten();
            for pointer in pointers.filter(|pointer| pointer["region"] == "heap") {
                let block = living.get(&number(pointer, "block"));
                assert_eq!(block, Some(&number(pointer, "bytes")), "{exe}: {line}");
            }
        }
    }
}

#[test]
fn values_are_texts_of_their_own() {
    let (_, _, trace) = programs().into_iter().nth(2).expect("four programs");
    let values: Vec<_> = trace
        .events("bind")
        .map(|bind| (bind["local"].as_str().unwrap_or_default(), bind["value"].as_str()))
        .collect();
    let expected = [
        ("point", Some("Point { x: 1, y: -2 }")),
        ("text", Some("\"line\\n\\\"quoted\\\" \\\\ \\u{1b}[31m \\u{202e}\"")),
        ("mute", None),
        ("r#type", Some("[1, -2]")),
        ("größe", Some("25")),
        ("list", Some("[Some(25), None]")),
        ("moved", Some("Point { x: 1, y: -2 }")),
        ("_text", None),
    ];
    assert_eq!(values, expected);
    let functions: Vec<_> = trace.events("enter").map(|enter| enter["fn"].as_str()).collect();
    assert_eq!(functions, [Some("schema_values::shown"), Some("a \"name\"\twith\nevery \\ trick")]);
}

/// The lines between the header and the end.
fn events(trace: &Trace) -> impl Iterator<Item = &Value> {
    trace.lines[1..trace.lines.len() - 1].iter()
}

fn kind(line: &Value) -> &str {
    line["ev"].as_str().expect("each event has a kind")
}

#[track_caller]
fn number(line: &Value, key: &str) -> u64 {
    line[key].as_u64().unwrap_or_else(|| panic!("no {key}: {line}"))
}
