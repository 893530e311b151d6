//! `match` and `if let` on values that have variants.

use super::bindings::Pattern;
use super::control::Arm;
use super::generator::Generator;
use super::types::Ty;

/// What is matched.
struct Scrutinee {
    text: String,
    ty: Ty,
    /// The local that may lose its value.
    local: Option<usize>,
    by_reference: bool,
}

impl Generator {
    fn scrutinee(&mut self, wanted: impl Fn(&Ty) -> bool, fresh: Ty) -> Scrutinee {
        let found = self.scope.movable(|v| wanted(&v.ty));
        if self.percent(75) {
            let quiet = fresh.may_be_empty() && self.percent(50);
            let index = self.one_of(&found, &fresh, quiet);
            let variable = self.scope.get(index).clone();
            if self.percent(25) {
                self.saw("match on a reference");
                let change = variable.mutable && self.percent(30);
                let text = format!("{}{}", if change { "&mut " } else { "&" }, variable.name);
                return Scrutinee { text, ty: variable.ty, local: None, by_reference: true };
            }
            return Scrutinee {
                text: variable.name,
                ty: variable.ty,
                local: Some(index),
                by_reference: false,
            };
        }
        self.saw("temporary in a scrutinee");
        let value = self.value(&fresh, None, true, 1);
        let text = format!("named(\"{}\", {})", self.temporary(), value.text);
        Scrutinee { text, ty: fresh, local: None, by_reference: false }
    }

    /// A pattern for a variant's field, and what it does to the scrutinee.
    fn field_pattern(&mut self, scrutinee: &Scrutinee, ty: &Ty, wild: bool) -> Pattern {
        if scrutinee.by_reference {
            let name = format!("r{}", self.number());
            return Pattern { text: name, ..Pattern::default() };
        }
        self.pattern(ty, 1, wild, true)
    }

    /// What stands first in an arm, once the pattern matched.
    fn matched(&mut self, scrutinee: &Scrutinee, pattern: &Pattern) {
        if scrutinee.by_reference {
            self.line(format!("look({});", pattern.text));
            return;
        }
        if let Some(index) = scrutinee.local.filter(|_| pattern.moves()) {
            self.scope.take(index);
        }
        self.bound(pattern);
    }

    fn guard(&mut self, scrutinee: &Scrutinee) -> String {
        if scrutinee.by_reference || self.percent(70) {
            return String::new();
        }
        self.saw("guard");
        format!(" if {}", self.condition())
    }

    pub(super) fn match_option(&mut self) -> bool {
        self.saw("match on an option");
        let inner = Ty::random(&mut self.random, 1, false);
        let scrutinee = self.scrutinee(|ty| matches!(ty, Ty::Opt(_)), Ty::Opt(Box::new(inner)));
        let Ty::Opt(inner) = scrutinee.ty.clone() else { unreachable!("an option") };
        let (first, second) =
            (self.field_pattern(&scrutinee, &inner, true), self.field_pattern(&scrutinee, &inner, true));
        let guard = self.guard(&scrutinee);
        self.line(format!("match {} {{", scrutinee.text));
        let entry = self.scope.states();
        let mut arms = Vec::new();
        if !guard.is_empty() {
            arms.push(Arm { head: format!("Some({}){guard} =>", first.text), bound: Some(first) });
        }
        let whole = scrutinee.local.filter(|_| self.percent(25));
        if let Some(index) = whole {
            self.saw("@ in a pattern");
            let name = format!("x{}{}", self.number(), if self.scope.get(index).quiet() { "_q" } else { "" });
            let pattern = Pattern::whole(&name, &scrutinee.ty);
            arms.push(Arm { head: format!("{name} @ Some(_) =>"), bound: Some(pattern) });
        } else {
            arms.push(Arm { head: format!("Some({}) =>", second.text), bound: Some(second) });
        }
        arms.push(Arm { head: "None =>".to_owned(), bound: None });
        self.arms(&entry, arms, |g, pattern| g.matched(&scrutinee, pattern));
        self.line("}");
        true
    }

    pub(super) fn match_shape(&mut self) -> bool {
        self.saw("match on an enum");
        let scrutinee = self.scrutinee(|ty| *ty == Ty::Shape, Ty::Shape);
        let line = self.field_pattern(&scrutinee, &Ty::Noisy, true);
        let area = if scrutinee.by_reference {
            None
        } else {
            Some([self.pattern(&Ty::Noisy, 0, true, false), self.pattern(&Ty::Noisy, 0, true, false)])
        };
        let guard = self.guard(&scrutinee);
        self.line(format!("match {} {{", scrutinee.text));
        let entry = self.scope.states();
        let mut arms = Vec::new();
        arms.push(Arm { head: format!("Shape::Line({}){guard} =>", line.text), bound: Some(line) });
        if let Some([width, height]) = area {
            let head = format!("Shape::Area {{ width: {}, height: {} }} =>", width.text, height.text);
            let mut both = width;
            both.leaves_rest |= height.leaves_rest;
            both.bindings.extend(height.bindings);
            arms.push(Arm { head, bound: Some(both) });
        }
        if arms.len() == 1 || !guard.is_empty() {
            arms.push(Arm { head: "_ =>".to_owned(), bound: None });
        }
        self.arms(&entry, arms, |g, pattern| g.matched(&scrutinee, pattern));
        self.line("}");
        true
    }

    pub(super) fn if_let(&mut self) -> bool {
        self.saw("if let");
        let scrutinee = self.scrutinee(|ty| matches!(ty, Ty::Opt(_)), Ty::Opt(Box::new(Ty::Noisy)));
        let Ty::Opt(inner) = scrutinee.ty.clone() else { unreachable!("an option") };
        let pattern = self.field_pattern(&scrutinee, &inner, true);
        self.if_with(&format!("let Some({}) = {}", pattern.text, scrutinee.text), |g| {
            g.matched(&scrutinee, &pattern);
        });
        true
    }

    pub(super) fn let_chain(&mut self) -> bool {
        if !self.chains {
            return false;
        }
        self.saw("let chain");
        let scrutinee = self.scrutinee(|ty| matches!(ty, Ty::Opt(_)), Ty::Opt(Box::new(Ty::Noisy)));
        let Ty::Opt(inner) = scrutinee.ty.clone() else { unreachable!("an option") };
        let pattern = self.field_pattern(&scrutinee, &inner, true);
        let mut parts = vec![format!("let Some({}) = {}", pattern.text, scrutinee.text)];
        if self.percent(70) {
            parts.insert(0, "chance(2)".to_owned());
        }
        if self.percent(40) {
            let temporary = self.temporary();
            parts.insert(0, format!("let true = make(\"{temporary}\").look()"));
        }
        if parts.len() == 1 {
            parts.insert(0, "let Some(_) = opt(chance(2))".to_owned());
        }
        if self.percent(30) {
            // Should the rest be false, the new locals are dropped: under their own names.
            parts.extend(pattern.names().map(|name| format!("is(&{name}, \"{name}\")")));
            parts.push("chance(2)".to_owned());
        }
        // The borrow checker takes a local for moved behind a chain, whichever part of it was false.
        if let Some(index) = scrutinee.local.filter(|_| pattern.moves()) {
            self.scope.take(index);
        }
        self.if_with(&parts.join(" && "), |g| g.matched(&scrutinee, &pattern));
        true
    }

    fn if_with(&mut self, condition: &str, first: impl FnOnce(&mut Self)) {
        self.line(format!("if {condition} {{"));
        let entry = self.scope.states();
        self.scoped(|g| {
            first(g);
            g.statements(2);
        });
        let mut paths = vec![self.scope.states()];
        self.scope.set_states(&entry);
        if self.percent(50) {
            self.line("} else {");
            self.scoped(|g| g.statements(2));
        }
        self.line("}");
        paths.push(self.scope.states());
        self.scope.join(&paths);
    }
}
