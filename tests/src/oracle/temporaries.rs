//! Statements that make temporaries, and lists.

use super::generator::{Generator, Kind};
use super::types::Ty;

impl Generator {
    /// Expressions whose values no local holds.
    pub(super) fn temporaries(&mut self) -> bool {
        let t = self.temporary();
        let moved = if self.percent(35) {
            let found = self.scope.movable(|v| !v.quiet() && v.ty == Ty::Noisy);
            found.first().copied()
        } else {
            None
        };
        let value = match moved {
            Some(index) => format!("pass(\"{t}\", {})", self.moved(index)),
            None => format!("make(\"{t}\")"),
        };
        let text = match self.random.below(14) {
            0 => format!("{value};"),
            1 => format!("let _ = {value};"),
            2 => format!("{value}.look();"),
            3 => format!("look(&{value});"),
            4 => format!("Some({value}).is_some();"),
            5 => format!("let _ = {value}.look() && look(&noisy(\"{}\"));", self.temporary()),
            6 => format!("match {value} {{ _ => look(&1) }};"),
            7 => format!("if {value}.look() {{\nlook(&1);\n}}"),
            8 => format!("let _ = (1, {value}, 2).0;"),
            9 => format!("_ = {value};"),
            10 => format!("println!(\"{{}}\", {value}.look());"),
            11 => {
                self.saw("temporary in a scrutinee");
                self.line(format!("match {value}.look() {{"));
                self.line("true => {");
                let entry = self.scope.states();
                self.scoped(|g| g.statements(2));
                let paths = [entry, self.scope.states()];
                self.scope.join(&paths);
                self.line("}\nfalse => {}\n}");
                return true;
            }
            12 => {
                self.saw("temporary in a tail");
                self.line("look(&{");
                // A local that is named in the tail must not get a namesake before.
                if moved.is_none() {
                    self.scoped(|g| g.statements(2));
                }
                self.line(format!("{value}.look()\n}});"));
                return true;
            }
            _ => {
                let question = match self.kind {
                    Kind::Res | Kind::ValueRes(_) => "check(chance(5))?",
                    Kind::Opt => "opt(chance(5))?",
                    _ => "fail_if(chance(5))",
                };
                self.saw("temporary when control leaves");
                format!("look(&({value}.look(), {question}));")
            }
        };
        self.line(text);
        true
    }

    /// A vector that grows and shrinks.
    pub(super) fn list(&mut self) -> bool {
        let found = self.scope.borrowable(|v| v.quiet() && matches!(v.ty, Ty::List(_)));
        self.saw("Vec");
        let ty = Ty::List(Box::new(Ty::Noisy));
        let index = self.one_of(&found, &ty, true);
        let variable = self.scope.get(index).clone();
        let (name, Ty::List(inner)) = (&variable.name, &variable.ty) else { unreachable!("only lists") };
        match self.random.below(5) {
            0 => {
                let popped = format!("x{}_q", self.number());
                self.line(format!("let {popped} = {name}.pop();"));
                self.hold(&popped);
                self.live(&popped, &Ty::Opt(inner.clone()), false);
            }
            1 => {
                // What `clear` drops has no name of its own: it is not the end of the local.
                self.line(format!("{name}.hold(\"_tmp\");\n{name}.clear();"));
            }
            _ => {
                self.scope.freeze(index);
                let value = self.value(inner, None, true, 1);
                self.scope.thaw(index);
                self.line(format!("{name}.push({});", value.text));
                self.hold(name);
            }
        }
        true
    }
}
