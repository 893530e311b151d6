//! Expressions: what each does with the locals it mentions.

use syn::spanned::Spanned;
use syn::{
    Arm, BinOp, Expr, ExprArray, ExprAsync, ExprBinary, ExprCall, ExprForLoop, ExprIf, ExprMacro, ExprMatch,
    ExprMethodCall, ExprStruct, ExprTuple, ExprWhile, Pat, UnOp,
};

use super::glue::items_have_no_glue;
use super::macros::is_known_macro;
use super::statements::is_plain;
use super::walk::{About, Declared, Use, Walker};
use super::{key, How, Into, Kept, LocalId, Usage};

impl Walker {
    pub(super) fn expr(&mut self, expr: &Expr, used: Use) {
        if let Some((local, path)) = self.place(expr) {
            self.model.names.insert(key(expr));
            let how = match used {
                Use::Place => How::Place,
                Use::Ignored => How::Ignored,
                Use::Value(into) => How::Value(into),
            };
            return self.mention(About { local, how, path, node: key(expr), span: expr.span() });
        }
        let unit = std::mem::replace(&mut self.unit, false);
        let around = self.around;
        let is_part = used == Use::Place && may_be_part_of_a_place(expr) || is_condition(expr);
        if !is_part {
            self.around = key(expr);
        }
        self.expr_in(expr, used, unit);
        self.around = around;
    }

    /// An expression that is no place of a local's.
    fn expr_in(&mut self, expr: &Expr, used: Use, unit: bool) {
        // Whatever looks at the value of a block looks at a temporary: the block takes it.
        let tail = match used {
            Use::Place | Use::Ignored => Use::Value(Into::Call),
            value @ Use::Value(_) => value,
        };
        match expr {
            Expr::Paren(paren) => self.expr(&paren.expr, used),
            Expr::Group(group) => self.expr(&group.expr, used),
            Expr::Block(block) => self.with_unit(unit, |walker| walker.block(&block.block, tail)),
            Expr::Unsafe(block) => self.with_unit(unit, |walker| walker.block(&block.block, tail)),
            Expr::TryBlock(block) => self.block(&block.block, Use::Value(Into::Return)),
            Expr::If(branch) => self.if_expr(branch, tail, unit),
            Expr::Let(condition) => self.condition(&condition.pat, &condition.expr),
            Expr::Match(matching) => self.match_expr(matching, tail, unit),
            Expr::Loop(body) => self.looped(body.label.as_ref(), |walker| {
                walker.with_unit(true, |walker| walker.statements(&body.body, Use::Place));
            }),
            Expr::While(body) => self.while_expr(body),
            Expr::ForLoop(body) => self.for_loop(body),
            Expr::Closure(closure) => self.closure(expr, closure),
            Expr::Async(block) => {
                let outside = self.enter_body();
                self.model.async_blocks.insert(key::<ExprAsync>(block), self.body);
                self.frame_body();
                self.terminating(|walker| walker.block(&block.block, Use::Value(Into::Return)));
                self.leave_body(outside, block.capture.is_some(), expr);
            }
            // A block in its place would move it out of its place, if it is one.
            Expr::Macro(ExprMacro { mac, .. }) if used == Use::Place && !is_known_macro(mac) => {
                self.macro_as_place(mac);
            }
            Expr::Macro(ExprMacro { mac, .. }) => self.macro_call(mac, key(expr)),
            Expr::Field(field) => {
                self.part_of_a_value(expr, used);
                self.part(&field.base);
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                self.part_of_a_value(expr, used);
                self.part(&unary.expr);
            }
            Expr::Verbatim(tokens) => self.opaque(tokens.clone(), key(expr)),
            _ => self.operands(expr),
        }
    }

    /// Walks something whose value surely is `()`, or perhaps is not.
    pub(super) fn with_unit(&mut self, unit: bool, walk: impl FnOnce(&mut Self)) {
        self.unit = unit;
        walk(self);
        self.unit = false;
    }

    fn if_expr(&mut self, branch: &ExprIf, used: Use, unit: bool) {
        // The bindings of the condition are in scope in the first branch alone.
        self.region(|walker| {
            walker.if_condition(&branch.cond);
            let unit = unit || branch.else_branch.is_none();
            walker.terminating(|walker| {
                walker.with_unit(unit, |walker| walker.block(&branch.then_branch, used));
            });
        });
        if let Some((_, other)) = &branch.else_branch {
            self.terminating(|walker| {
                walker.region(|walker| walker.with_unit(unit, |walker| walker.expr(other, used)));
            });
        }
    }

    /// What a `let` of a condition looks at stays until the branches are left.
    fn if_condition(&mut self, cond: &Expr) {
        if matches!(cond, Expr::Let(_) | Expr::Binary(ExprBinary { op: BinOp::And(_), .. })) {
            self.expr(cond, Use::Value(Into::Call));
        } else {
            self.terminating(|walker| walker.expr(cond, Use::Value(Into::Call)));
        }
    }

    fn while_expr(&mut self, body: &ExprWhile) {
        self.looped(body.label.as_ref(), |walker| {
            walker.if_condition(&body.cond);
            walker.with_unit(true, |walker| walker.block(&body.body, Use::Place));
        });
    }

    fn for_loop(&mut self, body: &ExprForLoop) {
        self.expr(&body.expr, Use::Value(Into::Call));
        self.note_iterated(&body.expr);
        self.looped(body.label.as_ref(), |walker| {
            let no_glue = is_plain(&body.pat) && items_have_no_glue(&body.expr);
            walker.bind(&body.pat, Declared { param: false, no_glue });
            walker.with_unit(true, |walker| walker.block(&body.body, Use::Place));
        });
    }

    /// Expressions that only evaluate others.
    pub(super) fn operands(&mut self, expr: &Expr) {
        let call = Use::Value(Into::Call);
        let field = Use::Value(Into::Field);
        match expr {
            Expr::Call(call) => self.call(expr, call),
            Expr::MethodCall(call) => self.method_call(expr, call),
            Expr::Struct(fields) => self.struct_expr(expr, fields),
            Expr::Assign(assign) => self.assign(expr, assign),
            Expr::Binary(binary) => self.binary(expr, binary),
            Expr::Array(ExprArray { elems, .. }) | Expr::Tuple(ExprTuple { elems, .. }) => {
                self.note_operands(key(expr), elems, None);
                elems.iter().for_each(|expr| self.expr(expr, field));
            }
            Expr::Repeat(repeat) => self.expr(&repeat.expr, field),
            Expr::Range(range) => {
                for end in [&range.start, &range.end].into_iter().flatten() {
                    self.expr(end, field);
                }
            }
            Expr::Return(value) => self.leaving(value.expr.as_deref(), Use::Value(Into::Return)),
            Expr::Break(value) => self.leaving(value.expr.as_deref(), Use::Value(Into::Assign)),
            Expr::Continue(_) => self.departures += 1,
            Expr::Yield(value) => self.maybe(value.expr.as_deref(), call),
            Expr::Try(value) => self.expr(&value.expr, call),
            Expr::Await(value) => self.expr(&value.base, call),
            Expr::Unary(unary) => self.negation(expr, &unary.expr),
            Expr::Index(index) => {
                self.kept(&index.expr, Kept::LookedAt);
                self.part(&index.expr);
                self.expr(&index.index, call);
            }
            Expr::Reference(reference) => {
                if reference.mutability.is_none() {
                    self.note_constants(&reference.expr);
                }
                if is_place(&reference.expr) {
                    self.kept(&reference.expr, Kept::LookedAt);
                } else {
                    self.used(&reference.expr, expr, Usage::Borrowed);
                }
                self.part(&reference.expr);
            }
            Expr::RawAddr(raw) => self.expr(&raw.expr, Use::Place),
            Expr::Cast(cast) => self.expr(&cast.expr, Use::Place),
            _ => {}
        }
    }

    /// `!x` and `-x`: noted around the whole, since a block in the operand's place would be given the type
    /// that is expected of the result.
    fn negation(&mut self, expr: &Expr, operand: &Expr) {
        match self.place(operand) {
            Some((local, path)) => {
                let how = How::Value(Into::Call);
                self.mention(About { local, how, path, node: key(expr), span: expr.span() });
            }
            None => match operand {
                Expr::Paren(paren) => self.negation(expr, &paren.expr),
                Expr::MethodCall(call) if self.place(&call.receiver).is_some() => {
                    self.method_call(expr, call);
                }
                Expr::Call(call) => self.call(expr, call),
                _ => self.expr(operand, Use::Value(Into::Call)),
            },
        }
    }

    pub(super) fn leaving(&mut self, expr: Option<&Expr>, used: Use) {
        let outside = std::mem::replace(&mut self.leaving, true);
        self.maybe(expr, used);
        self.leaving = outside;
        self.departures += 1;
    }

    pub(super) fn maybe(&mut self, expr: Option<&Expr>, used: Use) {
        if let Some(expr) = expr {
            self.expr(expr, used);
        }
    }

    pub(super) fn call(&mut self, expr: &Expr, call: &ExprCall) {
        if let Some(local) = self.drop_call(call) {
            return self.mention(About {
                local,
                how: How::DropCall,
                path: Vec::new(),
                node: key(expr),
                span: expr.span(),
            });
        }
        self.note_operands(key(expr), &call.args, Some(&call.func));
        self.note_early_closures(&call.args.iter().collect::<Vec<_>>());
        let into = if makes_a_variant(&call.func) { Into::Field } else { Into::Call };
        self.receiver(expr, &call.func, |walker| {
            for arg in &call.args {
                walker.expr(arg, Use::Value(into));
            }
        });
    }

    /// Something that is called, or has a method called, and the arguments.
    pub(super) fn receiver(&mut self, expr: &Expr, receiver: &Expr, args: impl FnOnce(&mut Self)) {
        if let Some((local, path)) = self.place(receiver) {
            let (node, span) = (key(expr), receiver.span());
            self.mention_around(About { local, how: How::Receiver, path, node, span }, args);
        } else {
            if !matches!(receiver, Expr::Path(_)) {
                self.used(receiver, expr, Usage::Receiver);
            }
            let before = self.model.mentions.len();
            self.part(receiver);
            self.taken.push((key(expr), before..self.model.mentions.len()));
            args(self);
        }
    }

    /// A place inside of a value that has no name.
    fn part_of_a_value(&mut self, expr: &Expr, used: Use) {
        match used {
            Use::Place | Use::Ignored => self.kept(expr, Kept::LookedAt),
            Use::Value(_) => self.used(expr, expr, Usage::Part),
        }
    }

    /// A place expression about whose root all is said.
    fn part(&mut self, expr: &Expr) {
        match expr {
            _ if self.place(expr).is_some() => self.expr(expr, Use::Place),
            Expr::Field(field) => self.part(&field.base),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.part(&unary.expr),
            Expr::Paren(inner) => self.part(&inner.expr),
            Expr::Group(inner) => self.part(&inner.expr),
            _ => self.expr(expr, Use::Place),
        }
    }

    /// The local of `drop(local)`, `mem::drop(local)`, …, where `drop` is not itself a local.
    pub(super) fn drop_call(&self, call: &ExprCall) -> Option<LocalId> {
        let Expr::Path(path) = &*call.func else { return None };
        let named_drop = path.path.segments.last()?.ident == "drop";
        let is_function = self.local_of(&call.func).is_none();
        if named_drop && is_function && call.args.len() == 1 {
            self.local_of(call.args.first()?)
        } else {
            None
        }
    }

    pub(super) fn method_call(&mut self, expr: &Expr, call: &ExprMethodCall) {
        self.note_operands(key(expr), &call.args, Some(&call.receiver));
        self.note_early_closures(&call.args.iter().collect::<Vec<_>>());
        self.receiver(expr, &call.receiver, |walker| {
            for arg in &call.args {
                walker.expr(arg, Use::Value(Into::Call));
            }
        });
    }

    pub(super) fn struct_expr(&mut self, expr: &Expr, fields: &ExprStruct) {
        let written = fields.fields.iter().map(|field| &field.expr);
        // The base may be a place, of which only some fields are moved or copied.
        let base = fields.rest.as_deref().filter(|base| !is_place(base));
        self.note_operands(key(expr), written.chain(base), None);
        let walk = |walker: &mut Self| {
            for field in &fields.fields {
                walker.expr(&field.expr, Use::Value(Into::Field));
            }
        };
        let base = fields.rest.as_ref();
        if let Some((local, path)) = base.and_then(|base| self.place(base)) {
            let (node, span) = (key(expr), expr.span());
            return self.mention_around(About { local, how: How::Base, path, node, span }, walk);
        }
        walk(self);
        self.maybe(base.map(|base| &**base), Use::Value(Into::Field));
    }

    pub(super) fn condition(&mut self, pat: &Pat, expr: &Expr) {
        self.scrutinee(expr, &[pat]);
        self.bind(pat, Declared::default());
    }

    pub(super) fn match_expr(&mut self, matching: &ExprMatch, used: Use, unit: bool) {
        let pats: Vec<&Pat> = matching.arms.iter().map(|arm| &arm.pat).collect();
        self.scrutinee(&matching.expr, &pats);
        for arm in &matching.arms {
            self.region(|walker| walker.under(&arm.attrs, |walker| walker.arm(arm, used, unit)));
        }
    }

    fn arm(&mut self, arm: &Arm, used: Use, unit: bool) {
        let first = LocalId(self.model.locals.len());
        self.bind(&arm.pat, Declared::default());
        if let Pat::Guard(guard) = &arm.pat {
            let outside = self.guarded.replace(first);
            self.expr(&guard.guard, Use::Value(Into::Call));
            self.guarded = outside;
        }
        self.terminating(|walker| walker.with_unit(unit, |walker| walker.expr(&arm.body, used)));
    }
}

/// Whether an expression that is looked at where it is may be a part of a place.
fn may_be_part_of_a_place(expr: &Expr) -> bool {
    match expr {
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(_) | Expr::Group(_) | Expr::Field(_) | Expr::Index(_) | Expr::Macro(_) => true,
        _ => false,
    }
}

/// Whether an expression may be a condition with `let`s, which nothing may stand around.
fn is_condition(expr: &Expr) -> bool {
    matches!(expr, Expr::Let(_) | Expr::Binary(ExprBinary { op: BinOp::And(_), .. }))
}

pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Index(_) | Expr::Field(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}

/// Whether a call looks like the constructor of a tuple struct or a variant.
pub(crate) fn makes_a_variant(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident.to_string().starts_with(char::is_uppercase))
}
