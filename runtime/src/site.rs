//! What the source says about a traced body, written down by the attribute at compile time.

/// A traced function or closure: where it stands, and what its events can point at.
///
/// Everything is indexed by the small numbers the expansion passes around, so that events
/// carry no names. The attribute makes one for each traced body, as a constant.
///
/// ```
/// use trace_memory::site::{BodyKind, Function, Into, Local, Move, Position};
///
/// static GREET: Function = Function {
///     name: None,
///     kind: BodyKind::Function,
///     within: "",
///     closures: 1,
///     file: "src/main.rs",
///     line: 3,
///     places: "l 4 text\ns 4 5\ns 5 5\nm 5 Call",
/// };
/// let places = GREET.places();
/// assert_eq!(places.locals, [Local { name: "text", line: 4, param: false }]);
/// assert_eq!(places.statements, [Position { line: 4, column: 5 }, Position { line: 5, column: 5 }]);
/// assert_eq!(places.moves, [Move { into: Into::Call, line: 5 }]);
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// The name asked for with `name = "…"`; otherwise the path comes from the compiler.
    pub name: Option<&'static str>,
    /// What kind of body it is.
    pub kind: BodyKind,
    /// What the compiler's path of the function is followed by: `::{{closure}}` for a closure in it.
    pub within: &'static str,
    /// How many closures of the expansion and of the body end the path that the compiler gives.
    pub closures: u8,
    /// Source file, as rustc names it.
    pub file: &'static str,
    /// Line of the function's name.
    pub line: u32,
    /// What its events can point at, as [`places`](Self::places) reads it: one entry in a line, `l LINE NAME` for a
    /// local, `p LINE NAME` for a parameter, `s LINE COLUMN` for a statement, `m LINE INTO` for a move and
    /// `t LINE TEXT` for a temporary. One literal is what the compiler has the least work with.
    pub places: &'static str,
}

impl Function {
    /// What the events of the body can point at. A line that cannot be read is left out.
    ///
    /// ```
    /// use trace_memory::site::{BodyKind, Function};
    ///
    /// let within = Function {
    ///     name: None,
    ///     kind: BodyKind::Closure,
    ///     within: "::{{closure}}",
    ///     closures: 2,
    ///     file: "src/main.rs",
    ///     line: 7,
    ///     places: "p 7 item\nt 8 item.trim().to_owned()",
    /// };
    /// assert!(within.places().locals[0].param);
    /// assert_eq!(within.places().temporaries[0].text, "item.trim().to_owned()");
    /// ```
    #[must_use]
    pub fn places(&self) -> Places {
        let mut places = Places::default();
        for entry in self.places.lines() {
            places.read(entry);
        }
        places
    }
}

/// What the events of a body can point at, by the small numbers that they carry.
///
/// ```
/// assert_eq!(trace_memory::site::Places::default().moves, []);
/// ```
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Named bindings.
    pub locals: Vec<Local>,
    /// Line and column of each statement.
    pub statements: Vec<Position>,
    /// Each place where a local's value may go somewhere else.
    pub moves: Vec<Move>,
    /// Each expression whose value may live in a temporary that needs dropping.
    pub temporaries: Vec<Temporary>,
}

impl Places {
    fn read(&mut self, entry: &'static str) -> Option<()> {
        let (kind, rest) = entry.split_once(' ')?;
        let (line, rest) = rest.split_once(' ')?;
        let line = line.parse().ok()?;
        match kind {
            "l" | "p" => self.locals.push(Local { name: rest, line, param: kind == "p" }),
            "s" => self.statements.push(Position { line, column: rest.parse().ok()? }),
            "m" => self.moves.push(Move { into: Into::named(rest)?, line }),
            "t" => self.temporaries.push(Temporary { text: rest, line }),
            _ => {}
        }
        Some(())
    }
}

/// What `stack_only` says of a function, for the run-time check.
///
/// ```
/// let strict = trace_memory::site::StackOnly { allow_print: false, allow_panic: false, test: false };
/// assert!(!strict.allow_panic);
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct StackOnly {
    /// The buffer of stdout may be made.
    pub allow_print: bool,
    /// A panic may make its message.
    pub allow_panic: bool,
    /// Whether the function was compiled for the tests of its own crate.
    pub test: bool,
}

/// What kind of body a frame is of.
///
/// `Function`: a function or a method. `Closure`: a closure. `AsyncFn` and `AsyncBlock`: a future, whose frame
/// is entered at every poll.
///
/// ```
/// use trace_memory::site::BodyKind;
///
/// assert!(BodyKind::AsyncFn.is_future() && !BodyKind::Closure.is_future());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it")]
pub enum BodyKind {
    Function,
    Closure,
    AsyncFn,
    AsyncBlock,
}

impl BodyKind {
    /// Whether it is the body of a future.
    ///
    /// ```
    /// assert!(trace_memory::site::BodyKind::AsyncBlock.is_future());
    /// ```
    #[must_use]
    pub const fn is_future(self) -> bool {
        matches!(self, Self::AsyncFn | Self::AsyncBlock)
    }
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

/// An expression whose value has no name.
///
/// ```
/// use trace_memory::site::Temporary;
///
/// let locked = Temporary { text: "queue.lock().unwrap()", line: 9 };
/// assert_eq!(locked.line, 9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Temporary {
    /// Its text in the source, in one line; the middle of a long one is left out.
    pub text: &'static str,
    /// Line of its end.
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

impl Into {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Call" => Self::Call,
            "Return" => Self::Return,
            "Assign" => Self::Assign,
            "Field" => Self::Field,
            "Capture" => Self::Capture,
            "Receiver" => Self::Receiver,
            "Pattern" => Self::Pattern,
            "Macro" => Self::Macro,
            _ => return None,
        })
    }
}

/// What the compiler knows of a local's type, one per type, reachable from a plain pointer.
///
/// ```
/// use trace_memory::site::Type;
///
/// static TEXT: Type = Type::of::<String>();
/// assert_eq!(TEXT.name(), "alloc::string::String");
/// assert_eq!(TEXT.bytes, size_of::<String>());
/// assert!(TEXT.needs_drop);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Type {
    name: TypeName,
    /// Size in bytes.
    pub bytes: usize,
    /// [`core::mem::needs_drop`]: whether going out of scope runs anything.
    pub needs_drop: bool,
    /// Of the `&mut self` of a `drop`: size of the value that is dropped, in bytes.
    pub pointee: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum TypeName {
    /// Asked only when a report needs it.
    Of(fn() -> &'static str),
    Known(&'static str),
}

impl Type {
    /// What the compiler calls the type: [`core::any::type_name`].
    ///
    /// ```
    /// assert_eq!(trace_memory::site::Type::of::<[u8; 4]>().name(), "[u8; 4]");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.name {
            TypeName::Of(name) => name(),
            TypeName::Known(name) => name,
        }
    }

    /// A description that is known from elsewhere, as from a file.
    ///
    /// ```
    /// let text = trace_memory::site::Type::known("alloc::string::String", 24, true, None);
    /// assert_eq!(text.name(), "alloc::string::String");
    /// ```
    #[must_use]
    pub const fn known(name: &'static str, bytes: usize, needs_drop: bool, pointee: Option<usize>) -> Self {
        Self { name: TypeName::Known(name), bytes, needs_drop, pointee }
    }

    /// The description of `T`.
    ///
    /// ```
    /// let number = trace_memory::site::Type::of::<u32>();
    /// assert_eq!((number.bytes, number.needs_drop), (4, false));
    /// ```
    #[must_use]
    pub const fn of<T>() -> Self {
        Self {
            name: TypeName::Of(core::any::type_name::<T>),
            bytes: size_of::<T>(),
            needs_drop: core::mem::needs_drop::<T>(),
            pointee: None,
        }
    }

    /// The description of `&mut T`, as the receiver of a `drop`.
    ///
    /// ```
    /// let receiver = trace_memory::site::Type::of_dropped::<String>();
    /// assert_eq!((receiver.bytes, receiver.pointee), (size_of::<&String>(), Some(size_of::<String>())));
    /// ```
    #[must_use]
    pub const fn of_dropped<T>() -> Self {
        Self { pointee: Some(size_of::<T>()), ..Self::of::<&mut T>() }
    }
}
