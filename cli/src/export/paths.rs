//! Call paths: which traced functions led to an event.

use std::collections::HashMap;
use std::sync::Arc;

use trace_memory::event::{Enter, Event, Kind};

/// Paths are told apart down to this many functions; below, only the innermost one is kept.
pub(super) const DEEPEST: u32 = 256;

/// A function, as a frame of a call path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Function {
    pub(super) name: Arc<str>,
    pub(super) file: Arc<str>,
    /// Line of its name; 0 for what is no function of the program.
    pub(super) line: u32,
}

impl Function {
    fn pseudo(name: &str) -> Self {
        Self { name: name.into(), file: "".into(), line: 0 }
    }
}

/// A call path, by number; 0 is the empty one.
pub(super) type Path = u32;

#[derive(Debug)]
struct Node {
    caller: Path,
    function: u32,
    depth: u32,
}

/// All call paths of a trace, each kept once, and the path of each open frame.
#[derive(Debug)]
pub(super) struct Paths {
    functions: Vec<Function>,
    numbers: HashMap<Function, u32>,
    nodes: Vec<Node>,
    children: HashMap<(Path, u32), Path>,
    /// Function and path of each open frame.
    open: HashMap<u64, (u32, Path)>,
}

impl Paths {
    pub(super) fn new() -> Self {
        let functions = vec![Function::pseudo("(no traced function)")];
        Self {
            numbers: HashMap::new(),
            nodes: vec![Node { caller: 0, function: 0, depth: 0 }],
            children: HashMap::new(),
            open: HashMap::new(),
            functions,
        }
    }

    /// Follows the frames. A frame that has ended is forgotten once the event is.
    pub(super) fn follow(&mut self, event: &Event) {
        let Some(frame) = event.frame else { return };
        match &event.kind {
            Kind::Enter(enter) => {
                let function = self.number(enter);
                let path = self.below(enter.parent, function);
                self.open.insert(frame, (function, path));
            }
            // A future is called by whoever polls it.
            Kind::Resume(resume) => {
                if let Some(&(function, _)) = self.open.get(&frame) {
                    let path = self.below(resume.parent, function);
                    self.open.insert(frame, (function, path));
                }
            }
            Kind::Exit(_) => _ = self.open.remove(&frame),
            _ => {}
        }
    }

    /// The path to an open frame.
    pub(super) fn of(&self, frame: Option<u64>) -> Path {
        frame.and_then(|frame| self.open.get(&frame)).map_or(0, |&(_, path)| path)
    }

    /// The function an open frame is of.
    pub(super) fn function_of(&self, frame: Option<u64>) -> Option<&Function> {
        let (function, _) = self.open.get(&frame?)?;
        self.functions.get(*function as usize)
    }

    /// The functions of a path by number, innermost first; never empty.
    pub(super) fn functions(&self, path: Path) -> impl Iterator<Item = u32> {
        let mut next = Some(path);
        std::iter::from_fn(move || {
            let node = self.nodes.get(next? as usize)?;
            next = (node.caller != 0).then_some(node.caller);
            Some(node.function)
        })
    }

    /// The function of a number that [`functions`](Self::functions) gave.
    pub(super) fn function(&self, number: u32) -> &Function {
        &self.functions[number as usize]
    }

    fn number(&mut self, enter: &Enter) -> u32 {
        let Enter { function, file, line, .. } = enter;
        self.intern(Function { name: function.clone(), file: file.clone(), line: *line })
    }

    fn intern(&mut self, function: Function) -> u32 {
        if let Some(&number) = self.numbers.get(&function) {
            return number;
        }
        let number = count(self.functions.len());
        self.functions.push(function.clone());
        self.numbers.insert(function, number);
        number
    }

    fn below(&mut self, parent: Option<u64>, function: u32) -> Path {
        let mut caller = self.of(parent);
        if self.nodes[caller as usize].depth > DEEPEST {
            // It stands below the row that stands for all the calls between.
            caller = self.nodes[caller as usize].caller;
        } else if self.nodes[caller as usize].depth == DEEPEST {
            let below = self.intern(Function::pseudo("(calls below depth 256)"));
            caller = self.child(caller, below, DEEPEST);
        }
        let depth = self.nodes[caller as usize].depth + 1;
        self.child(caller, function, depth)
    }

    fn child(&mut self, caller: Path, function: u32, depth: u32) -> Path {
        let next = count(self.nodes.len());
        let path = *self.children.entry((caller, function)).or_insert(next);
        if path == next {
            self.nodes.push(Node { caller, function, depth });
        }
        path
    }
}

/// An index as a number; there are fewer than 2³² functions and paths, or memory would have ended before.
fn count(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use trace_memory::site::BodyKind;

    use super::*;

    fn enter(frame: u64, parent: Option<u64>, name: &str) -> Event {
        let enter = Enter {
            function: name.into(),
            file: "src/main.rs".into(),
            line: 1,
            parent,
            addr: 0,
            stack_bytes: None,
            dropping: None,
            thread_name: None,
            kind: BodyKind::Function,
        };
        Event { seq: frame, at_ns: 0, thread: 1, frame: Some(frame), kind: Kind::Enter(enter) }
    }

    fn names(paths: &Paths, frame: u64) -> Vec<String> {
        let numbers = paths.functions(paths.of(Some(frame)));
        numbers.map(|number| paths.function(number).name.to_string()).collect()
    }

    #[test]
    fn equal_calls_have_one_path() {
        let mut paths = Paths::new();
        for (frame, parent, name) in [(1, None, "main"), (2, Some(1), "f"), (3, Some(1), "f")] {
            paths.follow(&enter(frame, parent, name));
        }
        assert_eq!(names(&paths, 2), ["f", "main"]);
        assert_eq!(paths.of(Some(2)), paths.of(Some(3)));
        assert_eq!(names(&paths, 9), ["(no traced function)"]);
    }

    #[test]
    fn a_deep_recursion_has_few_paths() {
        let mut paths = Paths::new();
        for frame in 1..100_000 {
            paths.follow(&enter(frame, Some(frame - 1), "f"));
        }
        let names = names(&paths, 99_999);
        assert_eq!(names.len(), DEEPEST as usize + 2);
        assert_eq!(&names[..3], ["f", "(calls below depth 256)", "f"]);
        assert!(paths.nodes.len() < 300, "{}", paths.nodes.len());
    }
}
