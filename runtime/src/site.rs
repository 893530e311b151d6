//! What the source says about a traced body, written down by the attribute at compile time.

/// A traced function or closure: where it stands, and what its events can point at.
///
/// Everything is indexed by the small numbers the expansion passes around, so that a running
/// program carries no names. The attribute makes one for each traced body, as a constant.
///
/// ```
/// use trace_memory::site::{Function, Into, Local, Move, Position};
///
/// static GREET: Function = Function {
///     name: None,
///     file: "src/main.rs",
///     line: 3,
///     locals: &[Local { name: "text", line: 4, param: false }],
///     statements: &[Position { line: 4, column: 5 }, Position { line: 5, column: 5 }],
///     moves: &[Move { into: Into::Call, line: 5 }],
/// };
/// assert_eq!(GREET.locals[0].name, "text");
/// ```
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
///
/// ```
/// use trace_memory::site::Local;
///
/// let text = Local { name: "text", line: 4, param: false };
/// assert!(!text.param);
/// ```
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
///
/// ```
/// use trace_memory::site::Position;
///
/// assert_ne!(Position { line: 4, column: 5 }, Position { line: 4, column: 9 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
}

/// A place where a local's value goes, and into what.
///
/// ```
/// use trace_memory::site::{Into, Move};
///
/// let returned = Move { into: Into::Return, line: 9 };
/// assert_eq!(returned.into, Into::Return);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// What takes the value.
    pub into: Into,
    /// Line.
    pub line: u32,
}

/// What takes the value of a local.
///
/// `Call`: an argument or an operand. `Return`: the result of the function, the closure or a block.
/// `Assign`: another local or place. `Field`: a struct, tuple, array or variant. `Capture`: a closure.
/// `Receiver`: a method that takes `self`. `Pattern`: a `match`, `if let` or `let`. `Macro`: the
/// arguments of a macro.
///
/// ```
/// use trace_memory::site::Into;
///
/// assert_ne!(Into::Call, Into::Receiver);
/// ```
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
///
/// ```
/// use trace_memory::site::Type;
///
/// static TEXT: Type = Type::of::<String>();
/// assert_eq!((TEXT.name)(), "alloc::string::String");
/// assert_eq!(TEXT.bytes, size_of::<String>());
/// assert!(TEXT.needs_drop);
/// ```
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
    ///
    /// ```
    /// let number = trace_memory::site::Type::of::<u32>();
    /// assert_eq!((number.bytes, number.needs_drop), (4, false));
    /// ```
    #[must_use]
    pub const fn of<T>() -> Self {
        Self {
            name: core::any::type_name::<T>,
            bytes: size_of::<T>(),
            needs_drop: core::mem::needs_drop::<T>(),
        }
    }
}
