//! Statements that move locals, assign to them, or make temporaries.

use super::generator::{Generator, Kind};
use super::scope::State;
use super::types::Ty;
use super::values::Value;

impl Generator {
    /// A call that takes a local.
    pub(super) fn eat(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let ty = self.scope.get(index).ty.clone();
        let name = self.moved(index);
        self.saw("move into a call");
        let text = match (self.random.below(9), &ty) {
            (0, _) => format!("{name}.eat();"),
            (1, Ty::Boxed(_)) => format!("{name}.boxed().eat();"),
            (1, Ty::Counted(_)) => format!("{name}.eat_counted();"),
            (2, _) => format!("look(&swallow({name}));"),
            (3, _) => format!("eat(({name}, 1_u8));"),
            (4, _) => format!("eat([{name}]);"),
            (5, _) => format!("eat(Some({name}));"),
            (6, _) => format!("eat(Wrap {{ inner: Box::new({name}) }});"),
            (7, _) => format!("eat(vec![{name}]);"),
            _ => format!("eat({name});"),
        };
        self.line(text);
        true
    }

    /// A call with several operands, some of which may leave.
    pub(super) fn eat_operands(&mut self) -> bool {
        let bombs = self.bombs;
        let types = [Ty::random(&mut self.random, 1, bombs), Ty::random(&mut self.random, 1, bombs)];
        let mut values = vec![self.value(&types[0], None, true, 1)];
        if self.percent(60) {
            let text = match (&self.kind, self.random.below(3)) {
                (Kind::Res | Kind::ValueRes(_), 0 | 1) => "check(chance(2))?",
                (Kind::Opt, 0 | 1) => "opt(chance(2))?",
                _ => "fail_if(chance(4))",
            };
            self.saw(if text.ends_with('?') { "? in an operand" } else { "panic in an operand" });
            values.push(Value { text: text.to_owned(), held: false, anonymous: true, leaves: true });
        } else {
            values.push(self.value(&types[1], None, true, 1));
        }
        if values[1].text.starts_with("fail_if") && self.percent(20) {
            values.swap(0, 1);
        }
        self.saw("several operands");
        let parts = self.together(values);
        let (a, b) = (&parts.texts[0], &parts.texts[1]);
        let text = match self.random.below(4) {
            0 => format!("eat(({a}, {b}));"),
            1 => format!("let _ = swallow({a}) && swallow({b});"),
            _ => format!("eat_two({a}, {b});"),
        };
        self.line(text);
        true
    }

    /// Methods, by all kinds of receivers.
    pub(super) fn methods(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let other = self.moved(index);
        let found = self.scope.readable(|_| true);
        let to_change = self.scope.borrowable(|_| true);
        let text = match self.random.below(4) {
            0 if !found.is_empty() => {
                let receiver = &self.scope.get(*self.random.pick(&found)).name;
                format!("{receiver}.take_in({other});")
            }
            1 if !to_change.is_empty() => {
                let receiver = &self.scope.get(*self.random.pick(&to_change)).name;
                format!("{receiver}.fill({other});")
            }
            2 => {
                let temporary = self.temporary();
                format!("noisy(\"{temporary}\").take_in({other});")
            }
            _ => {
                let operand = self.operand();
                format!("{other}.eat_with(noisy(\"{operand}\"));")
            }
        };
        self.saw("methods");
        self.line(text);
        true
    }

    pub(super) fn by_drop(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let name = self.moved(index);
        self.saw("drop(x)");
        let path = *self.random.pick(&["drop", "drop", "mem::drop", "std::mem::drop"]);
        if self.percent(25) {
            let condition = self.condition();
            self.line(format!("if {condition} {{\n{path}({name});\n}}"));
        } else {
            self.line(format!("{path}({name});"));
        }
        true
    }

    pub(super) fn forget(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let name = self.moved(index);
        self.saw("mem::forget");
        self.line(format!("mem::forget({name});"));
        true
    }

    /// Uses that move nothing.
    pub(super) fn look(&mut self) -> bool {
        let found = self.scope.readable(|_| true);
        let to_change = self.scope.borrowable(|_| true);
        if !to_change.is_empty() && self.percent(30) {
            let name = self.scope.get(*self.random.pick(&to_change)).name.clone();
            self.line(format!("{name}.poke();"));
            return true;
        }
        if found.is_empty() {
            return false;
        }
        let name = self.scope.get(*self.random.pick(&found)).name.clone();
        let text = match self.random.below(9) {
            0 => format!("{name}.look();"),
            1 => format!("let _ = {name};"),
            2 => format!("let _ = &{name};"),
            3 => format!("println!(\"{{}}\", {name}.look());"),
            4 => format!("assert_eq!({name}.look(), true);"),
            5 => format!("let _ = format!(\"{{}}\", look(&{name}));"),
            6 => format!("matches!({name}.look(), true);"),
            7 => format!("match {name} {{ _ => () }}"),
            _ => format!("look(&{name});"),
        };
        self.line(text);
        true
    }

    pub(super) fn assign(&mut self) -> bool {
        let found = self.scope.assignable(|_| true);
        if found.is_empty() {
            return false;
        }
        let index = *self.random.pick(&found);
        self.assign_to(index)
    }

    /// `x = …;`
    pub(super) fn assign_to(&mut self, index: usize) -> bool {
        self.saw("assignment");
        let variable = self.scope.get(index).clone();
        let name = &variable.name;
        let is_first = variable.state == State::Deferred;
        if is_first {
            self.scope.freeze(index);
        }
        let holder = (!self.bombs && self.percent(50)).then_some(name.as_str());
        let value = self.value(&variable.ty, holder, variable.quiet(), 0);
        self.scope.thaw(index);
        if self.bombs && !value.held {
            // The drop of the old value may panic: the new one is in its place then.
            self.line(format!("{name} = named(\"{name}\", {});", value.text));
        } else {
            self.line(format!("{name} = {};", value.text));
            if !value.held {
                self.hold(name);
            }
        }
        self.scope.get_mut(index).state = State::Live;
        true
    }

    /// Assigns to a field, an element, or the content of a box.
    pub(super) fn assign_part(&mut self) -> bool {
        let found = self.scope.borrowable(|v| {
            let boxed = matches!(&v.ty, Ty::Boxed(inner) if **inner == Ty::Noisy);
            boxed || matches!(v.ty, Ty::Pair | Ty::Tagged | Ty::Nested)
        });
        let ty =
            self.random.pick(&[Ty::Pair, Ty::Tagged, Ty::Nested, Ty::Boxed(Box::new(Ty::Noisy))]).clone();
        let index = self.one_of(&found, &ty, false);
        let variable = self.scope.get(index).clone();
        let name = &variable.name;
        let place = match variable.ty {
            Ty::Pair => format!("{name}.left"),
            Ty::Tagged => format!("{name}.value"),
            Ty::Nested => format!("{name}.pair.right"),
            _ => format!("*{name}"),
        };
        self.saw("assignment to a part");
        self.line(format!("{place} = noisy(\"{name}\");"));
        self.hold(name);
        true
    }

    pub(super) fn replace(&mut self) -> bool {
        let found = self.scope.borrowable(|v| v.ty == Ty::Noisy && v.owned);
        self.saw("mem::replace");
        let index = self.one_of(&found, &Ty::Noisy, false);
        let name = self.scope.get(index).name.clone();
        let new = self.new_name(false);
        if new == name {
            return false;
        }
        self.line(format!("let {new} = mem::replace(&mut {name}, noisy(\"{name}\"));"));
        self.hold(&new);
        self.live(&new, &Ty::Noisy, false);
        true
    }

    pub(super) fn swap(&mut self) -> bool {
        let ty = self.type_of_local();
        let found = self.scope.borrowable(|v| v.owned);
        let first = self.one_of(&found, &ty, false);
        let (ty, quiet) = (self.scope.get(first).ty.clone(), self.scope.get(first).quiet());
        self.one_of(&[], &ty, quiet);
        let found = self.scope.borrowable(|v| v.owned);
        for &left in &found {
            let same = |&&right: &&usize| {
                let (a, b) = (self.scope.get(left), self.scope.get(right));
                right != left && a.ty == b.ty && a.quiet() == b.quiet()
            };
            if let Some(&right) = found.iter().find(same) {
                let (a, b) = (self.scope.get(left).name.clone(), self.scope.get(right).name.clone());
                self.saw("mem::swap");
                self.line(format!("mem::swap(&mut {a}, &mut {b});"));
                self.hold(&a);
                self.hold(&b);
                return true;
            }
        }
        false
    }

    /// Takes the value out of an option that stays.
    pub(super) fn option_take(&mut self) -> bool {
        let found = self.scope.borrowable(|v| v.quiet() && matches!(v.ty, Ty::Opt(_)));
        let ty = Ty::Opt(Box::new(self.type_of_local()));
        let index = self.one_of(&found, &ty, true);
        let variable = self.scope.get(index).clone();
        let name = &variable.name;
        let new = format!("x{}_q", self.number());
        self.saw("Option::take");
        let taking = *self.random.pick(&["take()", "take()", "replace"]);
        let text = match (taking, &variable.ty) {
            ("replace", Ty::Opt(inner)) if **inner == Ty::Noisy => {
                format!("{name}.replace(noisy(\"{name}\"))")
            }
            _ if self.percent(50) => format!("mem::take(&mut {name})"),
            _ => format!("{name}.take()"),
        };
        self.line(format!("let mut {new} = {text};"));
        self.hold(&new);
        self.live(&new, &variable.ty, true);
        true
    }

    pub(super) fn manually_drop(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let (ty, quiet) = (self.scope.get(index).ty.clone(), self.scope.get(index).quiet());
        let name = self.moved(index);
        let manual = format!("m{}", self.number());
        self.saw("ManuallyDrop");
        self.line(format!("let {manual} = ManuallyDrop::new({name});"));
        if self.percent(60) {
            let new = self.new_name(quiet);
            self.line(format!("let {new} = ManuallyDrop::into_inner({manual});"));
            self.hold(&new);
            self.live(&new, &ty, false);
        }
        true
    }

    /// Two owners of one value: the one that goes last drops it.
    pub(super) fn counted(&mut self) -> bool {
        self.saw("Rc");
        let (first, second) = (self.number(), self.number());
        self.line("{");
        if self.percent(50) {
            self.line(format!("let x{first} = Rc::new(noisy(\"x{first}\"));"));
            self.line(format!("let x{second}_q = Rc::clone(&x{first});"));
        } else {
            self.line(format!("let x{first}_q = Rc::new(noisy(\"x{second}\"));"));
            self.line(format!("let x{second} = Rc::clone(&x{first}_q);\ndrop(x{first}_q);"));
        }
        self.scoped(|g| g.statements(2));
        self.line("}");
        true
    }
}
