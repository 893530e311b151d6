//! Notes that a local loses its value, put where it does.

use proc_macro2::{Span, TokenStream};
use syn::{Block, Expr, Lifetime, Macro, Stmt};

use super::dead;
use super::locals::{block_expr, brace, statement, take, Step};
use super::patterns::part_answer;
use super::rewrite::Rewriter;
use crate::body::{key, Key};
use crate::paths::{again, guard, ours, probe};
use crate::plan::{Mark, MarkKind};

/// What to put around an expression, made before the expression is rewritten.
#[derive(Default)]
pub(super) struct Wrapper {
    label: Option<Lifetime>,
    before: Vec<TokenStream>,
    /// The probe that has a closure's type.
    closure: Option<syn::Ident>,
    assigned: Vec<Mark>,
    drop_call: Option<Mark>,
}

impl Rewriter<'_> {
    /// Prepares what the plan says about a node; its questions hold copies of the node as it is now.
    pub(super) fn prepare(&mut self, node: Key, expr: &Expr) -> Wrapper {
        let mut wrapper = Wrapper::default();
        let Some(marks) = self.plan.marks.get(&node) else { return wrapper };
        let marks = marks.clone();
        let mut answers = Vec::new();
        for mark in marks {
            match mark.kind {
                MarkKind::Assigned => wrapper.assigned.push(mark),
                MarkKind::DropCall => wrapper.drop_call = Some(mark),
                MarkKind::PartMoved => {
                    let (probe, steps) = self.declare_probe(&ours!(like(&raw const #expr)));
                    wrapper.before.extend(steps.into_iter().map(tokens_of));
                    answers.push(self.answer(&mark, &probe));
                }
                MarkKind::Asked => match self.asked(&mark, expr) {
                    Some((probe, dead)) => {
                        let label = wrapper.label.get_or_insert_with(|| label(self.number())).clone();
                        let rt = self.options.paths.private();
                        wrapper.before.push(ours!(let #probe = #rt::probe();));
                        wrapper.before.push(dead.ask(&probe, &label, &rt));
                        answers.push(self.answer(&mark, &probe));
                    }
                    None => answers.push(self.unknown(&mark)),
                },
                MarkKind::Captured => {
                    let probe = self.captures(&mut wrapper);
                    answers.push(self.answer(&mark, &probe));
                }
                MarkKind::Moved => {
                    let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
                    answers.push(ours!(#guard.moved(#site);));
                }
                MarkKind::Unknown => answers.push(self.unknown(&mark)),
            }
        }
        wrapper.before.extend(answers);
        wrapper
    }

    /// Asks for the type of a closure, which gives its own to the block around it. It is not copied:
    /// a copy would have another type, and might not know the types of its parameters.
    ///
    /// ```text
    /// |item| set.contains(item)     'probe2: { let probe1 = probe();
    ///                                 if false { break 'probe2 probe1.value(); }
    ///                                 local0.moved_if(probe1.moves(), 0);
    ///                                 |item| set.contains(item) }
    /// ```
    fn captures(&mut self, wrapper: &mut Wrapper) -> syn::Ident {
        if let Some(probe) = &wrapper.closure {
            return probe.clone();
        }
        let rt = self.options.paths.private();
        let probe = probe(self.number());
        let label = wrapper.label.get_or_insert_with(|| label(self.number())).clone();
        wrapper.before.push(ours!(let #probe = #rt::probe();));
        wrapper.before.push(ours!(if false { break #label #probe.value(); }));
        wrapper.closure = Some(probe.clone());
        probe
    }

    fn unknown(&mut self, mark: &Mark) -> TokenStream {
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        ours!(#guard.maybe_moved(#site);)
    }

    fn answer(&mut self, mark: &Mark, probe: &syn::Ident) -> TokenStream {
        let site = self.tables().site(mark.into, mark.span);
        if mark.ambiguous {
            let guard = guard(mark.local);
            return ours!(if #probe.moves() { #guard.maybe_moved(#site); });
        }
        let answer = part_answer(mark, &ours!(#probe.moves()), site);
        ours!(#answer;)
    }

    /// The dead closure that captures the local by value exactly if `expr` takes its value.
    fn asked(&mut self, mark: &Mark, expr: &Expr) -> Option<(syn::Ident, Dead)> {
        if dead::breaks_out(expr, mark.in_loop) {
            return None;
        }
        let dead::Copy { tokens, may_return } = dead::copy(expr, self.options.paths)?;
        // The closure must return what the body returns.
        let returns = if may_return { Some(self.returns.last().cloned().flatten()?) } else { None };
        let others = self.kept_out(mark);
        Some((probe(self.number()), Dead { others, copy: tokens, returns }))
    }

    /// Stand-ins for the other locals whose value the expression takes, so that the closure captures
    /// those only by reference.
    fn kept_out(&self, mark: &Mark) -> Vec<TokenStream> {
        let rt = self.options.paths.private();
        let stand_in = |&other: &crate::body::LocalId| {
            let local = self.model.local(other);
            let (ident, name) = (&local.ident, again(&local.ident));
            if local.ident == "self" {
                return TokenStream::new();
            }
            if local.mutable {
                ours!(let mut #ident = #rt::conjure(&#name); let _ = &mut #name;)
            } else {
                ours!(let #ident = #rt::conjure(&#name);)
            }
        };
        mark.others.iter().map(stand_in).collect()
    }

    /// Questions about a macro in statement position. It stays where it is, since it may declare
    /// variables for the statements that follow.
    pub(super) fn ask_before_macro(&mut self, mac: &Macro) -> Vec<Step> {
        let node = key::<Macro>(mac);
        let Some(marks) = self.plan.marks.get(&node) else { return Vec::new() };
        let mut steps = Vec::new();
        for mark in marks.clone() {
            let others = self.kept_out(&mark);
            let returns = self.returns.last().cloned().flatten();
            let returns = returns.filter(|_| mark.kind == MarkKind::Asked && !mark.in_loop);
            if let Some(returns) = returns {
                let dead = ours!(|| -> #returns { #(#others)* if true { #mac; } loop {} });
                let (probe, ask) = self.declare_probe(&ours!(bind(#dead)));
                steps.extend(ask);
                steps.push(Step::Do(self.answer(&mark, &probe)));
            } else {
                steps.push(Step::Do(self.unknown(&mark)));
            }
        }
        steps
    }

    /// Puts the wrapper around the rewritten expression.
    pub(super) fn wrap(&mut self, wrapper: Wrapper, expr: &mut Expr) {
        if let Some(mark) = &wrapper.drop_call {
            self.wrap_drop_call(mark, expr);
        }
        if !wrapper.assigned.is_empty() {
            self.wrap_assignment(&wrapper.assigned, expr);
        }
        if wrapper.before.is_empty() {
            return;
        }
        let mut stmts: Vec<Stmt> = wrapper.before.into_iter().map(statement).collect();
        stmts.push(Stmt::Expr(take(expr), None));
        let label =
            wrapper.label.map(|name| syn::Label { name, colon_token: syn::Token![:](Span::mixed_site()) });
        *expr = Expr::Block(syn::ExprBlock {
            attrs: Vec::new(),
            label,
            block: Block { brace_token: brace(), stmts },
        });
    }

    /// ```text
    /// drop(x)               { let callee = drop;
    ///                         local0.dropped(is_drop(&callee), 0);
    ///                         callee(x) }
    /// ```
    fn wrap_drop_call(&mut self, mark: &Mark, expr: &mut Expr) {
        let Expr::Call(call) = expr else { return };
        let rt = self.options.paths.private();
        let (guard, site) = (guard(mark.local), self.tables().site(mark.into, mark.span));
        let callee = syn::Ident::new("callee", Span::mixed_site());
        let func = std::mem::replace(&mut *call.func, Expr::Verbatim(ours!(#callee)));
        let stmts = vec![
            statement(ours!(let #callee = #func;)),
            statement(ours!(#guard.dropped(#rt::is_drop(&#callee), #site);)),
            Stmt::Expr(take(expr), None),
        ];
        *expr = block_expr(Block { brace_token: brace(), stmts });
    }

    /// ```text
    /// x = f()               { x = after(f(), { local0.replaced(); });
    ///                         local0.assigned(&x); }
    /// ```
    ///
    /// The arguments of `after` are evaluated in order: the new value is there, the old one not yet gone.
    fn wrap_assignment(&mut self, marks: &[Mark], expr: &mut Expr) {
        let Expr::Assign(assign) = expr else { return };
        let rt = self.options.paths.private();
        let guards: Vec<_> = marks.iter().map(|mark| guard(mark.local)).collect();
        let assigned = marks.iter().map(|mark| self.assigned(mark.local));
        let assigned: Vec<_> = assigned.collect();
        let value = &assign.right;
        let value = ours!(#rt::after(#value, { #(#guards.replaced();)* }));
        *assign.right = Expr::Verbatim(value);
        let assignment = take(expr);
        let stmts = vec![statement(ours!(#assignment;)), statement(ours!(#(#assigned;)*))];
        *expr = block_expr(Block { brace_token: brace(), stmts });
    }
}

/// A closure of dead code.
struct Dead {
    others: Vec<TokenStream>,
    copy: TokenStream,
    /// The return type, where the copy may return; then its value goes out through a variable.
    returns: Option<TokenStream>,
}

impl Dead {
    /// Asks the probe, and gives the copy's type to the block that `label` names.
    fn ask(&self, probe: &syn::Ident, label: &Lifetime, rt: &TokenStream) -> TokenStream {
        let Self { others, copy, returns } = self;
        let Some(returns) = returns else {
            return ours!(if false { break #label #probe.bind(|| { #(#others)* #copy }); });
        };
        ours!(if false {
            let mut value = #rt::any();
            let _ = #probe.bind(|| -> #returns {
                #(#others)*
                value = if true { #copy } else { #rt::any() };
                loop {}
            });
            break #label value;
        })
    }
}

fn label(number: usize) -> Lifetime {
    Lifetime::new(&format!("'probe{number}"), Span::mixed_site())
}

fn tokens_of(step: Step) -> TokenStream {
    let stmt = step.into_statement();
    ours!(#stmt)
}
