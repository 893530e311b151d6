//! Functions and closures that a generated function defines and calls.

use super::bindings::Pattern;
use super::generator::{ATTRIBUTE, Generator, Kind};
use super::scope::{Scope, Variable};
use super::types::Ty;

impl Generator {
    /// Writes the body of another function or closure, with what it starts with.
    pub(super) fn inside<R>(&mut self, kind: Kind, write: impl FnOnce(&mut Self) -> R) -> (String, R) {
        let scope = std::mem::replace(&mut self.scope, Scope::new());
        let kind = std::mem::replace(&mut self.kind, kind);
        let around = (self.budget, self.depth, self.is_async);
        self.budget = 3 + self.random.below(4);
        self.depth = 0;
        self.is_async = false;
        self.nesting += 1;
        let (text, result) = self.captured(write);
        self.nesting -= 1;
        (self.budget, self.depth, self.is_async) = around;
        self.scope = scope;
        self.kind = kind;
        (text, result)
    }

    /// A parameter: its pattern, and whether a part of the argument stays without a name.
    fn parameter(&mut self, ty: &Ty) -> Pattern {
        match self.random.below(10) {
            0 => {
                self.saw("_ as a parameter");
                Pattern { text: "_".to_owned(), leaves_rest: true, ..Pattern::default() }
            }
            1..=4 if ty.has_parts() => {
                self.saw("pattern as a parameter");
                self.pattern(ty, 2, true, false)
            }
            _ => Pattern::whole(&format!("x{}", self.number()), ty),
        }
    }

    /// Parameters for some types, and arguments for them.
    pub(super) fn parameters(&mut self, types: &[Ty]) -> (Vec<Pattern>, Vec<String>) {
        let patterns: Vec<Pattern> = types.iter().map(|ty| self.parameter(ty)).collect();
        let arguments = self.parts(types, false, 1).texts;
        let arguments = arguments.into_iter().zip(&patterns).map(|(text, pattern)| {
            if pattern.leaves_rest { format!("pass(\"_tmp\", {text})") } else { text }
        });
        let arguments = arguments.collect();
        (patterns, arguments)
    }

    pub(super) fn some_types(&mut self) -> Vec<Ty> {
        let bombs = self.bombs;
        (0..self.random.below(3)).map(|_| Ty::random(&mut self.random, 2, bombs)).collect()
    }

    /// Writes a traced function, and gives a call of it.
    pub(super) fn call_of(&mut self, kind: Kind) -> String {
        self.saw("traced function");
        let types = self.some_types();
        let (patterns, arguments) = self.parameters(&types);
        let name = format!("g{}", self.number());
        let list: Vec<String> =
            patterns.iter().zip(&types).map(|(pattern, ty)| format!("{}: {ty}", pattern.text)).collect();
        let result = kind.text();
        let (body, ()) = self.inside(kind, |g| {
            for pattern in &patterns {
                g.bound(pattern);
            }
            g.body(5);
        });
        let item = format!("{ATTRIBUTE}fn {name}({}){result} {{\n{body}}}\n", list.join(", "));
        self.items.push_str(&item);
        format!("{name}({})", arguments.join(", "))
    }

    pub(super) fn call(&mut self) -> bool {
        if self.nesting > 1 {
            return false;
        }
        let bombs = self.bombs;
        let text = match self.random.below(6) {
            0 => format!("{};", self.call_of(Kind::Unit)),
            1 => {
                let call = self.call_of(Kind::Opt);
                if self.kind == Kind::Opt { format!("{call}?;") } else { format!("let _ = {call};") }
            }
            2 => {
                let call = self.call_of(Kind::Res);
                let asks = matches!(self.kind, Kind::Res | Kind::ValueRes(_));
                if asks { format!("{call}?;") } else { format!("{call}.is_ok();") }
            }
            3 => {
                let ty = Ty::random(&mut self.random, 1, bombs);
                let call = self.call_of(Kind::Value(ty));
                format!("pass(\"{}\", {call}).look();", self.temporary())
            }
            _ => return self.call_that_may_fail(),
        };
        self.line(text);
        true
    }

    /// A call whose result holds a value, or not.
    fn call_that_may_fail(&mut self) -> bool {
        let bombs = self.bombs;
        let ty = Ty::random(&mut self.random, 1, bombs);
        let call = self.call_of(Kind::ValueRes(ty.clone()));
        let name = format!("x{}", self.number());
        if matches!(self.kind, Kind::Res | Kind::ValueRes(_)) {
            self.line(format!("let {name} = {call}?;"));
            self.hold(&name);
            self.live(&name, &ty, false);
            return true;
        }
        self.line(format!("if let Ok({name}) = {call} {{"));
        let entry = self.scope.states();
        self.scoped(|g| {
            g.hold(&name);
            g.live(&name, &ty, false);
            g.statements(1);
        });
        self.line("}");
        let paths = [entry, self.scope.states()];
        self.scope.join(&paths);
        true
    }

    /// A generic function, called with types that need dropping and with one that does not.
    pub(super) fn generic(&mut self) -> bool {
        self.saw("generic function");
        let (name, a, b) = (format!("g{}", self.number()), self.number(), self.number());
        let second = match self.random.below(3) {
            0 => format!("if chance(2) {{\neat(x{a});\nreturn pass(\"o{b}\", x{b});\n}}\n"),
            1 => format!("let (x{a}, _) = (x{a}, 1);\nx{a}.hold(\"x{a}\");\n"),
            _ => format!("fail_if(chance(6));\nlet x{a} = [x{a}];\nx{a}.hold(\"x{a}\");\n"),
        };
        let item = format!(
            "{ATTRIBUTE}fn {name}<T: Hold, U: Hold>(x{a}: T, x{b}: U) -> U {{\n\
             x{a}.hold(\"x{a}\");\nx{b}.hold(\"x{b}\");\n{second}x{b}\n}}\n"
        );
        self.items.push_str(&item);
        let bombs = self.bombs;
        let first = Ty::random(&mut self.random, 1, bombs);
        for ty in [first, Ty::Byte] {
            let parts = self.parts(&[ty, Ty::Noisy], false, 1);
            let new = self.new_name(false);
            self.line(format!("let {new} = {name}({}, {});", parts.texts[0], parts.texts[1]));
            self.hold(&new);
            self.live(&new, &Ty::Noisy, false);
        }
        self.line(format!("{name}(1_u8, 2_u8);"));
        true
    }

    /// Methods with all kinds of `self`, of a trait of the function's own.
    pub(super) fn method_items(&mut self) -> bool {
        self.saw("traced methods");
        let (n, other, local) = (self.number(), self.number(), self.number());
        let (receiver, start, end) = match self.random.below(4) {
            0 => ("self", "self.hold(\"self\");\n", ""),
            1 => ("&self", "", ""),
            2 => ("self: Box<Self>", "self.hold(\"self\");\n", ""),
            _ => ("self", "self.hold(\"self\");\n", "if chance(2) {\nself.eat();\n}\n"),
        };
        let item = format!(
            "trait M{n} {{\nfn m{n}({receiver}, x{other}: Noisy) -> bool;\n}}\n\
             impl M{n} for Noisy {{\n{ATTRIBUTE}fn m{n}({receiver}, x{other}: Noisy) -> bool {{\n\
             {start}x{other}.hold(\"x{other}\");\nlet x{local} = noisy(\"x{local}\");\n\
             fail_if(chance(9));\n{end}x{local}.look()\n}}\n}}\n"
        );
        self.items.push_str(&item);
        let mut values = vec![];
        for _ in 0..2 {
            values.push(self.value(&Ty::Noisy, None, false, 1));
        }
        let mut parts = self.together(values).texts;
        let argument = parts.pop().unwrap_or_default();
        let value = parts.pop().unwrap_or_default();
        let receiver = match receiver {
            "&self" => format!("pass(\"{}\", {value})", self.temporary()),
            "self" => format!("({value})"),
            _ => format!("Box::new({value})"),
        };
        self.line(format!("look(&{receiver}.m{n}({argument}));"));
        true
    }

    pub(super) fn closure(&mut self) -> bool {
        self.saw("closure");
        match self.random.below(8) {
            0 if self.percent(50) => self.closure_that_ignores(),
            0 => self.closure_that_looks(),
            1 => self.closure_with_parameters(),
            2 => self.closure_that_is_returned(),
            3 => self.closure_that_eats(),
            _ => self.closure_with_captures(),
        }
    }

    /// It borrows what it captures.
    fn closure_that_looks(&mut self) -> bool {
        let found = self.scope.readable(|_| true);
        if found.is_empty() {
            return false;
        }
        let name = self.scope.get(*self.random.pick(&found)).name.clone();
        let closure = format!("c{}", self.number());
        self.saw("closure that borrows");
        self.line(format!("let {closure} = || {name}.look();\n{closure}();"));
        true
    }

    /// It captures nothing: a place before `_` is not used.
    fn closure_that_ignores(&mut self) -> bool {
        let found = self.scope.readable(|_| true);
        if found.is_empty() {
            return false;
        }
        let name = self.scope.get(*self.random.pick(&found)).name.clone();
        let closure = format!("c{}", self.number());
        self.saw("closure that captures nothing");
        let body = if self.percent(50) { "let _ = " } else { "match " };
        let end = if body == "match " { " { _ => () }" } else { ";" };
        self.line(format!("let {closure} = move || {{\n{body}{name}{end}\n}};\n{closure}();"));
        true
    }

    fn closure_with_parameters(&mut self) -> bool {
        if self.nesting > 1 {
            return false;
        }
        self.saw("closure with parameters");
        let types = self.some_types();
        let (patterns, arguments) = self.parameters(&types);
        let closure = format!("c{}", self.number());
        let list: Vec<String> =
            patterns.iter().zip(&types).map(|(pattern, ty)| format!("{}: {ty}", pattern.text)).collect();
        let (body, ()) = self.inside(Kind::Unit, |g| {
            for pattern in &patterns {
                g.bound(pattern);
            }
            g.body(4);
        });
        self.line(format!("let {closure} = |{}| {{\n{body}}};", list.join(", ")));
        self.line(format!("{closure}({});", arguments.join(", ")));
        true
    }

    fn closure_that_is_returned(&mut self) -> bool {
        self.saw("closure that is returned");
        let (function, x) = (format!("g{}", self.number()), self.number());
        let closure = format!("c{}", self.number());
        let (result, start) = *self
            .random
            .pick(&[("impl Fn() -> bool", "move || "), ("Box<dyn Fn() -> bool>", "Box::new(move || ")]);
        let end = if start.starts_with("Box") { ")" } else { "" };
        let ty = self.type_of_local();
        let item = format!(
            "{ATTRIBUTE}fn {function}(x{x}: {ty}) -> {result} {{\nx{x}.hold(\"x{x}\");\n\
             fail_if(chance(7));\nx{x}.hold(\"{closure}\");\n{start}x{x}.look(){end}\n}}\n"
        );
        self.items.push_str(&item);
        let value = self.value(&ty, None, false, 1);
        self.line(format!("let {closure} = {function}({});\n{closure}();", value.text));
        self.end_of_closure(&closure);
        true
    }

    /// It moves what it captures, without being told to.
    fn closure_that_eats(&mut self) -> bool {
        let Some(index) = self.any_movable() else { return false };
        let quiet = if self.scope.get(index).quiet() { "_q" } else { "" };
        let name = self.moved(index);
        let closure = format!("c{}{quiet}", self.number());
        let body = *self.random.pick(&["eat", "swallow", "drop_as"]);
        self.saw("closure that moves");
        let body = match body {
            "drop_as" => format!("{name}.hold(\"_tmp\");\ndrop({name});"),
            body => format!("{body}({name});"),
        };
        self.line(format!("{name}.hold(\"{closure}\");\nlet {closure} = || {{\n{body}\n}};"));
        let end = match self.random.below(4) {
            0 => format!("{closure}();"),
            1 => format!("if chance(2) {{\n{closure}();\n}}"),
            2 => format!("call({closure});"),
            _ => String::new(),
        };
        self.line(end);
        true
    }

    /// `move || { … }`, with everything a function has.
    fn closure_with_captures(&mut self) -> bool {
        if self.nesting > 1 {
            return false;
        }
        let closure = format!("c{}", self.number());
        let mut captured = Vec::new();
        for _ in 0..=self.random.below(2) {
            if let Some(index) = self.any_movable() {
                captured.push(self.scope.get(index).clone());
                self.scope.take(index);
            }
        }
        if captured.is_empty() {
            return false;
        }
        self.saw("closure that captures");
        let closure = if captured.iter().any(Variable::quiet) { closure + "_q" } else { closure };
        // All that one local holds is one drop of it.
        let list = captured.iter().map(|variable| format!("&{}", variable.name)).collect::<Vec<_>>();
        let all = if list.len() == 1 { list[0].clone() } else { format!("({})", list.join(", ")) };
        self.line(format!("hold(&{all}, \"{closure}\");"));
        let runs = self.random.below(3);
        let (body, ()) = self.inside(Kind::Unit, |g| g.body_of_closure(&captured, runs));
        let (start, end) = match (self.percent(25), runs) {
            (true, 1) => ("Box::new(", ")"),
            (true, _) if self.percent(50) => ("Box::new(", ") as Box<dyn FnOnce()>"),
            (true, _) => ("boxed_once(", ")"),
            _ => ("", ""),
        };
        self.line(format!("let {closure} = {start}move || {{\n{body}}}{end};"));
        if runs == 1 {
            self.line(format!("{closure}();"));
            self.end_of_closure(&closure);
        } else {
            self.end_of_closure_that_runs(&closure);
        }
        true
    }

    /// A body that owns what was captured: as locals of its own (0), to look at (1), or as it is.
    fn body_of_closure(&mut self, captured: &[Variable], runs: usize) {
        for variable in captured {
            let name = &variable.name;
            let index = self.live(name, &variable.ty, false);
            match runs {
                0 => {
                    self.line(format!("let {name} = {name};"));
                    self.hold(name);
                }
                1 => {
                    // What only stands before `_` is not captured.
                    self.line(format!("{name}.look();"));
                    self.scope.get_mut(index).owned = false;
                }
                _ => self.line(format!("{name}.hold(\"_tmp\");")),
            }
        }
        for Variable { name, .. } in captured.iter().filter(|_| runs > 1) {
            self.line(format!("if chance(4) {{\nreturn eat({name});\n}}"));
        }
        self.body(4);
    }

    fn end_of_closure(&mut self, closure: &str) {
        match self.random.below(4) {
            0 => self.line(format!("drop({closure});")),
            1 => self.line(format!("if chance(2) {{\ndrop({closure});\n}}")),
            _ => {}
        }
    }

    fn end_of_closure_that_runs(&mut self, closure: &str) {
        match self.random.below(6) {
            0 | 1 => self.line(format!("{closure}();")),
            2 => self.line(format!("if chance(2) {{\n{closure}();\n}}")),
            3 => self.line(format!("call({closure});")),
            _ => self.end_of_closure(closure),
        }
    }
}
