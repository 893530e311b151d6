//! Loops.

use super::generator::Generator;
use super::types::Ty;

impl Generator {
    fn label(&mut self) -> (Option<String>, String) {
        if self.percent(60) {
            return (None, String::new());
        }
        self.saw("labelled loop");
        let label = format!("'l{}", self.number());
        let text = format!("{label}: ");
        (Some(label), text)
    }

    /// Writes a loop's body and its end. The states behind it are those before it, or those of a `break`.
    fn body_of_loop(&mut self, label: Option<String>, count: usize, first: impl FnOnce(&mut Self)) {
        let entry = self.scope.states();
        let before = self.scope.enter_loop(label, None);
        self.scoped(|g| {
            first(g);
            g.statements(count);
        });
        self.line("}");
        self.scope.leave_loop(before, vec![entry]);
    }

    pub(super) fn for_loop(&mut self) -> bool {
        self.saw("for");
        let (label, text) = self.label();
        let variable = format!("n{}", self.number());
        let end = 1 + self.random.below(3);
        self.line(format!("{text}for {variable} in 0..{end} {{"));
        self.body_of_loop(label, 3, |_| {});
        true
    }

    /// A loop over values.
    pub(super) fn for_elements(&mut self) -> bool {
        let found = self.scope.movable(|v| matches!(v.ty, Ty::Array(..) | Ty::List(_) | Ty::Opt(_)));
        self.saw("for over values");
        let (label, text) = self.label();
        let by_reference = self.percent(30);
        if !found.is_empty() && by_reference {
            let index = *self.random.pick(&found);
            let name = self.scope.get(index).name.clone();
            let variable = format!("r{}", self.number());
            self.line(format!("{text}for {variable} in {name}.iter() {{\nlook({variable});"));
            self.scope.freeze(index);
            self.body_of_loop(label, 2, |_| {});
            self.scope.thaw(index);
            return true;
        }
        let temporary = self.temporary();
        let (inner, source) = if found.is_empty() {
            let ty = Ty::List(Box::new(Ty::Noisy));
            let value = self.value(&ty, None, true, 1);
            (Ty::Noisy, format!("named(\"{temporary}\", {})", value.text))
        } else {
            let index = *self.random.pick(&found);
            let ty = self.scope.get(index).ty.clone();
            let (Ty::Array(inner, _) | Ty::List(inner) | Ty::Opt(inner)) = ty else {
                unreachable!("only these were looked for")
            };
            (*inner, format!("pass(\"{temporary}\", {})", self.moved(index)))
        };
        let pattern = self.pattern(&inner, 1, false, true);
        self.line(format!("{text}for {} in {source} {{", pattern.text));
        self.body_of_loop(label, 2, |g| g.bound(&pattern));
        true
    }

    pub(super) fn while_loop(&mut self) -> bool {
        let (label, text) = self.label();
        let counter = format!("n{}", self.number());
        let end = 1 + self.random.below(3);
        match self.random.below(3) {
            0 => {
                self.saw("while");
                let condition = self.condition();
                self.line(format!("let mut {counter} = 0;"));
                self.line(format!("{text}while {counter} < {end} && ({condition}) {{\n{counter} += 1;"));
                self.body_of_loop(label, 2, |_| {});
            }
            1 => {
                self.saw("loop");
                self.line(format!("let mut {counter} = 0;"));
                self.line(format!("{text}loop {{\n{counter} += 1;"));
                self.line(format!("if {counter} > {end} {{\nbreak;\n}}"));
                self.body_of_loop(label, 2, |_| {});
            }
            _ => {
                let found = self.scope.borrowable(|v| v.quiet() && matches!(v.ty, Ty::List(_)));
                self.saw("while let");
                let index = self.one_of(&found, &Ty::List(Box::new(Ty::Noisy)), true);
                let variable = self.scope.get(index).clone();
                let Ty::List(inner) = &variable.ty else { unreachable!("only lists") };
                let pattern = self.pattern(inner, 1, false, true);
                self.line(format!("{text}while let Some({}) = {}.pop() {{", pattern.text, variable.name));
                self.scope.freeze(index);
                self.body_of_loop(label, 2, |g| g.bound(&pattern));
                self.scope.thaw(index);
            }
        }
        true
    }
}
