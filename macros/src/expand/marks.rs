//! Notes that a local loses its value, put where it does.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{token, Attribute, Block, Expr, ExprBlock, ExprParen, Label, Lifetime, Stmt, Token, UnOp};

use super::ends::ends_of;
use super::operands::{callee_span, Waiting};
use super::patterns::part_answer;
use super::questions::operands;
use super::rewrite::{spell_out, Rewriter};
use super::step::{statement, take, Step};
use super::temporaries::located;
use crate::body::{Into, Key, LocalId};
use crate::paths::{again, callee, guard, ours, probe};
use crate::plan::{Mark, MarkKind, Part};

/// What to put around an expression, made before the expression is rewritten.
#[derive(Default)]
pub(super) struct Wrapper {
    pub(super) label: Option<Lifetime>,
    pub(super) before: Vec<TokenStream>,
    /// The probe that has a closure's type.
    pub(super) closure: Option<Ident>,
    /// The probe that the whole expression gives its type to, on its way, and whether that has the type
    /// already: then nothing else may be expected.
    pub(super) through: Option<(Ident, bool)>,
    /// What is asked of a call's operands.
    pub(super) operands: Vec<TypedOperand>,
    /// Whether the call takes its receiver, and that needs dropping.
    pub(super) receiver: Option<TokenStream>,
    /// What announces the drop of a receiver that stands alone, and the operand it is made beside, if not behind the
    /// call.
    pub(super) late: Option<(TokenStream, Option<usize>)>,
    /// What goes around operands that wait for others.
    pub(super) waiting: Option<Waiting>,
    /// The first and the last token of what it goes around, as the user wrote it.
    ends: Option<(Span, Span)>,
    after: Vec<TokenStream>,
    assigned: Vec<Mark>,
    drop_call: Option<Mark>,
}

/// An operand that gives its type to a probe.
pub(super) struct TypedOperand {
    /// Its position.
    pub(super) index: usize,
    pub(super) probe: Ident,
    pub(super) way: Way,
}

/// How an operand gives its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It comes behind a value of the type, in code that never runs.
    Behind,
    /// It comes before: the first type met decides on coercions, and should be the operand's. Behind a `break`
    /// its temporaries would be gone, so that is for plain names.
    Before,
    /// It goes through a call. The other ways lead past it, and on the way past, locals that it takes would still
    /// have their values.
    Through,
}

impl Rewriter<'_> {
    /// Prepares what the plan says about a node; its questions hold copies of the node as it is now.
    pub(super) fn prepare(&mut self, node: Key, expr: &Expr) -> Wrapper {
        let mut wrapper = Wrapper::default();
        let Some(marks) = self.plan.marks.get(&node) else { return wrapper };
        wrapper.ends = Some(ends_of(expr));
        let mut answers = Vec::new();
        for mut mark in marks.clone() {
            // Of a local that is no longer whole, the address cannot be taken to compare it.
            let compare = mark.perhaps_another && mark.part == Part::Whole;
            mark.ambiguous |= mark.perhaps_another && !compare;
            let answer = self.mark(&mark, expr, &mut wrapper);
            answers.push(if compare { self.if_the_same(&mark, &answer) } else { answer });
        }
        wrapper.before.extend(answers);
        wrapper
    }

    /// What one mark adds before the expression; what it adds elsewhere goes into the wrapper.
    fn mark(&mut self, mark: &Mark, expr: &Expr, wrapper: &mut Wrapper) -> TokenStream {
        let guard = guard(mark.local);
        match mark.kind {
            MarkKind::Assigned => wrapper.assigned.push(mark.clone()),
            MarkKind::DropCall => wrapper.drop_call = Some(mark.clone()),
            MarkKind::Refilled => wrapper.after.push(ours!(#guard.refilled();)),
            MarkKind::PartMoved => {
                let place = negated(expr);
                let (probe, steps) = self.declare_probe(&ours!(like(&raw const #place)));
                wrapper.before.extend(steps.into_iter().map(tokens_of));
                return self.answered(mark, &probe);
            }
            MarkKind::Asked => {
                return match self.ask(mark, expr, wrapper) {
                    Some(probe) => {
                        if mark.into == Into::Receiver && !mark.ambiguous {
                            wrapper.receiver = Some(ours!(#probe.moves()));
                        }
                        self.answered(mark, &probe)
                    }
                    None => self.unknown(mark),
                };
            }
            MarkKind::Captured => {
                let probe = self.captures(wrapper, expr);
                return self.answered(mark, &probe);
            }
            MarkKind::Unknown => return self.unknown(mark),
            MarkKind::Moved => {
                let site = self.tables().site(mark.into, mark.span);
                return ours!(#guard.moved(#site););
            }
        }
        TokenStream::new()
    }

    /// A note that only counts if the name still stands for the guarded local.
    fn if_the_same(&self, mark: &Mark, note: &TokenStream) -> TokenStream {
        if note.is_empty() {
            return TokenStream::new();
        }
        let (guard, name) = (guard(mark.local), again(&self.model.local(mark.local).ident));
        ours!(if #guard.watches(&raw const #name) { #note })
    }

    pub(super) fn unknown(&mut self, mark: &Mark) -> TokenStream {
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        ours!(#guard.maybe_moved(#site);)
    }

    /// What a probe's answer says to the local's guard.
    pub(super) fn answered(&mut self, mark: &Mark, probe: &Ident) -> TokenStream {
        let site = self.tables().site(mark.into, mark.span);
        if mark.ambiguous {
            let guard = guard(mark.local);
            return ours!(if #probe.moves() { #guard.maybe_moved(#site); });
        }
        let answer = part_answer(mark, &ours!(#probe.moves()), site);
        ours!(#answer;)
    }

    /// Puts the wrapper around the rewritten expression.
    pub(super) fn wrap(&mut self, wrapper: Wrapper, expr: &mut Expr) {
        if !wrapper.operands.is_empty() {
            self.wrap_operands(&wrapper.operands, expr);
        }
        if let Some(waiting) = wrapper.waiting {
            self.wait_inside(waiting, expr);
        }
        let mut attrs = Vec::new();
        if let Some((late, beside)) = &wrapper.late {
            let rt = self.options.paths.private();
            if let Some(operand) = beside.and_then(|index| operands(expr).into_iter().nth(index)) {
                let value = take(operand);
                *operand = Expr::Verbatim(ours!(#rt::beside(&#late, #value)));
            } else {
                attrs.extend(take_attrs(expr));
                let value = take(expr);
                *expr = Expr::Verbatim(ours!(#rt::behind_call(#value, &#late)));
            }
        }
        if let Some((probe, known)) = &wrapper.through {
            attrs.extend(take_attrs(expr));
            let (rt, value) = (self.options.paths.private(), take(expr));
            *expr = Expr::Verbatim(if *known {
                ours!(#rt::through(#probe, #value).value)
            } else {
                ours!(#rt::with_type(#probe, #value))
            });
        }
        let mut stmts: Vec<Stmt> = wrapper.before.into_iter().map(statement).collect();
        if let Some(mark) = &wrapper.drop_call {
            stmts.extend(self.before_drop_call(mark, expr));
        }
        let mut after: Vec<Stmt> = wrapper.after.into_iter().map(statement).collect();
        if !wrapper.assigned.is_empty() {
            after.push(self.after_assignment(&wrapper.assigned, expr));
        }
        if stmts.is_empty() && after.is_empty() {
            return;
        }
        attrs.extend(take_attrs(expr));
        without_parens(expr);
        let ends = wrapper.ends.unwrap_or_else(|| ends_of(expr));
        let semi = (!after.is_empty()).then(|| Token![;](Span::mixed_site()));
        stmts.push(Stmt::Expr(take(expr), semi));
        stmts.extend(after);
        *expr = labelled(wrapper.label, stmts, attrs, ends);
    }

    /// Lets operands give their types to their probes.
    fn wrap_operands(&mut self, typed: &[TypedOperand], expr: &mut Expr) {
        let rt = self.options.paths.private();
        let span = callee_span(expr);
        for (index, operand) in operands(expr).into_iter().enumerate() {
            let Some(TypedOperand { probe, way, .. }) = typed.iter().find(|typed| typed.index == index)
            else {
                continue;
            };
            let ends = ends_of(operand);
            let label = self.operand_label(ends.0);
            let value = take(operand);
            let stmts = match way {
                Way::Before => {
                    vec![statement(ours!(if true { break #label #value; })), statement(ours!(#probe.value()))]
                }
                Way::Behind => {
                    vec![statement(ours!(if false { break #label #probe.value(); })), Stmt::Expr(value, None)]
                }
                Way::Through => {
                    *operand =
                        Expr::Verbatim(located(ours!(#rt::through(#probe, #value).value), (span, span)));
                    continue;
                }
            };
            *operand = labelled(Some(label), stmts, Vec::new(), ends);
        }
        if let Expr::Struct(fields) = expr {
            spell_out(fields);
        }
    }

    /// ```text
    /// drop(x)               { let callee = drop;
    ///                         local0.dropped(is_drop(&callee), 0);
    ///                         callee(x) }
    /// ```
    fn before_drop_call(&mut self, mark: &Mark, expr: &mut Expr) -> Vec<Stmt> {
        let Expr::Call(call) = expr else { return Vec::new() };
        let rt = self.options.paths.private();
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        let callee = callee();
        let func = std::mem::replace(&mut *call.func, Expr::Verbatim(ours!(#callee)));
        let mut note = ours!(#guard.dropped(#rt::is_drop(&#callee), #site););
        if mark.perhaps_another {
            note = self.if_the_same(mark, &note);
        }
        vec![statement(ours!(let #callee = #func;)), statement(note)]
    }

    /// ```text
    /// x = f()               { x = after(f(), { local0.replaced(); });
    ///                         local0.assigned(&x); }
    /// ```
    ///
    /// The arguments of `after` are evaluated in order: the new value is there, the old one not yet gone.
    fn after_assignment(&mut self, marks: &[Mark], expr: &mut Expr) -> Stmt {
        let rt = self.options.paths.private();
        let guards: Vec<_> = marks.iter().map(|mark| guard(mark.local)).collect();
        let assigned: Vec<_> = marks.iter().map(|mark| self.assigned(mark.local)).collect();
        if let Expr::Assign(assign) = expr {
            let value = &assign.right;
            *assign.right = Expr::Verbatim(ours!(#rt::after(#value, { #(#guards.replaced();)* })));
        }
        statement(ours!(#(#assigned;)*))
    }

    /// The place that is assigned to, as an entry in the description of the frame.
    pub(super) fn place_site(&mut self, assign: &Expr) -> u32 {
        match assign {
            Expr::Assign(assign) => self.value_site(&assign.left),
            other => self.value_site(other),
        }
    }

    /// ```text
    /// x.y = f()             x.y = replacing(f(), 0)
    /// v[i].y = f()          let probe1 = probe();
    ///                       (*replaced(&mut v[i], probe1, 0)).y = through(probe1, f()).value
    /// ```
    ///
    /// An element is there only if its index is: that is known once the place was evaluated, after the value. A
    /// field may be moved out, and cannot be borrowed then.
    pub(super) fn replaced(&mut self, of: Option<LocalId>, site: u32, expr: &mut Expr) {
        let rt = self.options.paths.private();
        let Expr::Assign(assign) = expr else { return };
        if let Some(element) = element_of(&mut assign.left) {
            let (like, place, value) = (probe(self.number()), take(element), take(&mut assign.right));
            *element = Expr::Verbatim(ours!((*#rt::replaced(&mut #place, #like, #site))));
            *assign.right = Expr::Verbatim(ours!(#rt::through(#like, #value).value));
            *expr = Expr::Verbatim(ours!({ let #like = #rt::probe(); #assign }));
            return;
        }
        let value = &assign.right;
        *assign.right = Expr::Verbatim(of.map(guard).map_or_else(
            || ours!(#rt::replacing(#value, #site)),
            |guard| ours!(#rt::replacing_part(#value, &#guard, #site)),
        ));
    }
}

/// The innermost element that a place is, or is inside of.
fn element_of(place: &mut Expr) -> Option<&mut Expr> {
    match place {
        Expr::Index(_) => Some(place),
        Expr::Field(field) => element_of(&mut field.base),
        Expr::Paren(inner) => element_of(&mut inner.expr),
        _ => None,
    }
}

pub(super) fn label(number: usize, span: Span) -> Lifetime {
    Lifetime::new(&format!("'__tm{number}"), span)
}

/// A block of ours, with a label or without.
///
/// It stands where the expression inside does, from the first of two tokens of the user's to the second: a mistake is
/// told there.
pub(super) fn labelled(
    label: Option<Lifetime>,
    stmts: Vec<Stmt>,
    attrs: Vec<Attribute>,
    (start, end): (Span, Span),
) -> Expr {
    let end = if label.is_some() { end } else { start };
    let label = label.map(|name| Label { name, colon_token: Token![:](Span::mixed_site()) });
    let brace_token = token::Brace(Span::mixed_site().located_at(end));
    let block = ExprBlock { attrs: Vec::new(), label, block: Block { brace_token, stmts } };
    // A block ends a statement, an operand of `..` and more; parentheses never do.
    Expr::Paren(ExprParen {
        attrs,
        paren_token: token::Paren(Span::mixed_site()),
        expr: Box::new(Expr::Block(block)),
    })
}

/// Takes the attributes off an expression that goes into a block: they belong on the whole.
pub(super) fn take_attrs(expr: &mut Expr) -> Vec<Attribute> {
    match expr {
        Expr::Assign(inner) => std::mem::take(&mut inner.attrs),
        Expr::Call(inner) => std::mem::take(&mut inner.attrs),
        Expr::MethodCall(inner) => std::mem::take(&mut inner.attrs),
        Expr::Macro(inner) => std::mem::take(&mut inner.attrs),
        Expr::Path(inner) => std::mem::take(&mut inner.attrs),
        Expr::Struct(inner) => std::mem::take(&mut inner.attrs),
        Expr::Try(inner) => std::mem::take(&mut inner.attrs),
        Expr::Await(inner) => std::mem::take(&mut inner.attrs),
        Expr::Paren(inner) => std::mem::take(&mut inner.attrs),
        Expr::If(inner) => std::mem::take(&mut inner.attrs),
        Expr::Match(inner) => std::mem::take(&mut inner.attrs),
        Expr::While(inner) => std::mem::take(&mut inner.attrs),
        _ => Vec::new(),
    }
}

/// Takes away parentheses of the user's that would now stand around all of a block's value.
fn without_parens(expr: &mut Expr) {
    if let Expr::Paren(paren) = expr {
        if !matches!(&*paren.expr, Expr::Block(_)) {
            *expr = take(&mut paren.expr);
            without_parens(expr);
        }
    }
}

/// The operand of `!` or `-`, or the expression itself: a dereference is a place.
fn negated(expr: &Expr) -> &Expr {
    match expr {
        Expr::Unary(unary) if !matches!(unary.op, UnOp::Deref(_)) => &unary.expr,
        _ => expr,
    }
}

fn tokens_of(step: Step) -> TokenStream {
    let stmt = step.into_statement();
    ours!(#stmt)
}
