//! Closures: how they capture what they mention.

use syn::spanned::Spanned;
use syn::{Expr, ExprClosure};

use super::temporaries::unparenthesised;
use super::walk::{About, Declared, Use, Walker};
use super::{key, BodyId, BodyInfo, Capture, How, Into, LocalId, Mention};

/// Whether an operand is a closure.
pub(crate) fn is_closure(operand: &Expr) -> bool {
    matches!(unparenthesised(operand), Expr::Closure(_))
}

/// Whether an operand tells the compiler a type before it looks at closures.
pub(crate) fn tells_types(operand: &Expr) -> bool {
    !matches!(unparenthesised(operand), Expr::Closure(_))
}

/// What a closure does with a local of the outside, over all its mentions.
struct Captured {
    local: LocalId,
    capture: Capture,
    /// Whether it is mentioned as a whole anywhere.
    whole: bool,
}

impl Captured {
    /// A local mentioned as a whole is captured as a whole, in the strongest way of its parts.
    fn merged(&self) -> Capture {
        match self.capture {
            Capture::Part if self.whole => Capture::Unknown,
            capture => capture,
        }
    }
}

/// Where the walker was outside of a closure.
#[derive(Clone, Copy)]
pub(super) struct Outside {
    body: BodyId,
    in_loop: bool,
    labelled: bool,
}

impl Walker {
    /// Notes closures among the operands of a call that others follow.
    ///
    /// The compiler looks at closures last, when the others have told the types of their parameters; but only at those that
    /// nothing stands around. So what such a closure captures is told by the operand behind it.
    pub(super) fn note_early_closures(&mut self, operands: &[&Expr]) {
        for (index, operand) in operands.iter().enumerate() {
            let next = operands[index + 1..].iter().find(|later| tells_types(later));
            if let (true, Some(next)) = (is_closure(operand), next) {
                self.early.insert(key(unparenthesised(operand)), key(*next));
            }
        }
    }

    pub(super) fn closure(&mut self, expr: &Expr, closure: &ExprClosure) {
        let outside = self.enter_body();
        self.model.closures.insert(key::<ExprClosure>(closure), self.body);
        self.region(|walker| {
            for input in &closure.inputs {
                walker.bind(input, Declared { param: true, no_glue: false });
            }
            walker.terminating(|walker| walker.expr(&closure.body, Use::Value(Into::Return)));
        });
        self.leave_body(outside, closure.capture.is_some(), expr);
    }

    pub(super) fn enter_body(&mut self) -> Outside {
        let outside = Outside { body: self.body, in_loop: self.in_loop, labelled: self.labelled };
        self.body = BodyId(self.model.bodies.len());
        (self.in_loop, self.labelled) = (false, false);
        self.model.bodies.push(BodyInfo::default());
        outside
    }

    /// Back outside a closure: whatever it mentions of the outside, it captures.
    pub(super) fn leave_body(&mut self, outside: Outside, by_move: bool, expr: &Expr) {
        let inside = self.body;
        (self.body, self.in_loop, self.labelled) = (outside.body, outside.in_loop, outside.labelled);
        let mut captured: Vec<Captured> = Vec::new();
        for mention in &self.model.mentions {
            if mention.body != inside || self.model.local(mention.local).body == inside {
                continue;
            }
            let known = captured.iter_mut().find(|known| known.local == mention.local);
            let capture = capture_of(mention, by_move);
            let whole = mention.path.is_empty();
            match known {
                Some(known) => {
                    known.capture = stronger(known.capture, capture);
                    known.whole |= whole;
                }
                None => captured.push(Captured { local: mention.local, capture, whole }),
            }
        }
        let start = self.model.mentions.len();
        let early = self.early.get(&key(expr)).copied();
        for captured in &captured {
            let how = How::Capture(match captured.merged() {
                Capture::Unknown | Capture::Part if early.is_some() => Capture::Opaque,
                capture => capture,
            });
            self.mention(About {
                local: captured.local,
                how,
                path: Vec::new(),
                node: early.unwrap_or(key(expr)),
                span: expr.span(),
            });
        }
        let end = self.model.mentions.len();
        for mention in &mut self.model.mentions[start..] {
            mention.within = start..end;
        }
    }
}

fn capture_of(mention: &Mention, by_move: bool) -> Capture {
    let whole = mention.path.is_empty();
    match mention.how {
        How::Macro { opaque: true } | How::Capture(Capture::Opaque) => Capture::Opaque,
        How::Macro { .. } if by_move => Capture::Whole,
        // Captured in edition 2018, and not in later ones.
        How::Ignored if by_move => Capture::Unknown,
        _ if by_move => {
            if whole {
                Capture::Whole
            } else {
                Capture::Part
            }
        }
        How::Value(_) | How::DropCall if whole => Capture::Whole,
        How::Value(_) => Capture::Part,
        How::Place | How::Ignored | How::Assign { .. } => Capture::Borrow,
        How::Capture(inner) => inner,
        _ if whole => Capture::Unknown,
        _ => Capture::Part,
    }
}

/// What is known of a capture from two mentions.
fn stronger(a: Capture, b: Capture) -> Capture {
    const ORDER: [Capture; 5] =
        [Capture::Opaque, Capture::Whole, Capture::Unknown, Capture::Part, Capture::Borrow];
    if ORDER.iter().find(|&&capture| capture == a || capture == b) == Some(&a) {
        a
    } else {
        b
    }
}
