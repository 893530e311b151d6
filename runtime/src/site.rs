//! What the source says about a traced body, written down by the attribute at compile time.

/// A traced function or closure: where it stands, and what its events can point at.
///
/// Everything is indexed by the small numbers the expansion passes around, so that a running
/// program carries no names.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// The name asked for with `name = "…"`; otherwise the path comes from the compiler.
    pub name: Option<&'static str>,
    /// Source file, as rustc names it.
    pub file: &'static str,
    /// Line of the function's name.
    pub line: u32,
    /// Named bindings.
    pub locals: &'static [Local],
    /// Line and column of each statement.
    pub statements: &'static [Position],
    /// Each place where a local's value may go somewhere else.
    pub moves: &'static [Move],
}

/// A named binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The name in the source.
    pub name: &'static str,
    /// Line of the name.
    pub line: u32,
    /// Whether it is a parameter (of the function or the closure).
    pub param: bool,
}

/// A place in the function's file; both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// A place where a local's value goes, and into what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// What takes the value.
    pub into: Into,
    /// Line.
    pub line: u32,
}

/// What takes the value of a local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the word the trace prints")]
pub enum Into {
    Call,
    Return,
    Assign,
    Field,
    Capture,
    Receiver,
    Pattern,
    Macro,
}

/// What the compiler knows of a local's type, one per type, reachable from a plain pointer.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// [`core::any::type_name`] of the type, called only when a report needs it.
    pub name: fn() -> &'static str,
    /// Size in bytes.
    pub bytes: usize,
    /// [`core::mem::needs_drop`]: whether going out of scope runs anything.
    pub needs_drop: bool,
}

impl Type {
    /// The description of `T`.
    #[must_use]
    pub const fn of<T>() -> Self {
        Self {
            name: core::any::type_name::<T>,
            bytes: size_of::<T>(),
            needs_drop: core::mem::needs_drop::<T>(),
        }
    }
}
