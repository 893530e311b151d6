//! Functions and closures: the frame, the parameters, and the body in the right place between them.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprAsync, ExprClosure, FnArg, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Stmt,
    Token, Type,
};

use super::ends::ends_of;
use super::rewrite::Rewriter;
use super::step::{block_expr, brace, leading_items, statement, take, under, Step};
use super::tables::{About, BodyKind, Place, Tables};
use super::tails::has_tail_temporaries;
use super::Options;
use crate::body::pattern::{left, takes_all, Left};
use crate::body::{any_word, key, pattern_annotation, type_has_no_glue, Model};
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
/// The body of an `async fn` becomes a future inside of the function's own one, so that each of its polls
/// can be seen. The parameters move there when it is polled first; until then they are where they were.
pub(super) fn function(
    mut rewriter: Rewriter<'_>,
    function: &mut Function,
    block: &mut Block,
) -> TokenStream {
    let own_receiver = rewriter.model.receiver.filter(|&id| rewriter.model.local(id).glue);
    let kind = if function.sig.asyncness.is_some() { BodyKind::AsyncFn } else { BodyKind::Function };
    let in_closure =
        own_receiver.is_some() && !function.has_attr("track_caller") && kind == BodyKind::Function;
    rewriter.bodies.push(kind);
    rewriter.wrapped = in_closure;
    let mut entry = receiver(&mut rewriter, &function.sig);
    entry.extend(params(&mut rewriter, function));
    rewriter.returns.push(return_type(&function.sig.output));
    let nested = has_tail_temporaries(block) && (!entry.is_empty() || !block.stmts.is_empty());
    if nested && entry.iter().any(Step::stays) {
        rewriter.visit_block_mut(block);
    } else {
        // Nothing of the frame is left to happen after the block: no scope has to end before it.
        rewriter.statements(block);
    }
    let items = leading_items(&mut block.stmts);
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
    if kind == BodyKind::AsyncFn {
        let body = async_body(tables, &about, rewriter.options.rule, &function.sig.output, &body);
        return ours!(#(#items)* #body);
    }
    let frame = enter(tables, &about, rewriter.options.rule, rewriter.options.budget);
    let frame = ours!(#(#items)* #frame);
    if in_closure {
        // The type carries what the surroundings expect into the closure.
        let returns = return_type(&function.sig.output).map(|ty| ours!(-> #ty));
        ours!(#frame #rt::call(move || #returns { #body }))
    } else {
        ours!(#frame #body)
    }
}

/// The body of a function that could not be read: only its frame.
pub(super) fn opaque(function: &Function, body: &TokenStream, options: &Options<'_>) -> TokenStream {
    let model = Model::default();
    let kind = if function.sig.asyncness.is_some() { BodyKind::AsyncFn } else { BodyKind::Function };
    let (place, span) = (Place::of(&[kind], false), function.sig.ident.span());
    let about = About {
        model: &model,
        paths: options.paths,
        name: options.name,
        inserted: options.inserted,
        place,
        span,
    };
    if kind == BodyKind::AsyncFn {
        return async_body(Tables::default(), &about, options.rule, &function.sig.output, body);
    }
    let frame = enter(Tables::default(), &about, options.rule, options.budget);
    ours!(#frame #body)
}

/// The body of an `async fn`, as a future that the function awaits.
///
/// ```text
/// { body }              { future(…, async move { if false { return any::<R>(); } body }).await }
/// ```
///
/// The `return` gives the inner body the type of the outer one.
fn async_body(
    tables: Tables,
    about: &About<'_>,
    rule: Option<&TokenStream>,
    output: &ReturnType,
    body: &TokenStream,
) -> TokenStream {
    let rt = about.paths.private();
    let never = matches!(output, ReturnType::Type(_, ty) if matches!(&**ty, Type::Never(_)));
    if never {
        // It never returns, and says so with a type that can be named.
        let inner = future(
            tables,
            about,
            rule,
            &ours!(async move { if false { return #rt::any::<#rt::Never>(); } #body }),
        );
        return ours!(match #inner.await {});
    }
    let ty = match output {
        ReturnType::Default => ours!(()),
        ReturnType::Type(_, ty) => without_impl(ty.to_token_stream()),
    };
    let inner =
        future(tables, about, rule, &ours!(async move { if false { return #rt::any::<#ty>(); } #body }));
    ours!(#inner.await)
}

/// `future(|| <description>, <block>)`
fn future(tables: Tables, about: &About<'_>, rule: Option<&TokenStream>, block: &TokenStream) -> TokenStream {
    let rt = about.paths.private();
    let description = tables.into_tokens(about);
    if let Some(rule) = rule {
        return ours!(#rt::future_stack_only(#description, #rule, #block));
    }
    ours!(#rt::future(#description, #block))
}

/// A type with `_` in place of each `impl Trait`.
fn without_impl(tokens: TokenStream) -> TokenStream {
    let Ok(mut ty) = syn::parse2::<Type>(tokens.clone()) else { return tokens };
    Inferred.visit_type_mut(&mut ty);
    ty.into_token_stream()
}

struct Inferred;

impl VisitMut for Inferred {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::ImplTrait(_)) {
            *ty = Type::Infer(syn::TypeInfer {
                attrs: Vec::new(),
                underscore_token: Token![_](Span::mixed_site()),
            });
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// `let frame = enter(|| <description>);`
fn enter(
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
        steps.extend(under(&typed.attrs, rewriter.param(index, &mut typed.pat, all_taken)));
    }
    steps
}

fn plain(ident: &syn::Ident) -> PatIdent {
    PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident: ident.clone(), subpat: None }
}

impl<'m> Rewriter<'m> {
    /// The innermost body.
    fn about(&self, span: Span) -> About<'m> {
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
        let mut steps = vec![Step::of(&name, ours!(#name))];
        if matches!(pat, Pat::Wild(_)) {
            steps.push(self.announce_unnamed(&name, &pat));
        } else {
            steps.push(Step::of(pat, ours!(#name)));
        }
        steps.extend(guards);
        steps
    }

    /// A closure with locals of its own is a frame; one without belongs to the statement it runs in.
    pub(super) fn closure(&mut self, closure: &mut ExprClosure) {
        let Some(&body) = self.model.closures.get(&key::<ExprClosure>(closure)) else { return };
        if closure.asyncness.is_some() || closure.constness.is_some() {
            return;
        }
        self.returns.push(match &closure.output {
            // What a closure returns is inferred, and cannot be named.
            ReturnType::Default => None,
            output @ ReturnType::Type(..) => return_type(output),
        });
        self.bodies.push(BodyKind::Closure);
        if self.model.bodies[body.0].framed {
            self.framed_closure(closure);
        } else {
            let outside = std::mem::replace(&mut self.framed, false);
            self.visit_expr_mut(&mut closure.body);
            self.framed = outside;
        }
        self.bodies.pop();
        self.returns.pop();
    }

    /// An `async` block is a frame, entered at every poll.
    ///
    /// ```text
    /// async { body }        future(…, async { body })
    /// ```
    pub(super) fn async_block(&mut self, block: &mut ExprAsync) -> Option<TokenStream> {
        self.model.async_blocks.get(&key::<ExprAsync>(block))?;
        self.frames.push(Tables::default());
        let outside = std::mem::replace(&mut self.framed, true);
        self.bodies.push(BodyKind::AsyncBlock);
        self.returns.push(None);
        let inserted = self.statements(&mut block.block);
        self.enter(&mut block.block, Vec::new(), inserted);
        self.framed = outside;
        let tables = self.frames.pop().unwrap_or_default();
        let about = self.about(block.async_token.span);
        self.returns.pop();
        self.bodies.pop();
        let attrs = std::mem::take(&mut block.attrs);
        let future = future(tables, &about, None, &block.to_token_stream());
        Some(ours!(#(#attrs)* #future))
    }

    fn framed_closure(&mut self, closure: &mut ExprClosure) {
        self.frames.push(Tables::default());
        let outside = std::mem::replace(&mut self.framed, true);
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
        self.framed = outside;
        let tables = self.frames.pop().unwrap_or_default();
        let frame = enter(tables, &self.about(closure.inputs_begin.span()), None, None);
        let mut block = into_block(&mut closure.body);
        if bare && has_tail_temporaries(&block) {
            // They are dropped inside of the frame, and not behind it.
            let brace_token = block.brace_token;
            let stmts = vec![statement(ours!(match () { () => #block }))];
            block = Block { brace_token, stmts };
        }
        let items = leading_items(&mut block.stmts);
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

/// The body of a closure as a block: its own, or one around the expression.
fn into_block(body: &mut Expr) -> Block {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
            Block { brace_token: block.block.brace_token, stmts: std::mem::take(&mut block.block.stmts) }
        }
        _ => Block { brace_token: brace(), stmts: vec![Stmt::Expr(take(body), None)] },
    }
}
