//! Values without a name that live until the end of their statement: what looks at a value where it is makes
//! the compiler keep it somewhere.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprCall, Pat, Stmt, Type, UnOp};

use super::expressions::{is_place, makes_a_variant};
use super::glue::{pattern_annotation, value_has_no_glue};
use super::macros::{is_known_macro, pins};
use super::pattern::{bare, bindings, takes, Left, Takes};
use super::walk::Walker;
use super::{key, ByLocal, Kept, Key, LocalId, Usage, Used};

impl Walker {
    /// Notes the value at the root of `part`, if that has no name, which `node` uses.
    pub(super) fn used(&mut self, part: &Expr, node: &Expr, how: Usage) {
        if self.statics.contains(&key::<Expr>(node)) {
            return;
        }
        let by_local = self.by_local.contains(&key::<Expr>(node));
        let long = self.extended.contains(&key::<Expr>(root(part)));
        let how = match how {
            Usage::Borrowed if long => Usage::BorrowedLong,
            Usage::Borrowed if self.may_be_static(node) => Usage::BorrowedAsIs,
            other => other,
        };
        if self.is_watched(root(part)) {
            if by_local {
                self.model.by_local.insert(key::<Expr>(node), ByLocal::Borrowed);
            } else {
                let in_loop = self.in_loop;
                self.model.used.insert(key::<Expr>(node), Used { how, in_loop });
            }
        }
    }

    /// The statement is over. Of a value that may borrow what the statement mentions later, nothing may be left once
    /// it is taken.
    pub(super) fn temporaries_end(&mut self, before: usize) {
        for (node, inside) in self.taken.split_off(before) {
            let (until, after) = self.model.mentions.split_at(inside.end);
            let again = until[inside].iter().any(|own| after.iter().any(|later| later.local == own.local));
            if again {
                self.model.taken_whole.insert(node);
            }
        }
    }

    /// The same at the end of a block, whose locals, from `first` on, end before what its last expression leaves.
    pub(super) fn temporaries_outlive(&mut self, before: usize, first: LocalId) {
        for (node, inside) in &self.taken[before..] {
            if self.model.mentions[inside.clone()].iter().any(|mention| mention.local >= first) {
                self.model.taken_whole.insert(*node);
            }
        }
    }

    /// Notes the value at the root of `expr`, if that has no name, which is kept until the end of its statement.
    pub(super) fn kept(&mut self, expr: &Expr, why: Kept) {
        let root = root(expr);
        // A constant is kept in a static only if something borrows it.
        let made = why != Kept::LookedAt && matches!(root, Expr::Call(_));
        if made || self.is_candidate(root) && !may_be_a_place(root) {
            self.frame_body();
            self.model.kept.insert(key::<Expr>(root), why);
        }
    }

    fn is_watched(&mut self, value: &Expr) -> bool {
        let watched = self.is_candidate(value) && !may_be_a_place(value);
        if watched {
            self.frame_body();
        }
        watched
    }

    /// The text of a value without a name is in the description of a frame: the body needs one.
    pub(super) fn frame_body(&mut self) {
        self.model.bodies[self.body.0].framed = true;
    }

    /// Whether an expression makes a value that may need dropping. A constant does not: the compiler may keep
    /// it for ever, in a static.
    pub(super) fn is_candidate(&self, expr: &Expr) -> bool {
        let part = |expr: &Expr| self.place(expr).is_some() || self.is_candidate(expr);
        match expr {
            Expr::Call(call) => !makes_a_variant(&call.func) || call.args.iter().any(part),
            Expr::MethodCall(_)
            | Expr::Macro(_)
            | Expr::Await(_)
            | Expr::Try(_)
            | Expr::Match(_)
            | Expr::If(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Loop(_) => true,
            Expr::Binary(binary) => !value_has_no_glue(expr) && (part(&binary.left) || part(&binary.right)),
            Expr::Tuple(tuple) => tuple.elems.iter().any(part),
            Expr::Array(array) => array.elems.iter().any(part),
            Expr::Struct(fields) => {
                fields.rest.is_some() || fields.fields.iter().any(|field| part(&field.expr))
            }
            _ => false,
        }
    }

    /// Notes a value without a name of which a `let` does not take all, or which it may not match.
    pub(super) fn note_split(&mut self, pat: &Pat, init: &Expr, refutable: bool) {
        let value = unparenthesised(init);
        let by_reference = bindings(pat).iter().any(|binding| binding.by_ref.is_some());
        let in_place = !is_root(value);
        let in_parts = match takes(pat) {
            Takes::Whole => false,
            // Even of what names all parts, with `_`, nothing is taken.
            Takes::Nothing => !in_place && !matches!(bare(pat), Pat::Wild(_)),
            Takes::Parts(left) => in_place || refutable || left != Left::Nothing,
        };
        if (by_reference && !in_place || in_parts)
            && self.place(value).is_none()
            && self.is_watched(root(value))
        {
            let node = key::<Expr>(root(value));
            self.model.kept.remove(&node);
            self.model.splits.insert(node);
        }
    }

    /// Notes what a `for` loop makes an iterator of.
    pub(super) fn note_iterated(&mut self, expr: &Expr) {
        if self.may_own(expr) {
            self.frame_body();
            self.model.iterated.insert(key::<Expr>(expr));
        }
    }

    /// Notes what is pinned, unless it is a part of an initialiser.
    pub(super) fn note_pinned(&mut self, args: &[Expr], node: Key) {
        let [value] = args else { return };
        if !self.may_own(value) {
            return;
        }
        if self.by_local.contains(&node) {
            self.frame_body();
            self.model.by_local.insert(node, ByLocal::Pinned);
        } else if !self.extended.contains(&node) {
            self.frame_body();
            self.model.used.insert(node, Used { how: Usage::Pinned, in_loop: self.in_loop });
        }
    }

    /// Whether the value of an expression, taken, may need dropping.
    fn may_own(&self, expr: &Expr) -> bool {
        let owned =
            self.place(expr).is_some_and(|(local, path)| !path.is_empty() || self.model.local(local).glue);
        owned || is_place(expr) || self.is_candidate(expr)
    }

    /// Whether `expr` borrows what may be a constant: a call of what the compiler may know, with constants only.
    fn may_be_static(&self, expr: &Expr) -> bool {
        let Expr::Reference(borrow) = expr else { return false };
        let value = unparenthesised(&borrow.expr);
        borrow.mutability.is_none()
            && matches!(value, Expr::Call(call) if !makes_a_variant(&call.func))
            && self.may_be_constant(value)
    }

    /// Whether the type of the variable that `pat` binds tells whether `value`, which `borrow` borrows for it, needs
    /// dropping.
    fn is_typed_by(&self, pat: &Pat, borrow: &Expr, value: &Expr) -> bool {
        let made_of_parts = !matches!(value, Expr::Reference(_)) && composed(value).is_some();
        match pat {
            Pat::Ident(ident) => ident.subpat.is_none() && (made_of_parts || self.may_be_static(borrow)),
            Pat::Type(typed) => {
                let borrowed = matches!(&*typed.ty, Type::Reference(ty) if says_the_same(&ty.elem, value));
                borrowed && matches!(&*typed.pat, Pat::Ident(ident) if ident.subpat.is_none())
            }
            _ => false,
        }
    }

    /// Notes the parts of a borrowed value that may be a constant, which the compiler keeps in a static only if nothing
    /// stands around any part.
    pub(super) fn note_constants(&mut self, expr: &Expr) {
        if !self.may_be_constant(expr) || calls(expr) {
            return;
        }
        self.constants.insert(key::<Expr>(expr));
        match expr {
            Expr::Paren(inner) => self.note_constants(&inner.expr),
            Expr::Reference(inner) => self.note_constants(&inner.expr),
            Expr::Tuple(inner) => inner.elems.iter().for_each(|expr| self.note_constants(expr)),
            Expr::Array(inner) => inner.elems.iter().for_each(|expr| self.note_constants(expr)),
            Expr::Call(inner) => inner.args.iter().for_each(|expr| self.note_constants(expr)),
            Expr::Struct(inner) => inner.fields.iter().for_each(|field| self.note_constants(&field.expr)),
            _ => {}
        }
    }

    fn may_be_constant(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Lit(_) => true,
            // Whatever it expands to.
            Expr::Macro(_) => may_be_a_place(expr),
            Expr::Path(_) => self.place(expr).is_none(),
            Expr::Struct(inner) => {
                inner.rest.is_none() && inner.fields.iter().all(|field| self.may_be_constant(&field.expr))
            }
            Expr::Repeat(inner) => self.may_be_constant(&inner.expr),
            Expr::Paren(inner) => self.may_be_constant(&inner.expr),
            Expr::Unary(inner) => self.may_be_constant(&inner.expr),
            Expr::Cast(inner) => self.may_be_constant(&inner.expr),
            Expr::Reference(inner) => inner.mutability.is_none() && self.may_be_constant(&inner.expr),
            Expr::Binary(inner) => self.may_be_constant(&inner.left) && self.may_be_constant(&inner.right),
            Expr::Tuple(inner) => inner.elems.iter().all(|expr| self.may_be_constant(expr)),
            Expr::Array(inner) => inner.elems.iter().all(|expr| self.may_be_constant(expr)),
            Expr::Call(inner) => {
                matches!(*inner.func, Expr::Path(_))
                    && self.may_be_constant(&inner.func)
                    && inner.args.iter().all(|expr| self.may_be_constant(expr))
            }
            _ => false,
        }
    }

    /// Notes the values that an initialiser keeps alive as long as the variable.
    pub(super) fn extend(&mut self, pat: &Pat, init: &Expr) {
        let binds_by_reference = bindings(pat).iter().any(|binding| binding.by_ref.is_some());
        if binds_by_reference {
            self.extended.insert(key::<Expr>(root(init)));
        }
        extend(init, true, &mut self.extended);
        let whole = unparenthesised(init);
        let by_local = match whole {
            Expr::Macro(inner) => pins(&inner.mac),
            Expr::Reference(borrow) => self.is_typed_by(pat, whole, unparenthesised(&borrow.expr)),
            _ => false,
        };
        if by_local {
            self.by_local.insert(key::<Expr>(whole));
        } else if pattern_annotation(pat).is_some_and(is_static) && self.may_be_static(whole) {
            self.statics.insert(key::<Expr>(whole));
        }
    }
}

/// Whether an expression calls a function: no such value is kept in a static.
fn calls(expr: &Expr) -> bool {
    struct CallFinder(bool);
    impl<'ast> Visit<'ast> for CallFinder {
        fn visit_expr_call(&mut self, call: &'ast ExprCall) {
            self.0 |= !makes_a_variant(&call.func);
            visit::visit_expr_call(self, call);
        }
    }
    let mut finder = CallFinder(false);
    finder.visit_expr(expr);
    finder.0
}

/// Whether an expression may be a place: a macro of unknown meaning, which would be moved out of if it were taken.
pub(super) fn may_be_a_place(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(inner) if !is_known_macro(&inner.mac))
}

/// Whether values of a type are surely of the type that `value`, made of parts, says.
fn says_the_same(ty: &Type, value: &Expr) -> bool {
    match (ty, value) {
        (Type::Array(_) | Type::Slice(_), Expr::Array(_)) | (Type::Tuple(_), Expr::Tuple(_)) => true,
        (Type::Path(ty), Expr::Struct(value)) => {
            let names = [&ty.path, &value.path].map(|path| path.segments.last().map(|last| &last.ident));
            names[0] == names[1]
        }
        _ => false,
    }
}

/// Whether a type is `&'static …`: what is borrowed so is dropped nowhere.
fn is_static(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.lifetime.as_ref().is_some_and(|name| name.ident == "static"))
}

pub(crate) fn unparenthesised(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => unparenthesised(&inner.expr),
        _ => expr,
    }
}

/// What `expr` keeps alive longer than its statement: the operands of borrows, and what is pinned.
///
/// What a function is given is `certain` not to be, but it may be a struct of one's own that begins with a small letter.
pub(super) fn extend(expr: &Expr, certain: bool, extended: &mut HashSet<Key>) {
    let mut each = |expr: &Expr| extend(expr, certain, extended);
    match expr {
        Expr::Reference(reference) => {
            each(&reference.expr);
            extended.insert(key::<Expr>(root(&reference.expr)));
        }
        Expr::RawAddr(raw) => {
            extended.insert(key::<Expr>(root(&raw.expr)));
        }
        Expr::Macro(inner) if certain && pins(&inner.mac) => {
            extended.insert(key::<Expr>(expr));
        }
        Expr::Paren(inner) => each(&inner.expr),
        Expr::Group(inner) => each(&inner.expr),
        Expr::Cast(inner) => each(&inner.expr),
        Expr::Field(inner) => each(&inner.base),
        Expr::Index(inner) => each(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => each(&inner.expr),
        Expr::Tuple(inner) => inner.elems.iter().for_each(each),
        Expr::Array(inner) => inner.elems.iter().for_each(each),
        Expr::Struct(inner) => inner.fields.iter().for_each(|field| each(&field.expr)),
        Expr::Call(inner) => {
            let certain = certain && makes_a_variant(&inner.func);
            inner.args.iter().for_each(|expr| extend(expr, certain, extended));
        }
        Expr::Block(inner) => extend_tail(&inner.block, certain, extended),
        Expr::Unsafe(inner) => extend_tail(&inner.block, certain, extended),
        Expr::If(inner) => {
            extend_tail(&inner.then_branch, certain, extended);
            if let Some((_, other)) = &inner.else_branch {
                extend(other, certain, extended);
            }
        }
        Expr::Match(inner) => inner.arms.iter().for_each(|arm| each(&arm.body)),
        _ => {}
    }
}

fn extend_tail(block: &Block, certain: bool, extended: &mut HashSet<Key>) {
    if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
        extend(tail, certain, extended);
    }
}

/// The value a place expression starts from: `f()` of `(*f()).x`.
pub(crate) fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => root(&inner.expr),
        Expr::Group(inner) => root(&inner.expr),
        Expr::Field(inner) => root(&inner.base),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => root(&inner.expr),
        _ => expr,
    }
}

/// Whether a value is all of what a place expression starts from.
pub(crate) fn is_root(expr: &Expr) -> bool {
    key::<Expr>(root(expr)) == key::<Expr>(expr)
}

/// The same, to be changed.
pub(crate) fn root_mut(expr: &mut Expr) -> &mut Expr {
    if is_root(expr) {
        return expr;
    }
    match expr {
        Expr::Paren(inner) => root_mut(&mut inner.expr),
        Expr::Group(inner) => root_mut(&mut inner.expr),
        Expr::Field(inner) => root_mut(&mut inner.base),
        Expr::Unary(inner) => root_mut(&mut inner.expr),
        other => other,
    }
}

/// A borrowed value that is made of parts.
#[derive(Clone, Copy)]
pub(crate) enum Composed {
    /// An array, a tuple, a struct or a variant: the type behind the reference says whether it needs dropping.
    Parts,
    /// A `Vec`, which may be borrowed as a slice, and always needs dropping.
    Vec,
}

pub(crate) fn composed(borrow: &Expr) -> Option<Composed> {
    match borrow {
        Expr::Reference(borrow) => composed(&borrow.expr),
        Expr::Paren(inner) => composed(&inner.expr),
        Expr::Array(_) | Expr::Tuple(_) | Expr::Struct(_) => Some(Composed::Parts),
        Expr::Call(call) => makes_a_variant(&call.func).then_some(Composed::Parts),
        Expr::Macro(inner) => inner.mac.path.is_ident("vec").then_some(Composed::Vec),
        _ => None,
    }
}
