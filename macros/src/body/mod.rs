//! The model of a body: its locals, and every place where one of them is mentioned.
//!
//! The syntax tree stays where it is while it is read and, later, rewritten in place, so a node's
//! address is its identity: the side tables of the model are keyed by it.

mod assignments;
mod captures;
mod expressions;
mod glue;
mod macros;
mod operands;
pub(crate) mod pattern;
pub(crate) mod statements;
mod temporaries;
mod tokens;
mod walk;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use proc_macro2::{Ident, Span};
use syn::{Block, Signature};

pub(crate) use captures::{is_closure, tells_types};
pub(crate) use expressions::makes_a_variant;
pub(crate) use glue::{pattern_annotation, type_has_no_glue};
pub(crate) use macros::{
    diverges, format_at, is_format, is_known_macro, name as macro_name, read as read_macro, Known,
};
pub(crate) use operands::{gives_a_closure, Leaves, Operand, Waits};
pub(crate) use statements::{expr_attrs, expr_attrs_mut, never_ends};
pub(crate) use temporaries::{composed, is_root, root, root_mut, unparenthesised, Composed};
pub(crate) use tokens::{any_word, leaves};

/// The identity of a syntax node.
pub(crate) type Key = usize;

/// The identity of `node`. Nodes of different types can share an address: keep a table per type.
pub(crate) fn key<T>(node: &T) -> Key {
    std::ptr::from_ref(node) as usize
}

/// Index into [`Model::locals`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LocalId(pub(crate) usize);

/// Index into [`Model::bodies`]: 0 is the function, the others are closures and async blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct BodyId(pub(crate) usize);

/// Index into [`Model::regions`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockId(pub(crate) usize);

/// What is known of a function's body.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) locals: Vec<Local>,
    pub(crate) bodies: Vec<BodyInfo>,
    pub(crate) mentions: Vec<Mention>,
    /// By `PatIdent`.
    pub(crate) bindings: HashMap<Key, LocalId>,
    /// The receiver, if the function has one.
    pub(crate) receiver: Option<LocalId>,
    /// By `ExprClosure`.
    pub(crate) closures: HashMap<Key, BodyId>,
    /// By `ExprAsync`.
    pub(crate) async_blocks: HashMap<Key, BodyId>,
    /// Values that are kept until the end of a statement, by the `Expr` of the value.
    pub(crate) kept: HashMap<Key, Kept>,
    /// Values inside of what uses them, by the `Expr` that does.
    pub(crate) used: HashMap<Key, Used>,
    /// Calls whose receiver has no name, and may borrow what the same statement mentions later, or what ends before it.
    pub(crate) taken_whole: HashSet<Key>,
    /// Initialisers of which a variable of ours announces the drop of the value they keep, by the `Expr`.
    pub(crate) by_local: HashMap<Key, ByLocal>,
    /// Operands of which some may wait for others, by the `Expr` around them.
    pub(crate) operands: HashMap<Key, Vec<Operand>>,
    /// Values without a name that a `let` takes apart and does not take all of.
    pub(crate) splits: HashSet<Key>,
    /// What `for` loops make an iterator of, where that may need dropping.
    pub(crate) iterated: HashSet<Key>,
    /// Assignments to places other than a local of the body itself, by the assignment: the local that the place
    /// is a part of, if it is one of the body.
    pub(crate) replaced: HashMap<Key, Option<LocalId>>,
    /// The arguments of macros whose meaning is known, by `Macro`.
    pub(crate) macros: HashMap<Key, Known>,
    /// Mutable locals that a statement may have changed in place, by `Stmt`.
    pub(crate) changed: HashMap<Key, Vec<LocalId>>,
    /// Assignments to parts of the receiver.
    pub(crate) receiver_parts: HashSet<Key>,
    /// Macros of unknown meaning among the operands of a call, whose types the callee may tell, or not.
    pub(crate) free: HashSet<Key>,
    /// Names of locals, and places inside of them.
    pub(crate) names: HashSet<Key>,
    /// Straight-line regions.
    regions: Vec<Region>,
}

/// Statements that run in a row, if the first one does.
#[derive(Default)]
struct Region {
    /// The region around it, and the statement of that region it stands in.
    around: Option<(BlockId, usize)>,
    /// Statements after which the row may not go on.
    leaving: Vec<usize>,
}

/// A closure, an `async` block, or the function itself.
#[derive(Default)]
pub(crate) struct BodyInfo {
    /// Whether it has a frame in the trace: a closure only if it has locals of its own.
    pub(crate) framed: bool,
}

/// A named binding.
#[expect(clippy::struct_excessive_bools, reason = "five independent facts about one binding")]
pub(crate) struct Local {
    pub(crate) ident: Ident,
    pub(crate) body: BodyId,
    pub(crate) param: bool,
    pub(crate) mutable: bool,
    /// Whether its type may need dropping; `false` only where the source says that it does not.
    pub(crate) glue: bool,
    /// Whether something is assigned to it, or to a part of it, after its declaration.
    pub(crate) assigned: bool,
    /// Whether anything mentions it.
    pub(crate) mentioned: bool,
    /// The local around it that its name stands for where a `cfg` attribute takes it away.
    pub(crate) shadows: Option<LocalId>,
}

impl Local {
    /// Whether the name is one that the user mentions nowhere and expects to be mentioned nowhere.
    pub(crate) fn is_hidden(&self) -> bool {
        !self.mentioned && self.ident.to_string().starts_with('_')
    }
}

/// Why a value without a name is kept until the end of its statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Something looks at it where it is, or takes it apart with a pattern.
    LookedAt,
    /// It is the value of a statement.
    Discarded(Discarded),
    /// It is the value of `let _` or `_ =`.
    ByWildcard,
}

/// Where a statement stands whose value is dropped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Discarded {
    /// Others follow.
    Amid,
    /// It is the last of a block whose value is `()`. If it never ends, nothing else does.
    Last,
    /// It is the last of a block whose value may be of any type, because it never ends.
    LastOfAny,
}

/// How an expression uses a value without a name.
#[derive(Clone, Copy)]
pub(crate) struct Used {
    pub(crate) how: Usage,
    pub(crate) in_loop: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    /// A call has it as a receiver, or a part of it, and may take that.
    Receiver,
    /// A part of it is taken.
    Part,
    /// `&value` or `&mut value`.
    Borrowed,
    /// The same in an initialiser: it lives as long as a variable.
    BorrowedLong,
    /// `&value` of a value that the compiler may keep in a static, if it needs no dropping: it stays as it is.
    BorrowedAsIs,
    /// `pin!(value)`.
    Pinned,
}

/// An initialiser that keeps a value without a name as long as its variable.
#[derive(Clone, Copy)]
pub(crate) enum ByLocal {
    /// `&value`, in a variable of that type.
    Borrowed,
    /// `pin!(value)`.
    Pinned,
}

/// A place where a local is mentioned.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one place")]
pub(crate) struct Mention {
    pub(crate) local: LocalId,
    /// The body the mention stands in; not the local's own where a closure captures it.
    pub(crate) body: BodyId,
    /// The expression the mention is about: the path itself, or the call, match, closure around it.
    pub(crate) node: Key,
    pub(crate) how: How,
    /// The part that is mentioned: field names, and `*` for what a box or reference leads to.
    pub(crate) path: Vec<String>,
    pub(crate) in_loop: bool,
    pub(crate) span: Span,
    /// Whether it surely is a mention of this very local, that is compiled.
    plain: bool,
    /// Whether a macro before it may have defined another local of this name.
    pub(crate) perhaps_another: bool,
    /// Whether it may be the name of a field or method, in a macro of unknown meaning: the local may have moved before.
    pub(crate) may_be_a_part: bool,
    /// Whether, in a macro of unknown meaning, only parts of it are mentioned, or methods.
    pub(crate) in_parts: bool,
    /// Whether it stands in what is returned, or broken out with.
    leaving: bool,
    /// The mentions inside the node (indices into [`Model::mentions`]), this one included.
    pub(crate) within: Range<usize>,
    /// How many locals were declared before it.
    pub(crate) locals_before: usize,
    block: BlockId,
    statement: usize,
    /// How many expressions that leave stand before it.
    departures: usize,
}

impl Mention {
    /// Whether it may take parts that it does not name: then a later use of another part proves nothing.
    fn takes_parts(&self) -> bool {
        matches!(self.how, How::Scrutinee | How::Base | How::Capture(Capture::Part))
    }
}

/// What a mention does with the local.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Reads, borrows or modifies it in place.
    Place,
    /// Names it before `_`: a closure may not even capture it for that.
    Ignored,
    /// Takes its value, if the type is not `Copy`.
    Value(Into),
    /// Calls a method on it, or calls it: whether that takes the value depends on types.
    Receiver,
    /// `..local` in a struct expression.
    Base,
    /// Matches on it.
    Scrutinee,
    /// Hands it to a macro of unknown meaning, as `opaque` tokens if they cannot be probed.
    Macro { opaque: bool },
    /// Assigns to it (`whole`) or to a part of it.
    Assign { whole: bool },
    /// A closure captures it.
    Capture(Capture),
    /// `drop(local)`: the value, if that is the standard library's `drop`.
    DropCall,
}

/// How a closure captures a local.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capture {
    /// By value, if the type is not `Copy`.
    Whole,
    /// Parts of it by value, if their types are not `Copy`.
    Part,
    /// As a whole, by value or not, depending on types.
    Unknown,
    /// By reference.
    Borrow,
    /// Something inside cannot be understood.
    Opaque,
}

/// What takes a value. The names are those of the runtime's `site::Into`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Into {
    Call,
    Return,
    Assign,
    Field,
    Capture,
    Receiver,
    Pattern,
    Macro,
}

impl Model {
    /// Reads the body of a function.
    pub(crate) fn of(sig: &Signature, block: &Block) -> Self {
        walk::Walker::new().function(sig, block)
    }

    pub(crate) fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.0]
    }

    /// The local that gives the guard its name: of those that a name may stand for, the outermost.
    pub(crate) fn guard_of(&self, id: LocalId) -> LocalId {
        self.local(id).shadows.map_or(id, |around| self.guard_of(around))
    }

    /// Whether the local is plainly used again after this mention, on the same straight line of
    /// statements. Then the mention did not move it: the compiler would refuse the later use.
    pub(crate) fn used_later(&self, mention: &Mention) -> bool {
        if self.local(mention.local).assigned || mention.leaving {
            return false;
        }
        // In the same statement, what comes behind all that the node holds.
        let behind = mention.within.end;
        self.mentions.iter().enumerate().any(|(index, later)| {
            later.plain
                && (later.path.is_empty() || !mention.takes_parts())
                && later.local == mention.local
                && later.body == mention.body
                && paths_meet(&later.path, &mention.path)
                && (self.follows(later, mention) || index >= behind && self.goes_on_to(later, mention))
        })
    }

    /// Whether `later` stands in the same statement of the region `mention` stands in, however deep, with nothing between
    /// that leaves.
    ///
    /// Not for what a `match` looks at: each of its patterns takes something else, and the arms of the others do not follow.
    fn goes_on_to(&self, later: &Mention, mention: &Mention) -> bool {
        if mention.how == How::Scrutinee {
            return false;
        }
        let mut place = Some((later.block, later.statement));
        while let Some((block, statement)) = place {
            if block == mention.block {
                return statement == mention.statement && later.departures == mention.departures;
            }
            place = self.regions[block.0].around;
        }
        false
    }

    /// Whether `later` stands in a later statement of the region `mention` stands in, however deep.
    fn follows(&self, later: &Mention, mention: &Mention) -> bool {
        let mut place = Some((later.block, later.statement));
        while let Some((block, statement)) = place {
            let region = &self.regions[block.0];
            if block == mention.block {
                let between = mention.statement..statement;
                return !between.is_empty() && !region.leaving.iter().any(|at| between.contains(at));
            }
            place = region.around;
        }
        false
    }
}

/// Whether one path leads through the other, so that moving the one makes the other unusable.
fn paths_meet(a: &[String], b: &[String]) -> bool {
    let shorter = a.len().min(b.len());
    a[..shorter] == b[..shorter]
}
