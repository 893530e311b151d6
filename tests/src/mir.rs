//! The compiler's own account of drops: the text that `rustc --emit=mir` writes, as far as drops go.
//!
//! The text comes after drop elaboration: a drop that never happens is gone, one that happens on some
//! paths only is behind a branch on a drop flag, and unwinding has blocks of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub mod activations;
pub mod paths;

/// A body that drops something, or not.
#[derive(Debug)]
pub struct Function {
    /// The path as the compiler writes it, such as `<impl at a.rs:3:1: 3:9>::new` or `f::{closure#0}`.
    pub path: String,
    /// File and line of the closure it is, or of the `impl` block it stands in.
    pub place: Option<(String, u64)>,
    /// The locals with a name in the source.
    pub names: BTreeMap<u32, BTreeSet<String>>,
    /// The locals whose type depends on a type parameter.
    pub generic: BTreeSet<u32>,
    /// The basic blocks; the first is the entry.
    pub blocks: Vec<Block>,
}

/// A basic block.
#[derive(Debug)]
pub struct Block {
    /// Whether only unwinding gets here.
    pub cleanup: bool,
    /// The drop flags that it sets, in order.
    pub sets: Vec<(u32, bool)>,
    /// What its end drops, if it is a local's.
    pub drop: Option<Drop>,
    /// The drop flag that decides where to go: if it is not set to the first place of `next`.
    pub flag: Option<u32>,
    /// Where its end goes.
    pub next: Vec<Next>,
}

/// A drop at the end of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drop {
    /// The local.
    pub local: u32,
    /// How much of it goes, and why.
    pub kind: Kind,
}

/// What kind of drop it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All of the local.
    Whole,
    /// One of the parts that are left.
    Part,
    /// A call of `std::mem::drop`.
    Call,
}

/// Where control goes from the end of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To a block.
    Block(usize),
    /// Back to the caller.
    Return,
    /// On to the caller's cleanup.
    Unwind,
}

impl Function {
    /// The functions of a MIR text.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        let mut functions = Vec::new();
        let mut lines = text.lines().peekable();
        let mut previous = "";
        while let Some(line) = lines.next() {
            // Constant evaluation has a second copy of some bodies.
            let is_copy = previous == "// MIR FOR CTFE";
            previous = line;
            if let Some(header) = line.strip_prefix("fn ") {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
                functions.extend((!is_copy).then(|| Self::parse(header, &body)));
            }
        }
        functions
    }

    fn parse(header: &str, body: &[&str]) -> Self {
        let end = header.find("(_1: ").or_else(|| header.find("() ->")).unwrap_or(header.len());
        let (path, rest) = header.split_at(end);
        let parameters = rest.rsplit_once(") -> ").map_or(rest, |(parameters, _)| parameters);
        let mut types = parameter_types(parameters);
        let parameter_count = types.len();
        let mut names: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for line in body.iter().map(|line| line.trim()) {
            if let Some((name, local)) =
                line.strip_prefix("debug ").and_then(|debug| debug.split_once(" => "))
            {
                // A capture is a place in the closure, no local.
                if let Some(local) = whole_local(local.trim_end_matches(';')) {
                    names.entry(local).or_default().insert(plain_name(name).to_owned());
                }
            } else if let Some(declared) = line.strip_prefix("let ") {
                let declared = declared.trim_start_matches("mut ").trim_end_matches(';');
                if let Some((local, kind)) = declared.split_once(": ") {
                    types.extend(whole_local(local).map(|local| (local, kind.to_owned())));
                }
            }
        }
        let generic = types.iter().filter(|(_, kind)| is_generic(kind)).map(|(local, _)| *local).collect();
        // What a parameter holds is not known.
        let is_flag = |local: u32, kind: &str| kind == "bool" && local as usize > parameter_count;
        let bools = types.iter().filter(|(local, kind)| is_flag(**local, kind)).map(|(local, _)| *local);
        let blocks = Builder::new(body, bools.collect(), &names).blocks();
        Self { place: place(path, parameters), path: path.to_owned(), names, generic, blocks }
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// Whether it is the body of a closure.
    #[must_use]
    pub fn is_closure(&self) -> bool {
        self.name().starts_with("{closure#")
    }

    /// The names a local has in the source.
    pub fn names_of(&self, local: u32) -> impl Iterator<Item = &str> {
        self.names.get(&local).into_iter().flatten().map(String::as_str)
    }
}

/// The name without the mark that makes a keyword a name.
#[must_use]
pub fn plain_name(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// `_1: A, _2: B` in parts.
fn parameter_types(parameters: &str) -> HashMap<u32, String> {
    let mut types = HashMap::new();
    let mut rest = parameters.trim_start_matches('(');
    for number in 1.. {
        let Some(after) = rest.strip_prefix(&format!("_{number}: ")) else { break };
        let following = format!(", _{}: ", number + 1);
        let end = after.find(&following).unwrap_or(after.len());
        types.insert(number, after[..end].to_owned());
        rest = after[end..].trim_start_matches(", ");
    }
    types
}

/// Where a closure or an `impl` block stands; `a.rs:3:1: 3:9` is the span of its head.
fn place(path: &str, parameters: &str) -> Option<(String, u64)> {
    let is_closure = path.rsplit("::").next().is_some_and(|name| name.starts_with("{closure#"));
    let (text, mark) = if is_closure { (parameters, "{closure@") } else { (path, "<impl at ") };
    let span = text.split_once(mark)?.1;
    let (file, rest) = span.split_once(".rs:")?;
    let line = rest.split(':').next()?.parse().ok()?;
    Some((format!("{file}.rs"), line))
}

/// Names of type parameters are single letters in the programs.
fn is_generic(kind: &str) -> bool {
    let mut words = kind.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| word == "Self" || word == "impl" || (word.len() == 1 && ("A"..="Z").contains(&word)))
}

/// The number of `_7`, if there is no more to the place.
fn whole_local(place: &str) -> Option<u32> {
    place.strip_prefix('_')?.parse().ok()
}

/// The number of the first local that a place or an operand names.
fn root(text: &str) -> Option<u32> {
    let start = text.find('_')? + 1;
    let digits = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
    text[start..start + digits].parse().ok()
}

/// Reads the blocks of one body.
struct Builder<'b> {
    body: &'b [&'b str],
    names: &'b BTreeMap<u32, BTreeSet<String>>,
    flags: BTreeSet<u32>,
    /// What is assigned to each local that is assigned to once.
    values: HashMap<u32, &'b str>,
}

impl<'b> Builder<'b> {
    fn new(
        body: &'b [&'b str],
        mut flags: BTreeSet<u32>,
        names: &'b BTreeMap<u32, BTreeSet<String>>,
    ) -> Self {
        let mut values = HashMap::new();
        let mut several = BTreeSet::new();
        for line in body.iter().map(|line| line.trim()) {
            let Some((target, value)) = line.split_once(" = ") else { continue };
            let constant = ["const false;", "const true;"].contains(&value);
            if let Some(local) = whole_local(target) {
                if !constant {
                    flags.remove(&local);
                }
                if values.insert(local, value).is_some() {
                    several.insert(local);
                }
            }
            // What is borrowed may change elsewhere.
            if let Some(place) = value.strip_prefix("&mut ").or_else(|| value.strip_prefix("&raw mut ")) {
                flags.remove(&root(place).unwrap_or_default());
            }
        }
        values.retain(|local, _| !several.contains(local));
        Self { body, names, flags, values }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines = self.body.iter();
        while let Some(line) = lines.next() {
            let is_block = line.strip_prefix("    bb").is_some_and(|rest| rest.ends_with(": {"));
            if is_block {
                let inside: Vec<&str> =
                    lines.by_ref().take_while(|line| **line != "    }").map(|line| line.trim()).collect();
                blocks.push(self.block(line.ends_with("(cleanup): {"), &inside));
            }
        }
        blocks
    }

    fn block(&self, cleanup: bool, lines: &[&str]) -> Block {
        let sets = lines.iter().filter_map(|line| {
            let (target, value) = line.split_once(" = ")?;
            let local = whole_local(target).filter(|local| self.flags.contains(local))?;
            Some((local, value == "const true;"))
        });
        let end = lines.last().copied().unwrap_or_default();
        let decides = end.strip_prefix("switchInt(").and_then(|rest| {
            let (operand, targets) = rest.split_once(") -> [0: ")?;
            let local = whole_local(operand.trim_start_matches("copy ").trim_start_matches("move "))?;
            (self.flags.contains(&local) && targets.contains("otherwise")).then_some(local)
        });
        Block { cleanup, sets: sets.collect(), drop: self.drop(end), flag: decides, next: next(end) }
    }

    fn drop(&self, end: &str) -> Option<Drop> {
        if let Some(rest) = end.strip_prefix("drop(") {
            let place = rest.split_once(") -> ")?.0;
            let mentioned = root(place)?;
            if whole_local(place).is_none() && self.is_assigned_next(place, end) {
                return None;
            }
            let local = self.owner(mentioned);
            let whole = whole_local(place).is_some() && local == mentioned;
            return Some(Drop { local, kind: if whole { Kind::Whole } else { Kind::Part } });
        }
        let (_, call) = end.split_once(" = ")?;
        let (callee, operand) = call.rsplit_once(") -> ")?.0.rsplit_once('(')?;
        let argument = operand.strip_prefix("move ").or_else(|| operand.strip_prefix("copy "))?;
        let argument = whole_local(argument)?;
        if callee.starts_with("std::mem::drop::<") {
            return Some(Drop { local: self.moved_from(argument), kind: Kind::Call });
        }
        // What is left of a box whose content moved away is its memory.
        let is_box = callee.starts_with("<Box<") && callee.ends_with(" as Drop>::drop");
        is_box.then(|| Drop { local: self.owner(argument), kind: Kind::Part })
    }

    /// Whether the drop makes room for a new value of a field, which is no drop of the local.
    fn is_assigned_next(&self, place: &str, end: &str) -> bool {
        let Some(Next::Block(block)) = next(end).first().copied() else { return false };
        let starts = [format!("    bb{block}: {{"), format!("    bb{block} (cleanup): {{")];
        let mut lines = self.body.iter().skip_while(|line| !starts.iter().any(|start| start == **line));
        lines.nth(1).is_some_and(|line| line.trim().starts_with(&format!("{place} = ")))
    }

    /// The local with a name that an unnamed one points into: boxes are opened through a pointer.
    fn owner(&self, local: u32) -> u32 {
        let Some(value) = self.values.get(&local).filter(|_| !self.names.contains_key(&local)) else {
            return local;
        };
        let place = ["copy ((_", "&mut _", "copy (((", "&mut ("].iter().any(|start| value.starts_with(start));
        root(value).filter(|_| place && !value.contains(" -> ")).map_or(local, |inner| self.owner(inner))
    }

    /// The local with a name whose value an unnamed one took over.
    fn moved_from(&self, local: u32) -> u32 {
        let Some(value) = self.values.get(&local).filter(|_| !self.names.contains_key(&local)) else {
            return local;
        };
        let source = value.strip_prefix("move ").or_else(|| value.strip_prefix("copy "));
        let source = source.and_then(|place| whole_local(place.trim_end_matches(';')));
        source.map_or(local, |inner| self.moved_from(inner))
    }
}

/// Where the end of a block goes.
fn next(end: &str) -> Vec<Next> {
    match end {
        "return;" => return vec![Next::Return],
        "resume;" => return vec![Next::Unwind],
        _ => {}
    }
    let Some((_, targets)) = end.rsplit_once(" -> ") else { return Vec::new() };
    let mut next = Vec::new();
    for target in targets.trim_matches(['[', ']', ';']).split(", ") {
        let to = target.rsplit(' ').next().unwrap_or_default();
        if let Some(block) = to.strip_prefix("bb").and_then(|number| number.parse().ok()) {
            next.push(Next::Block(block));
        } else if target == "unwind continue" {
            next.push(Next::Unwind);
        }
    }
    next
}
