//! Assignments, and operators, which may assign.

use syn::spanned::Spanned;
use syn::{Expr, ExprAssign, ExprBinary};

use super::expressions::makes_a_variant;
use super::glue::value_has_no_glue;
use super::walk::{About, Use, Walker};
use super::{key, How, Into, Kept, Key, LocalId};

impl Walker {
    pub(super) fn assign(&mut self, expr: &Expr, assign: &ExprAssign) {
        let used = match &*assign.left {
            Expr::Infer(_) => {
                self.kept(&assign.right, Kept::ByWildcard);
                Use::Ignored
            }
            _ => Use::Value(Into::Assign),
        };
        self.expr(&assign.right, used);
        self.assignee(&assign.left, key(expr));
        if !value_has_no_glue(&assign.right) {
            self.note_replaced(expr, &assign.left);
        }
    }

    /// Notes an assignment to a place whose old value no guard knows.
    fn note_replaced(&mut self, assign: &Expr, left: &Expr) {
        let own = |local: LocalId| self.model.local(local).body == self.body;
        let of = match (left, self.place(left)) {
            (Expr::Paren(inner), _) => return self.note_replaced(assign, &inner.expr),
            (_, Some((local, path))) if own(local) && path.is_empty() => return,
            (_, Some((local, _))) => Some(local).filter(|&local| own(local) && self.model.local(local).glue),
            (Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_), None) => None,
            _ => return,
        };
        self.model.replaced.insert(key(assign), of);
        self.frame_body();
    }

    pub(super) fn assignee(&mut self, left: &Expr, node: Key) {
        match left {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|left| self.assignee(left, node)),
            Expr::Array(array) => array.elems.iter().for_each(|left| self.assignee(left, node)),
            Expr::Call(call) => call.args.iter().for_each(|left| self.assignee(left, node)),
            Expr::Struct(fields) => {
                fields.fields.iter().for_each(|field| self.assignee(&field.expr, node));
            }
            Expr::Infer(_) | Expr::Range(_) => {}
            _ => match self.place(left) {
                Some((local, path)) => {
                    self.note_receiver_part(local, &path, node);
                    let whole = path.is_empty();
                    self.mention(About { local, how: How::Assign { whole }, path, node, span: left.span() });
                }
                None => self.expr(left, Use::Place),
            },
        }
    }

    fn note_receiver_part(&mut self, local: LocalId, path: &[String], assign: Key) {
        if self.model.receiver == Some(local) && self.body.0 == 0 && !path.is_empty() {
            self.model.receiver_parts.insert(assign);
        }
    }

    pub(super) fn binary(&mut self, expr: &Expr, binary: &ExprBinary) {
        use syn::BinOp::{
            AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, Eq, Ge, Gt, Le, Lt, MulAssign, Ne,
            RemAssign, ShlAssign, ShrAssign, SubAssign,
        };
        let call = Use::Value(Into::Call);
        let (left, right) = match binary.op {
            Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) => (Use::Place, Use::Place),
            AddAssign(_) | SubAssign(_) | MulAssign(_) | DivAssign(_) | RemAssign(_) | BitXorAssign(_)
            | BitAndAssign(_) | BitOrAssign(_) | ShlAssign(_) | ShrAssign(_) => (Use::Place, call),
            _ => (call, call),
        };
        if left == Use::Place && right == Use::Place {
            self.kept(&binary.left, Kept::LookedAt);
            // What is on the left tells what the parts of the right have to be.
            if !matches!(&*binary.right, Expr::Call(call) if makes_a_variant(&call.func)) {
                self.kept(&binary.right, Kept::LookedAt);
            }
        }
        if let (Use::Place, Use::Value(_), Some((local, path))) = (left, right, self.place(&binary.left)) {
            self.note_receiver_part(local, &path, key(expr));
        }
        self.expr(&binary.left, left);
        self.expr(&binary.right, right);
    }
}
