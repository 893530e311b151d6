//! Functions and closures: the frame, the parameters, and the body in the right place between them.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{
    Block, Expr, ExprClosure, FnArg, Macro, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Stmt, Type,
};

use super::ends::ends_of;
use super::futures;
use super::questions::unreached;
use super::rewrite::Rewriter;
use super::step::{block_expr, brace, leading_items, protected, statement, take, under, Step};
use super::tables::{About, BodyKind, Place, Tables};
use super::tails::has_tail_temporaries;
use crate::body::pattern::{bindings, left, takes_all, Left};
use crate::body::{any_word, key, pattern_annotation, type_has_no_glue};
use crate::item::Function;
use crate::paths::{self, ours};

/// The body of a traced function.
///
/// ```text
/// { body; tail }        { let frame = enter(…);
///                         <parameters move in, each with its guard>
///                         match () { () => { let scope = scope(); body; tail } } }
/// ```
///
/// Parameters are dropped after everything in a body, so those that may need dropping become locals:
/// then their drops are inside the frame. A receiver cannot be renamed; a closure captures it.
///
/// The body of an `async fn` is entered when it is polled first; until then the parameters are where they were. Where it
/// cannot be seen what it awaits, or it owns its receiver, it becomes a future inside of the function's own one.
pub(super) fn function(
    mut rewriter: Rewriter<'_>,
    function: &mut Function,
    block: &mut Block,
) -> TokenStream {
    let own_receiver = rewriter.model.receiver.filter(|&id| rewriter.model.local(id).glue);
    let kind = match function.sig.asyncness {
        None => BodyKind::Function,
        Some(_) if own_receiver.is_none() && futures::block_shows_what_it_awaits(block, &rewriter.known) => {
            BodyKind::AsyncFn
        }
        Some(_) => BodyKind::AsyncFnApart,
    };
    let in_closure =
        own_receiver.is_some() && !function.has_attr("track_caller") && kind == BodyKind::Function;
    rewriter.bodies.push(kind);
    rewriter.wrapped = in_closure;
    rewriter.note_value(&function.sig, block);
    let mut entry = receiver(&mut rewriter, &function.sig);
    entry.extend(params(&mut rewriter, function));
    let nested = has_tail_temporaries(block) && (!entry.is_empty() || !block.stmts.is_empty());
    let inserted = rewriter.statements(block);
    // Otherwise nothing of the frame is left to happen after the block: no scope has to end before it.
    if inserted && nested && entry.iter().any(Step::stays) {
        rewriter.begin(block, Vec::new(), kind.is_future());
    }
    let items = leading_items(rewriter.model, &mut block.stmts);
    if let Some(check) = rewriter.options.check {
        block.stmts.insert(0, statement(check.clone()));
    }
    let stmts = entry.into_iter().map(Step::into_statement);
    let body = if nested {
        ours!(#(#stmts)* match () { () => #block })
    } else {
        let body = &block.stmts;
        ours!(#(#stmts)* #(#body)*)
    };
    let rt = rewriter.options.paths.private();
    let about = rewriter.about(function.sig.ident.span());
    let tables = rewriter.frames.pop().unwrap_or_default();
    let rule = rewriter.options.rule;
    let frame = match kind {
        BodyKind::AsyncFnApart => {
            let body = ours!(#(#items)* #body);
            return futures::apart(tables, &about, rule, &function.sig.output, (brace(), body));
        }
        BodyKind::AsyncFn => futures::enter(tables, &about, rule, rewriter.awaits),
        _ => enter(tables, &about, rule, rewriter.options.budget),
    };
    let frame = ours!(#(#items)* #frame);
    if in_closure {
        // The type carries what the surroundings expect into the closure. Written once more, it might be another here.
        let returned = paths::returned();
        if rewriter.never {
            return ours!(#frame #rt::call(#rt::probe(), move || -> ! { #body }));
        }
        let ask = unreached(&rt, &ours!(return #returned.value();));
        ours!(#frame let #returned = #rt::probe(); #ask #rt::call(#returned, move || { #body }))
    } else {
        ours!(#frame #body)
    }
}

/// `let frame = enter(|| <description>);`
pub(super) fn enter(
    tables: Tables,
    about: &About<'_>,
    rule: Option<&TokenStream>,
    budget: Option<&TokenStream>,
) -> TokenStream {
    let rt = about.paths.private();
    let frame = paths::frame();
    let description = tables.into_tokens(about);
    if let Some(budget) = budget {
        let rule = rule.map_or_else(|| ours!(#rt::None), |rule| ours!(#rt::Some(#rule)));
        return ours!(let #frame = #rt::enter_with_budget(#description, #rule, #budget););
    }
    if let Some(rule) = rule {
        return ours!(let #frame = #rt::enter_stack_only(#description, #rule););
    }
    ours!(let #frame = #rt::enter(#description);)
}

fn receiver(rewriter: &mut Rewriter<'_>, sig: &Signature) -> Vec<Step> {
    let Some(id) = rewriter.model.receiver else { return Vec::new() };
    let ident = rewriter.model.local(id).ident.clone();
    if is_drop(sig) && !rewriter.options.values {
        let (rt, name) = (rewriter.options.paths.private(), rewriter.mention(id, &ident));
        let index = rewriter.tables().local(id);
        return vec![Step::Do(ours!({
            use #rt::{ViaSized as _, ViaAny as _};
            (&&#rt::Dropped(&#name)).show(#index)
        }))];
    }
    vec![rewriter.bind(id, &ident)]
}

/// Whether a signature is that of `Drop::drop`, or looks like it.
fn is_drop(sig: &Signature) -> bool {
    let by_reference = |input: &FnArg| match input {
        FnArg::Receiver(receiver) => matches!(receiver.kind, ReceiverKind::Reference(_, _, Some(_))),
        FnArg::Typed(_) => false,
    };
    sig.ident == "drop"
        && sig.asyncness.is_none()
        && sig.inputs.len() == 1
        && sig.inputs.iter().all(by_reference)
}

fn params(rewriter: &mut Rewriter<'_>, function: &mut Function) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, input) in function.sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(typed) = input else { continue };
        let all_taken = takes_all(&typed.pat) || type_has_no_glue(&typed.ty);
        let without = rewriter.without_all(&typed.attrs, &typed.pat);
        steps.extend(under(&typed.attrs, rewriter.param(index, &mut typed.pat, all_taken)));
        steps.extend(without);
    }
    steps
}

pub(super) fn plain(ident: &syn::Ident) -> PatIdent {
    PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: ident.clone(), subpat: None }
}

impl<'m> Rewriter<'m> {
    /// Notes what is known of a function's value.
    fn note_value(&mut self, sig: &Signature, block: &Block) {
        self.never = matches!(&sig.output, ReturnType::Type(_, ty) if matches!(&**ty, Type::Never(_)));
        match block.stmts.last() {
            Some(Stmt::Expr(tail, None)) if return_type(&sig.output).is_none() => {
                self.opaque = Some(key::<Expr>(tail));
            }
            Some(Stmt::Macro(tail)) if tail.semi_token.is_none() => self.tail = Some(key::<Macro>(&tail.mac)),
            _ => {}
        }
    }

    /// The innermost body.
    pub(super) fn about(&self, span: Span) -> About<'m> {
        let place = Place::of(&self.bodies, self.wrapped);
        About {
            model: self.model,
            paths: self.options.paths,
            name: self.options.name,
            inserted: self.options.inserted,
            place,
            span,
        }
    }

    /// Moves a parameter into the body. What its pattern leaves moves, too: it is dropped in its turn.
    fn param(&mut self, index: usize, pat: &mut Pat, all_taken: bool) -> Vec<Step> {
        // The address of the pattern is its identity: guards first, then the pattern may move.
        let guards = self.guards_on_entry(pat);
        if all_taken {
            return guards;
        }
        let name = paths::param(index);
        let pat = std::mem::replace(pat, Pat::Ident(plain(&name)));
        // A part of it may be bound by `ref mut`.
        let binds_mutably = bindings(&pat).iter().any(|b| b.by_ref.is_some() && b.mutability.is_some());
        let own = if binds_mutably { ours!(mut #name) } else { ours!(#name) };
        let mut steps = vec![Step::of(own, ours!(#name))];
        if matches!(pat, Pat::Wild(_)) {
            steps.push(self.announce_unnamed(&name, &pat));
        } else {
            steps.push(Step::of(pat, ours!(#name)));
        }
        steps.extend(guards);
        steps
    }

    /// A closure with locals of its own is a frame; one without belongs to the statement it runs in, unless it is `async`.
    pub(super) fn closure(&mut self, closure: &mut ExprClosure) {
        let Some(&body) = self.model.closures.get(&key::<ExprClosure>(closure)) else { return };
        let is_async = closure.asyncness.is_some();
        let hides = is_async && !futures::shows_what_it_awaits(&closure.body, &self.known);
        if closure.constness.is_some() || hides {
            return;
        }
        let end = ends_of(&closure.body).1;
        self.bodies.push(if is_async { BodyKind::AsyncClosure } else { BodyKind::Closure });
        if is_async || self.model.bodies[body.0].framed {
            self.framed_closure(closure);
        } else {
            let outside = std::mem::replace(&mut self.framed, false);
            self.visit_expr_mut(&mut closure.body);
            self.framed = outside;
        }
        self.bodies.pop();
        end_as_written(&mut closure.body, end);
    }

    fn framed_closure(&mut self, closure: &mut ExprClosure) {
        self.frames.push(Tables::default());
        let outside = (self.framed, self.awaits);
        (self.framed, self.awaits) = (true, false);
        let mut entry = Vec::new();
        for (index, input) in closure.inputs.iter_mut().enumerate() {
            let no_glue = pattern_annotation(input).is_some_and(type_has_no_glue);
            let pat = bare_mut(input);
            let all_taken = no_glue || left(pat) == Left::Nothing;
            entry.extend(self.param(index, pat, all_taken));
        }
        if !matches!(&*closure.body, Expr::Block(_)) {
            entry.push(self.at(ends_of(&closure.body)));
        }
        let bare = entry.is_empty();
        self.enter_expr(&mut closure.body, entry);
        let awaits = self.awaits;
        (self.framed, self.awaits) = outside;
        let tables = self.frames.pop().unwrap_or_default();
        let about = self.about(closure.inputs_begin.span());
        let frame = match closure.asyncness {
            Some(_) => futures::enter(tables, &about, None, awaits),
            None => enter(tables, &about, None, None),
        };
        let mut block = into_block(&mut closure.body);
        if bare && has_tail_temporaries(&block) {
            // They are dropped inside of the frame, and not behind it.
            let brace_token = block.brace_token;
            let stmts = vec![statement(ours!(match () { () => #block }))];
            block = Block { brace_token, stmts };
        }
        let items = leading_items(self.model, &mut block.stmts);
        block.stmts.splice(0..0, items.into_iter().chain([statement(frame)]));
        *closure.body = block_expr(block);
    }
}

/// The pattern of a closure's parameter without its type.
fn bare_mut(pat: &mut Pat) -> &mut Pat {
    match pat {
        Pat::Type(typed) => &mut typed.pat,
        other => other,
    }
}

/// A return type that can be written once more, in a closure.
pub(crate) fn return_type(output: &ReturnType) -> Option<TokenStream> {
    match output {
        ReturnType::Default => Some(ours!(())),
        ReturnType::Type(_, ty) => {
            let tokens = ty.to_token_stream();
            (!any_word(tokens.clone(), &|word| word == "impl")).then_some(tokens)
        }
    }
}

/// Makes the last token of a closure the user's: with that, the compiler tells of what edition the closure is, and so how
/// much it captures.
fn end_as_written(body: &mut Expr, end: Span) {
    match body {
        Expr::Block(_) | Expr::Paren(_) | Expr::Verbatim(_) => {}
        _ => return,
    }
    let mut block = into_block(body);
    block.brace_token = syn::token::Brace(end);
    *body = block_expr(block);
}

/// The body of a closure as a block: its own, or one around the expression.
fn into_block(body: &mut Expr) -> Block {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
            Block { brace_token: block.block.brace_token, stmts: std::mem::take(&mut block.block.stmts) }
        }
        _ => Block { brace_token: brace(), stmts: vec![Stmt::Expr(protected(take(body)), None)] },
    }
}
