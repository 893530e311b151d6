//! What will be instrumented, and how. Nothing is left to decide after this.

use std::collections::HashMap;

use proc_macro2::Span;

use crate::body::{Capture, How, Into, Key, LocalId, Mention, Model};

/// The instrumentation of one function.
#[derive(Default)]
pub(crate) struct Plan {
    /// What to add at an expression.
    pub(crate) marks: HashMap<Key, Vec<Mark>>,
    /// Locals that are matched in place, by the matched expression.
    pub(crate) scrutinees: HashMap<Key, Mark>,
}

/// A place where a local may lose its value, or get one.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one place")]
pub(crate) struct Mark {
    pub(crate) local: LocalId,
    pub(crate) kind: MarkKind,
    pub(crate) into: Into,
    pub(crate) part: Part,
    pub(crate) span: Span,
    /// Other locals whose value the expression may take: kept out of the question asked about this one.
    pub(crate) others: Vec<LocalId>,
    /// Locals from outside of the closure around that the expression mentions as a whole, and the receiver: those it may
    /// take, and nothing can stand in for them.
    pub(crate) outside: Vec<LocalId>,
    /// Whether another local's part may be taken, which cannot be kept out.
    pub(crate) ambiguous: bool,
    /// Whether the name may stand for another local here, which the guard can tell by its address.
    pub(crate) perhaps_another: bool,
    /// Whether other expressions may take parts of the local, too.
    pub(crate) in_parts: bool,
    pub(crate) in_loop: bool,
}

/// How it is known what happens to the local.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// The value goes, unless the type is `Copy`: by syntax.
    Moved,
    /// A part of the value goes, unless the part's type is `Copy`.
    PartMoved,
    /// The compiler is asked whether the expression takes the value.
    Asked,
    /// The compiler is asked whether the closure owns anything.
    Captured,
    /// It cannot be known.
    Unknown,
    /// `drop(local)`.
    DropCall,
    /// An assignment to the whole local.
    Assigned,
    /// An assignment to a part of a local that may have been moved in part.
    Refilled,
}

/// How much of the local is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// Some fields; whether anything remains that needs dropping is not known.
    Fields,
    /// What a box holds; the box itself remains and is freed.
    BoxContent,
}

impl Plan {
    pub(crate) fn of(model: &Model) -> Self {
        let mut plan = Self::default();
        for mention in &model.mentions {
            if concerns_a_guard(model, mention) {
                plan.add(model, mention);
            }
        }
        plan
    }

    fn add(&mut self, model: &Model, mention: &Mention) {
        let (kind, into) = match mention.how {
            How::Assign { whole: true } => (MarkKind::Assigned, Into::Assign),
            How::Assign { whole: false } if partly_moved(model, mention) => {
                (MarkKind::Refilled, Into::Assign)
            }
            How::Place | How::Ignored | How::Assign { .. } | How::Capture(Capture::Borrow) => return,
            _ if model.used_later(mention) => return,
            How::Value(into) if mention.path.is_empty() => (MarkKind::Moved, into),
            How::Value(into) => (MarkKind::PartMoved, into),
            How::DropCall => (MarkKind::DropCall, Into::Call),
            How::Receiver => (MarkKind::Asked, Into::Receiver),
            How::Base => (MarkKind::Asked, Into::Field),
            How::Scrutinee => (MarkKind::Asked, Into::Pattern),
            How::Macro { opaque: false } => (MarkKind::Asked, Into::Macro),
            How::Macro { .. } => (MarkKind::Unknown, Into::Macro),
            How::Capture(Capture::Whole) => (MarkKind::Moved, Into::Capture),
            How::Capture(Capture::Opaque) => (MarkKind::Unknown, Into::Capture),
            How::Capture(_) => (MarkKind::Captured, Into::Capture),
        };
        let Others { own: others, outside, mut ambiguous } = others(model, mention);
        // What a macro holds may run or not.
        ambiguous |= matches!(mention.how, How::Macro { .. });
        let mark = Mark {
            local: model.guard_of(mention.local),
            kind,
            into,
            part: part(mention),
            span: mention.span,
            others,
            outside,
            ambiguous,
            perhaps_another: mention.perhaps_another,
            in_parts: partly_moved(model, mention),
            in_loop: mention.in_loop,
        };
        if mention.how == How::Scrutinee {
            self.scrutinees.insert(mention.node, mark);
        } else {
            self.marks.entry(mention.node).or_default().push(mark);
        }
    }
}

/// Whether some other mention of the local may take a part of its value.
fn partly_moved(model: &Model, mention: &Mention) -> bool {
    model.mentions.iter().any(|other| {
        other.local == mention.local
            && other.node != mention.node
            && (other.how == How::Scrutinee
                || (!other.path.is_empty() && !matches!(other.how, How::Place | How::Ignored)))
            && !matches!(other.how, How::Assign { .. })
    })
}

/// Guards are reached only from the body that declares them: a closure must not capture them.
fn concerns_a_guard(model: &Model, mention: &Mention) -> bool {
    let local = model.local(mention.local);
    local.glue && local.body == mention.body
}

fn part(mention: &Mention) -> Part {
    let parts = matches!(mention.how, How::Base | How::Capture(Capture::Part));
    if mention.path.iter().any(|step| step == "*") {
        Part::BoxContent
    } else if parts || !mention.path.is_empty() {
        Part::Fields
    } else {
        Part::Whole
    }
}

/// The other locals whose value a node may take.
#[derive(Default)]
struct Others {
    own: Vec<LocalId>,
    outside: Vec<LocalId>,
    /// Whether those are not all.
    ambiguous: bool,
}

fn others(model: &Model, mention: &Mention) -> Others {
    let mut found = Others::default();
    if matches!(mention.how, How::Capture(_)) {
        found.ambiguous = captures_more(model, mention);
    }
    if !matches!(mention.how, How::Macro { .. }) {
        // Operands are only there as types.
        return found;
    }
    for other in &model.mentions[mention.within.clone()] {
        let taken = !matches!(
            other.how,
            How::Place | How::Ignored | How::Assign { .. } | How::Capture(Capture::Borrow)
        );
        let is_another = other.local != mention.local && !other.may_be_a_part;
        if !taken || !is_another || !is_visible(model, other, mention) {
            continue;
        }
        // A closure around captures as little of a local of its outside as it mentions.
        let is_outside = model.local(other.local).body != mention.body;
        let is_receiver = model.receiver == Some(other.local);
        let is_whole = is_outside && !other.in_parts || is_receiver && !is_outside;
        if is_whole && !found.outside.contains(&other.local) {
            found.outside.push(other.local);
        }
        if is_outside || !other.path.is_empty() || is_receiver {
            found.ambiguous = true;
        } else if !found.own.contains(&other.local) {
            found.own.push(other.local);
        }
    }
    found
}

/// Whether the closure may own more than the mentioned local.
fn captures_more(model: &Model, mention: &Mention) -> bool {
    model.mentions[mention.within.clone()].iter().any(|other| {
        other.local != mention.local
            && other.how != How::Capture(Capture::Borrow)
            && model.local(other.local).glue
    })
}

/// Whether the mention is one of the body's own, of a local that lives outside the node.
fn is_visible(model: &Model, other: &Mention, mention: &Mention) -> bool {
    other.body == mention.body && other.local.0 < mention.locals_before && model.local(other.local).glue
}
