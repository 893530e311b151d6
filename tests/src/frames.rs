//! The rules that the frames of a trace keep, those of futures too: what a thread runs is a stack of frames,
//! and a suspended frame is on none.

use std::collections::BTreeMap;

use serde_json::Value;

/// Where a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// On the stack of a thread.
    Running(u64),
    /// Between two polls.
    Suspended,
    Ended,
}

/// The frames as of one event.
#[derive(Debug, Default)]
struct Frames {
    states: BTreeMap<u64, State>,
    stacks: BTreeMap<u64, Vec<u64>>,
    faults: Vec<String>,
}

/// What is wrong with the frames of a complete trace; nothing, if all is well.
pub fn faults<'t>(lines: impl IntoIterator<Item = &'t Value>) -> Vec<String> {
    let mut frames = Frames::default();
    let (mut last, mut end) = (0, &Value::Null);
    for event in lines {
        end = event;
        if let Some(seq) = event["seq"].as_u64() {
            if seq <= last {
                frames.fault(event, "is out of order");
            }
            last = seq;
        }
        frames.follow(event);
    }
    let unended = frames.states.iter().filter(|(_, state)| **state != State::Ended);
    let unended: Vec<_> = unended.map(|(frame, state)| format!("frame {frame} is {state:?}")).collect();
    frames.faults.extend(unended);
    for key in ["lost", "skipped", "non_lifo"] {
        if end["ev"] != "end" || end[key] != 0 {
            frames.faults.push(format!("`{key}` is not 0"));
        }
    }
    frames.faults
}

impl Frames {
    fn fault(&mut self, event: &Value, what: &str) {
        self.faults.push(format!("{what}: {event}"));
    }

    fn follow(&mut self, event: &Value) {
        let (Some(thread), Some(frame)) = (event["thread"].as_u64(), event["frame"].as_u64()) else { return };
        let state = self.states.get(&frame).copied();
        match event["ev"].as_str().unwrap_or_default() {
            "enter" => self.push(event, frame, thread, state.is_none()),
            "resume" => self.push(event, frame, thread, state == Some(State::Suspended)),
            "suspend" => self.pop(event, frame, thread, State::Suspended),
            "exit" => self.pop(event, frame, thread, State::Ended),
            _ if state != Some(State::Running(thread)) => {
                self.fault(event, "is of a frame that does not run");
            }
            "alloc" | "realloc" | "free" if self.top(thread) != Some(frame) => {
                self.fault(event, "is not of the innermost frame");
            }
            _ => {}
        }
    }

    fn top(&self, thread: u64) -> Option<u64> {
        self.stacks.get(&thread).and_then(|stack| stack.last()).copied()
    }

    fn push(&mut self, event: &Value, frame: u64, thread: u64, may: bool) {
        if !may {
            self.fault(event, "cannot go on now");
        }
        if event["parent"].as_u64() != self.top(thread) {
            self.fault(event, "is not in the innermost frame");
        }
        self.states.insert(frame, State::Running(thread));
        self.stacks.entry(thread).or_default().push(frame);
    }

    fn pop(&mut self, event: &Value, frame: u64, thread: u64, state: State) {
        if self.top(thread) == Some(frame) {
            self.stacks.entry(thread).or_default().pop();
        } else {
            self.fault(event, "is not of the frame on top");
        }
        self.states.insert(frame, state);
    }
}
