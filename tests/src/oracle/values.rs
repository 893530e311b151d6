//! Expressions that give an owned value.

use std::fmt::Write as _;

use super::generator::{Generator, Kind};
use super::types::Ty;

/// An expression and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) text: String,
    /// Its values carry the name that was asked for.
    pub(super) held: bool,
    /// Its values carry names of operands only.
    pub(super) anonymous: bool,
    /// Its evaluation may not come to an end.
    pub(super) leaves: bool,
}

impl Value {
    fn fresh(text: String, held: bool) -> Self {
        Self { text, held, anonymous: !held, leaves: false }
    }
}

impl Generator {
    /// A value of a type. `holder` is the local that it is for, if nothing can come in between.
    pub(super) fn value(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool, depth: usize) -> Value {
        if *ty == Ty::Byte {
            return Value::fresh("1_u8".to_owned(), false);
        }
        let small = depth < 2 && self.depth < 5 && self.budget > 1;
        let weights = if small { [40, 34, 5, 5, 3, 3, 7, 4, 4, 4] } else { [50, 40, 0, 0, 0, 0, 0, 4, 3, 0] };
        match self.random.weighted(weights.into_iter()) {
            1 => self.local(ty, holder, quiet).unwrap_or_else(|| self.fresh(ty, holder, quiet, depth)),
            2 => self.block_value(ty, holder, depth),
            3 => self.if_value(ty, holder, quiet, depth),
            4 => self.labelled_value(ty, depth),
            5 => self.loop_value(ty, depth),
            6 if self.nesting < 2 => self.call_value(ty),
            7 => self.replaced(ty).unwrap_or_else(|| self.fresh(ty, holder, quiet, depth)),
            8 => self.unwrapped(ty, quiet, depth),
            9 => self.match_value(ty, holder, quiet, depth),
            _ => self.fresh(ty, holder, quiet, depth),
        }
    }

    /// A local of the type, which loses its value.
    fn local(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool) -> Option<Value> {
        let found = self.scope.movable(|v| v.ty == *ty && (quiet || !v.quiet()));
        if found.is_empty() {
            return None;
        }
        let index = *self.random.pick(&found);
        let name = self.moved(index);
        let not_held = Value { text: name.clone(), held: false, anonymous: false, leaves: false };
        Some(match holder {
            Some(holder) if self.percent(30) => {
                Value { text: format!("named(\"{holder}\", {name})"), held: true, ..not_held }
            }
            Some(holder) if self.percent(30) => {
                self.line(format!("{name}.hold(\"{holder}\");"));
                Value { held: true, ..not_held }
            }
            Some(_) if self.percent(30) => {
                self.saw("pass-on method");
                Value { text: format!("{name}.pass_on()"), ..not_held }
            }
            _ => not_held,
        })
    }

    /// A value that was nowhere before.
    pub(super) fn fresh(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool, depth: usize) -> Value {
        let helper = match ty {
            Ty::Noisy => Some(if self.percent(80) { "noisy" } else { "make" }),
            Ty::Bomb => Some("bomb"),
            Ty::Pair if self.percent(60) => Some("pair"),
            Ty::Tagged if self.percent(60) => Some("tagged"),
            Ty::Nested if self.percent(50) => Some("nested"),
            Ty::Shape if self.percent(60) => Some("shape"),
            _ => None,
        };
        if let Some(helper) = helper {
            if *ty == Ty::Bomb {
                self.saw("bomb");
            }
            let operand = self.operand();
            let text = format!("{helper}(\"{}\")", holder.unwrap_or(&operand));
            return Value::fresh(text, holder.is_some());
        }
        let mut value = self.literal(ty, quiet, depth + 1);
        if let Some(holder) = holder.filter(|_| self.percent(25)) {
            value.text = format!("named(\"{holder}\", {})", value.text);
            value.held = true;
            value.anonymous = false;
        }
        value
    }

    fn literal(&mut self, ty: &Ty, quiet: bool, depth: usize) -> Value {
        if let Some((name, fields)) = ty.fields() {
            let types: Vec<Ty> = fields.iter().map(|(_, ty)| ty.clone()).collect();
            let parts = self.parts(&types, quiet, depth);
            return parts.joined(|texts| {
                let fields: Vec<_> =
                    fields.iter().zip(texts).map(|((field, _), text)| format!("{field}: {text}")).collect();
                format!("{name} {{ {} }}", fields.join(", "))
            });
        }
        match ty {
            Ty::Shape if self.percent(50) => {
                self.parts(&[Ty::Noisy], quiet, depth).joined(|texts| format!("Shape::Line({})", texts[0]))
            }
            Ty::Shape => self
                .parts(&[Ty::Noisy, Ty::Noisy], quiet, depth)
                .joined(|texts| format!("Shape::Area {{ width: {}, height: {} }}", texts[0], texts[1])),
            Ty::Dyn => {
                self.saw("trait object");
                let parts = self.parts(&[Ty::Noisy], quiet, depth);
                if self.percent(50) {
                    return parts.joined(|texts| format!("(Box::new({}) as Box<dyn Hold>)", texts[0]));
                }
                parts.joined(|texts| format!("unsized_box(Box::new({}))", texts[0]))
            }
            Ty::Tuple(types) => {
                self.parts(types, quiet, depth).joined(|texts| format!("({})", texts.join(", ")))
            }
            Ty::Array(inner, count) => {
                let types = vec![(**inner).clone(); *count];
                self.parts(&types, quiet, depth).joined(|texts| format!("[{}]", texts.join(", ")))
            }
            Ty::List(inner) if quiet && self.percent(20) => {
                Value::fresh(format!("Vec::<{inner}>::new()"), false)
            }
            Ty::List(inner) => {
                let types = vec![(**inner).clone(); 1 + self.random.below(2)];
                self.parts(&types, quiet, depth).joined(|texts| format!("vec![{}]", texts.join(", ")))
            }
            Ty::Opt(inner) => {
                if quiet && self.percent(20) {
                    return Value::fresh(format!("None::<{inner}>"), false);
                }
                let function = if quiet && self.percent(50) { "maybe" } else { "Some" };
                self.contained(function, inner, quiet, depth)
            }
            Ty::Boxed(inner) => self.contained("Box::new", inner, quiet, depth),
            Ty::Counted(inner) => self.contained("Rc::new", inner, quiet, depth),
            _ => unreachable!("the others have helpers"),
        }
    }

    fn contained(&mut self, function: &str, inner: &Ty, quiet: bool, depth: usize) -> Value {
        let parts = self.parts(std::slice::from_ref(inner), quiet, depth);
        parts.joined(|texts| format!("{function}({})", texts[0]))
    }

    /// Values that are evaluated one after the other.
    pub(super) fn parts(&mut self, types: &[Ty], quiet: bool, depth: usize) -> Parts {
        let values: Vec<Value> = types.iter().map(|ty| self.value(ty, None, quiet, depth + 1)).collect();
        self.together(values)
    }

    /// Values that go into the same place: whatever is there when a later one leaves is an operand.
    pub(super) fn together(&mut self, mut values: Vec<Value>) -> Parts {
        let mut leaves = false;
        for value in values.iter_mut().rev() {
            if leaves && !value.anonymous {
                value.text = self.wrapped(&value.text);
                value.anonymous = true;
            }
            leaves |= value.leaves;
        }
        let anonymous = values.iter().all(|value| value.anonymous);
        Parts { texts: values.into_iter().map(|value| value.text).collect(), anonymous, leaves }
    }

    /// `{ …; value }`
    fn block_value(&mut self, ty: &Ty, holder: Option<&str>, depth: usize) -> Value {
        self.saw("block value");
        let (text, held) = self.branch_value(ty, holder, false, depth);
        Value { text: format!("{{\n{text}}}"), held, anonymous: false, leaves: true }
    }

    /// Statements and a value behind them, without braces.
    fn branch_value(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool, depth: usize) -> (String, bool) {
        let holder = holder.filter(|_| !self.bombs);
        self.captured(|g| {
            g.scoped(|g| {
                let count = g.random.below(3);
                g.statements(count);
                let mut value = g.value(ty, holder, quiet, depth + 1);
                if g.bombs && !value.anonymous {
                    value.text = g.wrapped(&value.text);
                }
                g.line(value.text);
                value.held
            })
        })
    }

    fn if_value(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool, depth: usize) -> Value {
        self.saw("if value");
        let condition = self.condition();
        let entry = self.scope.states();
        let (yes, first) = self.branch_value(ty, holder, quiet, depth);
        let after = self.scope.states();
        self.scope.set_states(&entry);
        let (no, second) = self.branch_value(ty, holder, quiet, depth);
        let paths = [after, self.scope.states()];
        self.scope.join(&paths);
        let text = format!("if {condition} {{\n{yes}}} else {{\n{no}}}");
        Value { text, held: first && second, anonymous: false, leaves: true }
    }

    fn match_value(&mut self, ty: &Ty, holder: Option<&str>, quiet: bool, depth: usize) -> Value {
        self.saw("match value");
        let entry = self.scope.states();
        let (mut arms, mut paths, mut held) = (String::new(), Vec::new(), true);
        for pattern in ["true if chance(2)", "true", "false"] {
            self.scope.set_states(&entry);
            let (text, is_held) = self.branch_value(ty, holder, quiet, depth);
            let _ = writeln!(arms, "{pattern} => {{\n{text}}}");
            held &= is_held;
            paths.push(self.scope.states());
        }
        self.scope.join(&paths);
        Value { text: format!("match chance(2) {{\n{arms}}}"), held, anonymous: false, leaves: true }
    }

    fn labelled_value(&mut self, ty: &Ty, depth: usize) -> Value {
        self.saw("labelled block value");
        let label = format!("'b{}", self.number());
        self.scope.enter_block(label.clone(), Some(ty.clone()));
        let (text, _) = self.branch_value(ty, None, false, depth);
        let paths = vec![self.scope.states()];
        self.scope.leave_block(paths);
        Value { text: format!("{label}: {{\n{text}}}"), held: false, anonymous: false, leaves: true }
    }

    fn loop_value(&mut self, ty: &Ty, depth: usize) -> Value {
        self.saw("break with a value");
        let label = format!("'l{}", self.number());
        let before = self.scope.enter_loop(Some(label.clone()), Some(ty.clone()));
        let (text, ()) = self.captured(|g| {
            g.scoped(|g| {
                g.statements(2);
                // Behind this `break` the loop ends: what it moves need not be there again.
                let floor = g.scope.commit(Some(g.scope.innermost()));
                let value = g.value(ty, None, false, depth + 1);
                let value = if g.bombs { g.wrapped(&value.text) } else { value.text };
                g.line(format!("break ({value});"));
                g.scope.restore_floor(floor);
            });
        });
        let innermost = self.scope.innermost();
        self.scope.break_to(innermost);
        self.scope.leave_loop(before, Vec::new());
        Value {
            text: format!("{label}: loop {{\ntick();\n{text}}}"),
            held: false,
            anonymous: false,
            leaves: true,
        }
    }

    fn call_value(&mut self, ty: &Ty) -> Value {
        let text = self.call_of(Kind::Value(ty.clone()));
        Value { text, held: false, anonymous: false, leaves: true }
    }

    /// The old value of a local that gets a new one.
    fn replaced(&mut self, ty: &Ty) -> Option<Value> {
        let found = self.scope.borrowable(|v| v.ty == *ty && v.ty == Ty::Noisy && v.owned);
        if found.is_empty() {
            return None;
        }
        self.saw("mem::replace");
        let name = self.scope.get(*self.random.pick(&found)).name.clone();
        let text = format!("mem::replace(&mut {name}, noisy(\"{name}\"))");
        Some(Value { text, held: false, anonymous: false, leaves: false })
    }

    /// A value out of another one that held it.
    fn unwrapped(&mut self, ty: &Ty, quiet: bool, depth: usize) -> Value {
        let inner = self.value(ty, None, quiet, depth + 1);
        let text = &inner.text;
        let text = match (self.random.below(6), &self.kind) {
            (0, Kind::Res | Kind::ValueRes(_)) => format!("Ok::<_, u8>({text})?"),
            (1, Kind::Opt) => format!("Some({text})?"),
            (2, _) => format!("Box::new({text}).boxed()"),
            (3, _) => format!("Ok::<{ty}, u8>({text}).unwrap_or_else(|_| fail())"),
            (4, _) => format!("*Box::new({text})"),
            _ => format!("Some({text}).unwrap()"),
        };
        self.saw("unwrapped value");
        Value { text, held: false, ..inner }
    }
}

/// Values that are evaluated one after the other.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) texts: Vec<String>,
    anonymous: bool,
    pub(super) leaves: bool,
}

impl Parts {
    fn joined(self, join: impl FnOnce(&[String]) -> String) -> Value {
        let text = join(&self.texts);
        Value { text, held: false, anonymous: self.anonymous, leaves: self.leaves }
    }
}
