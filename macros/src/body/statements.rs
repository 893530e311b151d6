//! Statements: what they bind, match and change.

use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Attribute, Block, Expr, ExprBreak, Item, ItemMacro, Local as Let, Macro, Pat, Stmt};

use super::expressions::is_place;
use super::glue::value_has_no_glue;
use super::macros;
use super::pattern::{takes, Takes};
use super::temporaries::may_be_a_place;
use super::tokens;
use super::walk::{is_conditional, About, Declared, Use, Walker};
use super::{key, Discarded, How, Into, Kept, Key, LocalId};

impl Walker {
    pub(super) fn block(&mut self, block: &Block, tail: Use) {
        self.region(|walker| walker.statements(block, tail));
    }

    pub(super) fn statements(&mut self, block: &Block, tail: Use) {
        let unit = std::mem::replace(&mut self.unit, false);
        let first = LocalId(self.model.locals.len());
        for (index, stmt) in block.stmts.iter().enumerate() {
            self.statement = index + 1;
            let (mentions, locals) = (self.model.mentions.len(), self.model.locals.len());
            let temporaries = self.taken.len();
            if leaves(stmt) {
                self.model.regions[self.block.0].leaving.push(index + 1);
            }
            self.under(attrs(stmt), |walker| match stmt {
                Stmt::Local(local) => walker.let_statement(local),
                Stmt::Item(item) => walker.item(item),
                Stmt::Expr(expr, None) if index + 1 == block.stmts.len() => {
                    // What nothing looks at is no place that something looks at.
                    let is_macro = matches!(expr, Expr::Macro(_));
                    let tail = if is_macro && tail == Use::Place { Use::Value(Into::Call) } else { tail };
                    walker.with_unit(unit, |walker| walker.expr(expr, tail));
                }
                Stmt::Expr(expr, None) => {
                    // What follows may not be there.
                    let unit = !block.stmts[index..].iter().any(|stmt| is_conditional(attrs(stmt)));
                    walker.with_unit(unit, |walker| walker.expr(expr, Use::Value(Into::Call)));
                }
                Stmt::Expr(expr, Some(_)) => {
                    if makes_a_value(expr) {
                        let last = index + 1 == block.stmts.len();
                        walker.kept(
                            expr,
                            Kept::Discarded(match (last, unit) {
                                (false, _) => Discarded::Amid,
                                (true, true) => Discarded::Last,
                                (true, false) => Discarded::LastOfAny,
                            }),
                        );
                    }
                    walker.expr(expr, Use::Value(Into::Call));
                }
                Stmt::Macro(stmt) => walker.macro_statement(&stmt.mac),
            });
            let last = index + 1 == block.stmts.len() && matches!(stmt, Stmt::Expr(_, None));
            if last {
                self.temporaries_outlive(temporaries, first);
            } else {
                self.temporaries_end(temporaries);
            }
            if !last && goes_on(stmt) {
                self.note_changes(key::<Stmt>(stmt), mentions, locals);
            }
        }
    }

    /// Notes which of the body's mutable locals the mentions since `mentions` may have changed in place.
    pub(super) fn note_changes(&mut self, stmt: Key, mentions: usize, locals: usize) {
        let mut changed = Vec::new();
        for mention in &self.model.mentions[mentions..] {
            let local = self.model.local(mention.local);
            let in_place = matches!(
                mention.how,
                How::Place | How::Receiver | How::Assign { whole: false } | How::Capture(_)
            );
            let own = mention.body == self.body && local.body == self.body && mention.local.0 < locals;
            let guard = self.model.guard_of(mention.local);
            if in_place && own && local.mutable && local.glue && !changed.contains(&guard) {
                changed.push(guard);
            }
        }
        if !changed.is_empty() {
            self.model.changed.insert(stmt, changed);
        }
    }

    pub(super) fn let_statement(&mut self, local: &Let) {
        let mut declared = Declared::default();
        if let Some(init) = &local.init {
            self.extend(&local.pat, &init.expr);
            self.initialiser(&local.pat, &init.expr);
            self.note_split(&local.pat, &init.expr, init.diverge.is_some());
            if let Some((_, diverge)) = &init.diverge {
                self.region(|walker| walker.expr(diverge, Use::Value(Into::Return)));
            }
            // A variable that never gets a value is never dropped.
            declared.no_glue =
                is_plain(&local.pat) && value_has_no_glue(&init.expr) || never_ends(&init.expr);
        }
        self.bind(&local.pat, declared);
    }

    /// The value a pattern is matched against.
    pub(super) fn initialiser(&mut self, pat: &Pat, expr: &Expr) {
        match takes(pat) {
            Takes::Nothing if matches!(pat, Pat::Wild(_)) => {
                if makes_a_value(expr) {
                    self.kept(expr, Kept::ByWildcard);
                }
                match expr {
                    Expr::Macro(_) => self.place_of_let(expr),
                    _ => self.expr(expr, Use::Ignored),
                }
            }
            Takes::Nothing => self.place_of_let(expr),
            Takes::Whole => self.expr(expr, Use::Value(Into::Assign)),
            Takes::Parts(_) if matches!(expr, Expr::Macro(_)) => {
                let start = self.model.mentions.len();
                self.place_of_let(expr);
                // Its type may be told by what the pattern binds.
                self.is_opaque_since(start);
            }
            Takes::Parts(_) => self.matched(expr, true),
        }
    }

    /// What a `let` looks at where it is: a macro may stand for a place, and has nothing around it but the statement.
    fn place_of_let(&mut self, expr: &Expr) {
        match expr {
            Expr::Macro(inner) if !macros::is_known_macro(&inner.mac) => {
                self.opaque(self.tokens_of(&inner.mac), key(&inner.mac));
            }
            _ => self.expr(expr, Use::Place),
        }
    }

    /// What a `match`, `if let` or `while let` looks at.
    pub(super) fn scrutinee(&mut self, expr: &Expr, pats: &[&Pat]) {
        if pats.iter().all(|pat| matches!(pat, Pat::Wild(_))) && self.place(expr).is_some() {
            return self.expr(expr, Use::Ignored);
        }
        let takes_parts = pats.iter().any(|pat| takes(pat) != Takes::Nothing);
        if self.place(expr).is_none() && !is_place(expr) {
            self.kept(expr, Kept::LookedAt);
        }
        self.matched(expr, takes_parts);
    }

    fn matched(&mut self, expr: &Expr, takes_parts: bool) {
        match self.place(expr) {
            Some((local, path)) => {
                let how = if takes_parts { How::Scrutinee } else { How::Place };
                self.mention(About { local, how, path, node: key(expr), span: expr.span() });
            }
            None if is_place(expr) || may_be_a_place(expr) => self.expr(expr, Use::Place),
            None => self.expr(expr, Use::Value(Into::Pattern)),
        }
    }

    /// An item inside the body sees no locals, but a macro defined here may expand to a mention.
    pub(super) fn item(&mut self, item: &Item) {
        if let Item::Macro(ItemMacro { ident: Some(name), mac, .. }) = item {
            self.macros.insert(name.to_string(), mac.tokens.clone());
        }
    }
}

/// Whether an expression as a statement makes a value that the statement drops.
fn makes_a_value(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(_) | Expr::MethodCall(_) | Expr::Try(_) | Expr::Await(_))
}

/// Whether an initialiser surely never gives a value: nothing may follow that would be unreachable.
pub(crate) fn never_ends(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Loop(_) => !breaks(expr),
        // Of an enum without variants, or with none that is compiled.
        Expr::Match(inner) => inner.arms.iter().all(|arm| is_conditional(&arm.attrs)),
        Expr::Macro(inner) => macros::diverges(&inner.mac),
        _ => false,
    }
}

/// Whether there is a `break` in an expression, or a macro that may expand to one.
fn breaks(expr: &Expr) -> bool {
    struct BreakFinder(bool);
    impl<'ast> Visit<'ast> for BreakFinder {
        fn visit_expr_break(&mut self, _: &'ast ExprBreak) {
            self.0 = true;
        }

        fn visit_macro(&mut self, mac: &'ast Macro) {
            self.0 |= !macros::is_known_macro(mac) || tokens::leaves(mac.tokens.clone());
        }

        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut finder = BreakFinder(false);
    finder.visit_expr(expr);
    finder.0
}

/// Whether the next statement may never run, as far as the source says.
fn leaves(stmt: &Stmt) -> bool {
    let expr = match stmt {
        Stmt::Local(local) => match &local.init {
            Some(init) => &*init.expr,
            None => return false,
        },
        Stmt::Expr(expr, _) => expr,
        Stmt::Item(_) => return false,
        Stmt::Macro(stmt) => return macros::diverges(&stmt.mac),
    };
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Loop(_) => true,
        Expr::Macro(inner) => macros::diverges(&inner.mac),
        _ => false,
    }
}

/// The attributes of a statement.
pub(crate) fn attrs(stmt: &Stmt) -> &[Attribute] {
    match stmt {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(stmt) => &stmt.attrs,
        Stmt::Expr(expr, _) => expr_attrs(expr),
        Stmt::Item(_) => &[],
    }
}

macro_rules! with_attrs {
    ($($kind:ident)*) => {
        /// The attributes of an expression.
        pub(crate) fn expr_attrs(expr: &Expr) -> &[Attribute] {
            match expr {
                $(Expr::$kind(inner) => &inner.attrs,)*
                _ => &[],
            }
        }

        /// The attributes of an expression, to be changed.
        pub(crate) fn expr_attrs_mut(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
            match expr {
                $(Expr::$kind(inner) => Some(&mut inner.attrs),)*
                _ => None,
            }
        }
    };
}

with_attrs! {
    Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Infer Let
    Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock Tuple Unary
    Unsafe While Yield
}

/// Whether a statement surely lets the next one run, so that something may follow it.
fn goes_on(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(local) => {
            local.init.as_ref().is_some_and(|init| matches!(&*init.expr, Expr::MethodCall(_) | Expr::Call(_)))
        }
        Stmt::Item(_) => false,
        Stmt::Expr(expr, _) => matches!(
            expr,
            Expr::MethodCall(_)
                | Expr::Call(_)
                | Expr::Binary(_)
                | Expr::Assign(_)
                | Expr::ForLoop(_)
                | Expr::While(_)
        ),
        Stmt::Macro(stmt) => !macros::diverges(&stmt.mac),
    }
}

pub(super) fn is_plain(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => ident.subpat.is_none(),
        Pat::Type(typed) => is_plain(&typed.pat),
        Pat::Paren(paren) => is_plain(&paren.pat),
        _ => false,
    }
}
