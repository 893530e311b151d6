//! `stack_only(deep)`: what a function calls is followed.
//!
//! Each call is asked about with the type of what it is called on, or the companion of the function that its path names.
//! What cannot be asked about is refused, unless it is trusted.

use proc_macro2::{Ident, TokenStream};
use quote::{quote_spanned, ToTokens};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    BinOp, Expr, ExprCall, ExprField, ExprIndex, ExprPath, ExprTry, FnArg, Macro, Member, Path, Signature,
    UnOp,
};

use super::callees::{type_of, Call};
use super::copy::Copier;
use super::macros;
use super::sites::Ends;
use super::syntax::{is_capital, is_place, Bindings};
use crate::body::{any_word, macro_name, makes_a_variant, unparenthesised};
use crate::paths::ours;

/// Functions of the prelude, all of `core::mem`, with one type parameter.
const PRELUDE: [&str; 5] = ["align_of", "align_of_val", "drop", "size_of", "size_of_val"];

/// The modules of `core`, most of which are also in `std`.
const CORE: [&str; 46] = [
    "any",
    "array",
    "ascii",
    "borrow",
    "cell",
    "char",
    "clone",
    "cmp",
    "convert",
    "default",
    "f32",
    "f64",
    "ffi",
    "fmt",
    "future",
    "hash",
    "hint",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "iter",
    "marker",
    "mem",
    "net",
    "num",
    "ops",
    "option",
    "panic",
    "pin",
    "primitive",
    "ptr",
    "result",
    "slice",
    "str",
    "sync",
    "task",
    "time",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

const PRIMITIVE: [&str; 17] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32",
    "u64", "u8", "usize",
];

impl Copier<'_> {
    /// Whether something is trusted: a path as it is written, or a method or a macro by its name.
    fn is_trusted(&self, path: &Path) -> bool {
        let names = |path: &Path| -> Vec<String> {
            path.segments.iter().map(|segment| segment.ident.to_string()).collect()
        };
        let wanted = names(path);
        self.rules.trusted.iter().any(|trusted| names(trusted) == wanted)
    }

    pub(super) fn is_trusted_name(&self, name: &Ident) -> bool {
        let last = |path: &Path| path.segments.last().is_some_and(|last| last.ident == *name);
        self.rules.trusted.iter().any(last)
    }

    /// Whether a local or a field is trusted.
    fn is_trusted_value(&self, value: &Expr) -> bool {
        match unparenthesised(value) {
            Expr::Path(path) => self.is_trusted(&path.path),
            Expr::Field(ExprField { member: Member::Named(name), .. }) => self.is_trusted_name(name),
            _ => false,
        }
    }

    fn refuse(&mut self, tokens: impl ToTokens, what: &str) {
        self.errors.push(
            tokens,
            format!(
                "{what}, and `{}` is `stack_only(deep)`; accept it with `stack_only(deep, trust(…))`",
                self.asks.function
            ),
        );
    }

    /// Asks about what an expression does by itself; false if it is an expression as any other.
    pub(super) fn followed(&mut self, expr: &mut Expr) -> bool {
        match expr {
            Expr::Binary(binary) => {
                let Some(name) = method_of(&binary.op) else { return false };
                let ends = Ends::of(binary.op);
                let name = Ident::new(name, ends.ours());
                let (left, right) = (&mut binary.left, &mut binary.right);
                let (left, right) = (self.method(&name, left, ends), self.method(&name, right, ends));
                if left.is_some() || right.is_some() {
                    self.behind(expr, &ours!(#left #right));
                }
            }
            Expr::Unary(unary) => {
                let name = match unary.op {
                    UnOp::Neg(_) => "neg",
                    UnOp::Not(_) => "not",
                    _ => return false,
                };
                let ends = Ends::of(unary.op);
                if let Some(asked) = self.method(&Ident::new(name, ends.ours()), &mut unary.expr, ends) {
                    self.behind(expr, &asked);
                }
            }
            Expr::Index(index) => self.index(index),
            Expr::Path(path) => {
                let function = path.path.segments.last().is_some_and(|last| !is_capital(&last.ident));
                let local = path.path.get_ident().filter(|name| self.is_local(name));
                if !function || local.is_some() {
                    return false;
                }
                if let Some(path) = self.path(path) {
                    *expr = Expr::Verbatim(path);
                }
            }
            Expr::Call(call) if makes_a_variant(&call.func) => {
                let (ends, path) = (Ends::of(&call.func), call.func.to_token_stream());
                call.args.iter_mut().for_each(|arg| self.visit_expr_mut(arg));
                let rt = self.asks.rt.clone();
                let link = self.ask_with(&Call::Variant(path), ends);
                *expr = Expr::Verbatim(ours!(#rt::seen(#link, #expr)));
            }
            Expr::Try(tried) => {
                self.visit_expr_mut(&mut tried.expr);
                self.question_mark(tried);
            }
            Expr::Macro(call) => {
                let Some(args) = self.asserted(&call.mac) else { return false };
                *expr = args;
            }
            _ => return false,
        }
        true
    }

    /// Asks whether a `?` makes another error.
    fn question_mark(&mut self, tried: &mut ExprTry) {
        if self.rules.trusted.iter().any(|path| path.is_ident("from")) {
            return;
        }
        let Some(output) = &self.output else {
            return self.refuse(
                tried.question_token,
                "it cannot be seen whether this `?` makes another type of error, with `From`",
            );
        };
        let (rt, ends) = (&self.asks.rt, Ends::of(tried.question_token));
        let (value, start, end) = (&tried.expr, ends.first(rt), ends.last(&ours!(>)));
        let there = quote_spanned!(ends.ours()=> <#start::It<_ #end as #rt::Returned<#output>>::there());
        *tried.expr = Expr::Verbatim(ours!(#rt::returned(#value, #there)));
    }

    fn is_local(&self, name: &Ident) -> bool {
        self.names.as_ref().is_some_and(|names| names.is_local(name))
    }

    /// The arguments of an `assert!`, which are followed; its message is not.
    pub(super) fn asserted(&mut self, mac: &Macro) -> Option<Expr> {
        if !macros::asserts(mac) {
            return None;
        }
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let args = mac.parse_body_with(parser).ok()?;
        let mut condition = args.into_iter().next()?;
        self.visit_expr_mut(&mut condition);
        Some(Expr::Verbatim(ours!({ let _: bool = #condition; })))
    }

    /// What a macro does: what its arguments do not show, and if it is unknown, everything.
    pub(super) fn check_macro(&mut self, mac: &Macro) {
        macros::check(mac, self.rules, self.errors);
        let name = macro_name(mac);
        let trusted = mac.path.segments.last().is_some_and(|last| self.is_trusted_name(&last.ident));
        if self.names.is_some() && !trusted && !macros::calls_nothing(mac) {
            self.refuse(&mac.path, &format!("it is not known what `{name}!` calls"));
        }
    }

    /// What is awaited has to be a call, about which is asked.
    pub(super) fn unknown_future(&mut self, base: &Expr) {
        if self.names.is_some() && !self.is_trusted_value(base) {
            self.refuse(base, "what is awaited here is a value, so it is not known what it does");
        }
    }

    /// Asks about what a `for` loop goes over.
    pub(super) fn iterated(&mut self, iterated: &mut Expr, ends: Ends) {
        if self.names.is_some() && !self.rules.trusted.iter().any(|path| path.is_ident("next")) {
            let rt = self.asks.rt.clone();
            let link = self.ask_with(&Call::Method(Ident::new("into_iter", ends.ours())), ends);
            let value = &*iterated;
            *iterated = Expr::Verbatim(quote_spanned!(ends.ours()=> #rt::seen(#link, #value)));
        }
    }

    /// Asks about what is called.
    pub(super) fn callee(&mut self, call: &mut ExprCall) {
        let func = unparenthesised(&call.func).clone();
        match &func {
            Expr::Path(path) => {
                if let Some(path) = self.path(path) {
                    *call.func = Expr::Verbatim(path);
                }
            }
            Expr::Closure(_) => self.visit_expr_mut(&mut call.func),
            other if self.is_trusted_value(other) => self.visit_expr_mut(&mut call.func),
            other => self.refuse(other, "what is called here is a value, so it is not known what it does"),
        }
    }

    /// Asks about a function that a path names; gives the path to take in its place.
    fn path(&mut self, expr: &ExprPath) -> Option<TokenStream> {
        let path = &expr.path;
        let (ends, last) = (Ends::of(expr), &path.segments.last()?.ident);
        if self.is_trusted(path) {
            return None;
        }
        if let Some(qself) = &expr.qself {
            if qself.position > 0 {
                self.refuse(expr, "this is a function of a trait, so it is not known which one is called");
            } else {
                self.ask(&Call::Associated { ty: qself.ty.to_token_stream(), name: last.clone() }, ends);
            }
            return None;
        }
        let first = &path.segments.first()?.ident;
        let names = self.names.as_ref()?;
        let mut inside = false;
        if path.segments.len() == 1 {
            if names.is_local(last) {
                if !names.is_closure(last) {
                    self.refuse(
                        expr,
                        &format!("`{last}` is a value that is called, so it is not known what it does"),
                    );
                }
                return None;
            }
            if PRELUDE.iter().any(|name| last == name) {
                self.ask(&Call::Prelude(last.to_token_stream()), ends);
                return None;
            }
            inside = names.is_item(last);
        } else if first == "core" || first == "std" {
            let module = path.segments.iter().nth(1).map(|module| module.ident.to_string())?;
            if CORE.binary_search(&module.as_str()).is_err() {
                self.refuse(
                    expr,
                    &format!("`{first}::{module}` is not in `core`, so it is not known what this calls"),
                );
                return None;
            }
            let (rt, rest) = (&self.asks.rt, path.segments.iter().skip(1));
            return Some(ours!(#rt::core #(::#rest)*));
        } else {
            let around = path.segments.iter().rev().nth(1)?;
            if is_capital(&around.ident) || PRIMITIVE.iter().any(|name| around.ident == name) {
                self.ask(&Call::Associated { ty: type_of(path), name: last.clone() }, ends);
                return None;
            }
        }
        self.ask(&Call::Function { path: path.clone(), inside }, ends);
        None
    }

    /// Asks about a method that is called on `receiver`, which is visited; gives what goes before the call.
    pub(super) fn method(&mut self, name: &Ident, receiver: &mut Expr, ends: Ends) -> Option<TokenStream> {
        let place = unparenthesised(receiver).clone();
        let unknown = !self.is_trusted_name(name) && !matches!(place, Expr::Lit(_));
        let rt = self.asks.rt.clone();
        if unknown && is_place(&place) {
            let link = self.ask_with(&Call::Method(name.clone()), ends);
            self.visit_expr_mut(receiver);
            return Some(ours!(#rt::of(#link, &#place);));
        }
        self.operand(receiver);
        if unknown {
            let link = self.ask_with(&Call::Method(name.clone()), ends);
            let value = unparenthesised(receiver);
            *receiver = Expr::Verbatim(quote_spanned!(ends.ours()=> #rt::seen(#link, #value)));
        }
        None
    }

    /// Asks about `x[i]`. The question stands beside the index: the whole is a place.
    fn index(&mut self, indexed: &mut ExprIndex) {
        let ends = Ends::of(&*indexed);
        let asked = self.method(&Ident::new("index", ends.ours()), &mut indexed.expr, ends);
        self.visit_expr_mut(&mut indexed.index);
        if let Some(asked) = asked {
            self.behind(&mut indexed.index, &asked);
        }
    }

    /// What a caller passes to be called is not known.
    pub(super) fn callables(&mut self, sig: &Signature) {
        let is_callable =
            |tokens: TokenStream| any_word(tokens, &|word| ["Fn", "FnMut", "FnOnce", "fn"].contains(&word));
        for input in &sig.inputs {
            let FnArg::Typed(typed) = input else { continue };
            let mut names = Bindings(Vec::new());
            names.visit_pat(&typed.pat);
            let trusted = names.0.iter().any(|name| self.is_trusted_name(name));
            if is_callable(typed.ty.to_token_stream()) && !trusted {
                self.refuse(&typed.pat, "what this parameter does when it is called is not known");
            }
        }
        for param in sig.generics.type_params() {
            let bounds = sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            let about = bounds.filter(|bound| any_word(bound.to_token_stream(), &|word| param.ident == word));
            let all: TokenStream =
                about.map(ToTokens::to_token_stream).chain([param.bounds.to_token_stream()]).collect();
            if is_callable(all) && !self.is_trusted_name(&param.ident) {
                self.refuse(&param.ident, "what values of this type do when they are called is not known");
            }
        }
    }
}

fn method_of(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::Add(_) => "add",
        BinOp::Sub(_) => "sub",
        BinOp::Mul(_) => "mul",
        BinOp::Div(_) => "div",
        BinOp::Rem(_) => "rem",
        BinOp::BitXor(_) => "bitxor",
        BinOp::BitAnd(_) => "bitand",
        BinOp::BitOr(_) => "bitor",
        BinOp::Shl(_) => "shl",
        BinOp::Shr(_) => "shr",
        BinOp::Eq(_) | BinOp::Ne(_) => "eq",
        BinOp::Lt(_) | BinOp::Le(_) | BinOp::Ge(_) | BinOp::Gt(_) => "partial_cmp",
        BinOp::AddAssign(_) => "add_assign",
        BinOp::SubAssign(_) => "sub_assign",
        BinOp::MulAssign(_) => "mul_assign",
        BinOp::DivAssign(_) => "div_assign",
        BinOp::RemAssign(_) => "rem_assign",
        BinOp::BitXorAssign(_) => "bitxor_assign",
        BinOp::BitAndAssign(_) => "bitand_assign",
        BinOp::BitOrAssign(_) => "bitor_assign",
        BinOp::ShlAssign(_) => "shl_assign",
        BinOp::ShrAssign(_) => "shr_assign",
        _ => return None,
    })
}
