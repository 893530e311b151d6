//! What an expression is made of.

use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, UnOp};

use super::copy::Copier;
use super::sites::Ends;
use super::syntax::arithmetic;
use crate::body::makes_a_variant;
use crate::paths::ours;

impl Copier<'_> {
    /// The operands of an operator, and of the operators inside: one question for all of them.
    fn operands(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Binary(binary) if arithmetic(&binary.op) => {
                self.operands(&mut binary.left);
                self.operands(&mut binary.right);
            }
            Expr::Unary(unary) if !matches!(unary.op, UnOp::Deref(_)) => self.operands(&mut unary.expr),
            Expr::Paren(paren) => self.operands(&mut paren.expr),
            expr => self.visit_expr_mut(expr),
        }
    }

    /// Visits what an expression is made of; gives what is to be asked before it, in code that never runs.
    pub(super) fn parts(&mut self, expr: &mut Expr) -> Option<TokenStream> {
        let deep = self.names.is_some();
        match expr {
            Expr::Call(call) => {
                if deep && !makes_a_variant(&call.func) {
                    self.callee(call);
                } else {
                    self.visit_expr_mut(&mut call.func);
                }
                call.args.iter_mut().for_each(|arg| self.operand(arg));
            }
            Expr::MethodCall(call) => {
                let ends = Ends::of(&*call);
                let asked = if deep {
                    self.method(&call.method, &mut call.receiver, ends)
                } else {
                    self.operand(&mut call.receiver);
                    None
                };
                call.args.iter_mut().for_each(|arg| self.operand(arg));
                return asked;
            }
            Expr::Await(awaited) => self.awaited(&mut awaited.base),
            Expr::Binary(_) => self.operands(expr),
            expr => visit_mut::visit_expr_mut(self, expr),
        }
        None
    }

    /// The same; what is asked goes in a block around it.
    pub(super) fn parts_behind(&mut self, expr: &mut Expr) {
        if let Some(asked) = self.parts(expr) {
            self.behind(expr, &asked);
        }
    }

    pub(super) fn behind(&mut self, expr: &mut Expr, asked: &TokenStream) {
        let rt = &self.asks.rt;
        *expr = Expr::Verbatim(ours!(({
            if false && #rt::stop() {
                #asked
            }
            #expr
        })));
    }

    /// What is awaited at once has no place of its own: it is a part of the future around it.
    fn awaited(&mut self, base: &mut Expr) {
        match base {
            Expr::Call(_) | Expr::MethodCall(_) => self.parts_behind(base),
            base => {
                self.unknown_future(base);
                self.visit_expr_mut(base);
            }
        }
    }
}
