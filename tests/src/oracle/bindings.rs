//! Statements that define locals.

use super::generator::Generator;
use super::scope::State;
use super::types::Ty;

/// A local that a pattern binds.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) ty: Ty,
    mutable: bool,
    by_reference: bool,
}

/// A pattern, what it binds, and what it leaves where it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) bindings: Vec<Binding>,
    pub(super) leaves_rest: bool,
}

impl Pattern {
    /// What binds the whole value.
    pub(super) fn whole(name: &str, ty: &Ty) -> Self {
        let binding = Binding { name: name.to_owned(), ty: ty.clone(), mutable: false, by_reference: false };
        Self { text: name.to_owned(), bindings: vec![binding], leaves_rest: false }
    }

    /// The locals that own what they are bound to.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.bindings.iter().filter(|binding| !binding.by_reference).map(|binding| binding.name.as_str())
    }

    pub(super) fn moves(&self) -> bool {
        self.bindings.iter().any(|binding| !binding.by_reference)
    }
}

impl Generator {
    pub(super) fn type_of_local(&mut self) -> Ty {
        let bombs = self.bombs;
        Ty::random(&mut self.random, 2, bombs)
    }

    fn type_with_parts(&mut self) -> Ty {
        loop {
            let ty = self.type_of_local();
            if ty.has_parts() {
                return ty;
            }
        }
    }

    /// `let x = …;`
    pub(super) fn let_fresh(&mut self) -> bool {
        let ty = self.type_of_local();
        let quiet = ty.may_be_empty() && self.percent(45);
        let name = self.new_name(quiet);
        let value = self.value(&ty, Some(&name), quiet, 0);
        let mutable = quiet || self.percent(45);
        let annotation = if self.percent(20) { format!(": {ty}") } else { String::new() };
        let keyword = if mutable { "let mut" } else { "let" };
        self.line(format!("{keyword} {name}{annotation} = {};", value.text));
        if !value.held {
            self.hold(&name);
        }
        self.saw("let");
        self.live(&name, &ty, mutable);
        true
    }

    /// `let y = x;`
    pub(super) fn let_move(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let (ty, quiet) = (self.scope.get(index).ty.clone(), self.scope.get(index).quiet());
        let name = self.new_name(quiet);
        let from = self.moved(index);
        let mutable = self.percent(40);
        let keyword = if mutable { "let mut" } else { "let" };
        self.saw("let y = x");
        match self.random.below(3) {
            0 => self.line(format!("{keyword} {name} = named(\"{name}\", {from});")),
            1 => self.line(format!("{from}.hold(\"{name}\");\n{keyword} {name} = {from};")),
            _ => {
                self.line(format!("{keyword} {name} = {from};"));
                self.hold(&name);
            }
        }
        self.live(&name, &ty, mutable);
        true
    }

    /// One of the locals, or a new one where there is none.
    pub(super) fn one_of(&mut self, found: &[usize], ty: &Ty, quiet: bool) -> usize {
        if !found.is_empty() && self.percent(70) {
            return *self.random.pick(found);
        }
        let name = format!("x{}{}", self.number(), if quiet { "_q" } else { "" });
        let value = self.fresh(ty, None, quiet, 1);
        self.line(format!("let mut {name} = {};", value.text));
        self.hold(&name);
        self.live(&name, ty, true)
    }

    /// A pattern for a type. `wild` says whether it may leave parts where they are.
    pub(super) fn pattern(&mut self, ty: &Ty, depth: usize, wild: bool, quiet: bool) -> Pattern {
        if ty.has_parts() && depth > 0 && self.percent(80) {
            return self.pattern_of_parts(ty, depth - 1, wild, quiet);
        }
        if *ty == Ty::Byte || (wild && self.percent(14)) {
            self.saw("_ in a pattern");
            return Pattern { text: "_".to_owned(), leaves_rest: *ty != Ty::Byte, ..Pattern::default() };
        }
        let by_reference = wild && self.percent(10);
        let name = format!("x{}{}", self.number(), if quiet && ty.may_be_empty() { "_q" } else { "" });
        let mutable = !by_reference && self.percent(30);
        let prefix = if by_reference {
            self.saw("ref in a pattern");
            "ref "
        } else if mutable {
            "mut "
        } else {
            ""
        };
        let at = if !by_reference && !mutable && *ty == Ty::Byte { " @ _" } else { "" };
        let binding = Binding { name: name.clone(), ty: ty.clone(), mutable, by_reference };
        Pattern { text: format!("{prefix}{name}{at}"), leaves_rest: by_reference, bindings: vec![binding] }
    }

    fn pattern_of_parts(&mut self, ty: &Ty, depth: usize, wild: bool, quiet: bool) -> Pattern {
        let fields = ty.fields();
        let types: Vec<Ty> = match (ty, &fields) {
            (_, Some((_, fields))) => fields.iter().map(|(_, ty)| ty.clone()).collect(),
            (Ty::Tuple(types), _) => types.clone(),
            (Ty::Array(inner, count), _) => vec![(**inner).clone(); *count],
            _ => unreachable!("the type has parts"),
        };
        let parts: Vec<Pattern> = types.iter().map(|ty| self.pattern(ty, depth, wild, quiet)).collect();
        let texts: Vec<String> = parts.iter().map(|part| part.text.clone()).collect();
        let text = match (ty, fields) {
            (_, Some((name, fields))) => {
                let mut fields: Vec<String> =
                    fields.iter().zip(texts).map(|((field, _), text)| format!("{field}: {text}")).collect();
                if self.percent(30) {
                    fields.reverse();
                }
                format!("{name} {{ {} }}", fields.join(", "))
            }
            (Ty::Tuple(_), _) => format!("({})", texts.join(", ")),
            _ => format!("[{}]", texts.join(", ")),
        };
        Pattern {
            text,
            leaves_rest: parts.iter().any(|part| part.leaves_rest),
            bindings: parts.into_iter().flat_map(|part| part.bindings).collect(),
        }
    }

    /// Declares what a pattern binds, and gives the values their names.
    pub(super) fn bound(&mut self, pattern: &Pattern) {
        for binding in &pattern.bindings {
            if binding.by_reference {
                self.line(format!("look({});", binding.name));
                continue;
            }
            self.hold(&binding.name);
            self.live(&binding.name, &binding.ty, binding.mutable);
        }
    }

    /// `let (a, b) = …;`
    pub(super) fn let_pattern(&mut self) -> bool {
        self.saw("let with a pattern");
        let found = self.scope.movable(|v| v.ty.has_parts());
        if self.percent(60) {
            let ty = self.type_with_parts();
            let index = self.one_of(&found, &ty, false);
            let variable = self.scope.get(index).clone();
            let pattern = self.pattern(&variable.ty, 2, true, variable.quiet());
            self.line(format!("let {} = {};", pattern.text, variable.name));
            if pattern.moves() {
                self.scope.take(index);
                if pattern.leaves_rest {
                    self.saw("partial move by a pattern");
                }
            }
            self.bound(&pattern);
            return true;
        }
        let ty = self.type_with_parts();
        let pattern = self.pattern(&ty, 2, true, false);
        let value = self.value(&ty, None, false, 1);
        let text = if pattern.leaves_rest {
            format!("named(\"{}\", {})", self.temporary(), value.text)
        } else {
            value.text
        };
        self.line(format!("let {} = {text};", pattern.text));
        self.bound(&pattern);
        true
    }

    /// `let Some(a) = x else { … };`
    pub(super) fn let_else(&mut self) -> bool {
        let found = self.scope.movable(|v| matches!(v.ty, Ty::Opt(_)));
        let (ty, text) = if !found.is_empty() && self.percent(70) {
            let index = *self.random.pick(&found);
            let ty = self.scope.get(index).ty.clone();
            (ty, self.moved(index))
        } else {
            let ty = Ty::Opt(Box::new(self.type_of_local()));
            let value = self.value(&ty, None, true, 1);
            (ty, format!("named(\"{}\", {})", self.temporary(), value.text))
        };
        let Ty::Opt(inner) = ty else { unreachable!("only options were looked for") };
        self.saw("let else");
        let pattern = self.pattern(&inner, 1, false, true);
        let (otherwise, ()) = self.captured(Self::leaving_block);
        self.line(format!("let Some({}) = {text} else {{\n{otherwise}}};", pattern.text));
        self.bound(&pattern);
        true
    }

    /// `let x; … x = …;`
    pub(super) fn let_deferred(&mut self) -> bool {
        self.saw("deferred initialisation");
        let ty = self.type_of_local();
        let name = format!("x{}", self.number());
        let mutable = self.percent(50);
        let keyword = if mutable { "let mut" } else { "let" };
        self.line(format!("{keyword} {name}: {ty};"));
        let index = self.scope.declare(&name, &ty, mutable, State::Deferred);
        if self.percent(40) {
            let count = self.random.below(3);
            self.statements(count);
        }
        if self.scope.get(index).state != State::Deferred || !self.scope.is_visible(index) {
            return true;
        }
        if self.percent(60) {
            return self.assign_to(index);
        }
        let condition = self.condition();
        let entry = self.scope.states();
        let both = self.percent(50);
        self.line(format!("if {condition} {{"));
        self.scoped(|g| {
            g.statements(1);
            if g.scope.get(index).state == State::Deferred && g.scope.is_visible(index) {
                g.assign_to(index);
            }
        });
        let mut paths = vec![self.scope.states()];
        self.scope.set_states(&entry);
        if both {
            self.line("} else {");
            self.scoped(|g| g.assign_to(index));
        }
        self.line("}");
        paths.push(self.scope.states());
        self.scope.join(&paths);
        true
    }

    /// A reference, to a local or to a temporary that lives as long as it.
    pub(super) fn let_reference(&mut self) -> bool {
        let name = format!("r{}", self.number());
        let found = self.scope.readable(|_| true);
        if !found.is_empty() && self.percent(50) {
            let local = self.scope.get(*self.random.pick(&found)).name.clone();
            self.line(format!("let {name} = &{local};\nlook({name});"));
            return true;
        }
        self.saw("extended temporary");
        let temporary = self.temporary();
        let value = match self.random.below(6) {
            0 => format!("&mut make(\"{temporary}\")"),
            1 => format!("&pair(\"{temporary}\")"),
            2 => format!("(&noisy(\"{temporary}\"), 1)"),
            3 => format!("Some(&noisy(\"{temporary}\")).is_some()"),
            // Such a temporary lives as long as its block in edition 2024.
            4 if !self.chains => format!("{{ &noisy(\"{temporary}\") }}.look()"),
            4 => format!("{{ &noisy(\"{temporary}\") }}"),
            _ => format!("&make(\"{temporary}\")"),
        };
        self.line(format!("let {name} = {value};\nlook(&{name});"));
        true
    }
}
