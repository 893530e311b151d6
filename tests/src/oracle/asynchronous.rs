//! Async functions and blocks, polled by hand, some of them not to their end.

use super::generator::{ATTRIBUTE, Generator, Kind};
use super::types::Ty;

impl Generator {
    /// A point where the function may be left for good.
    pub(super) fn awaiting(&mut self) -> bool {
        if !self.is_async {
            return false;
        }
        self.saw("await");
        let times = self.random.below(3);
        let text = match self.random.below(5) {
            0 => format!("look(&(make(\"{}\").look(), Yield({times}).await));", self.temporary()),
            1 => format!("eat((noisy(\"{}\"), Yield({times}).await));", self.operand()),
            2 if self.nesting < 2 => {
                let call = self.async_call(Kind::Unit);
                format!("{call}.await;")
            }
            3 => {
                self.saw("async block");
                let name = format!("x{}", self.number());
                format!(
                    "async {{\nlet {name} = noisy(\"{name}\");\nYield({times}).await;\n{name}.look()\n}}.await;"
                )
            }
            _ => format!("Yield({times}).await;"),
        };
        self.line(text);
        true
    }

    /// A future that is made, polled, and dropped.
    pub(super) fn future(&mut self) -> bool {
        if self.nesting > 1 || self.is_async {
            return false;
        }
        self.saw("async");
        let polls = self.random.below(6);
        match self.random.below(6) {
            0 => self.async_recursion(polls),
            1 => self.async_method(polls),
            2 => self.async_block(polls),
            3 => {
                let bombs = self.bombs;
                let ty = Ty::random(&mut self.random, 1, bombs);
                let call = self.async_call(Kind::Value(ty.clone()));
                let name = format!("x{}", self.number());
                self.line(format!("if let Some({name}) = drive({call}, {polls}) {{"));
                self.scoped(|g| {
                    g.hold(&name);
                    g.live(&name, &ty, false);
                });
                self.line("}");
            }
            4 => {
                let call = self.async_call(Kind::Unit);
                self.line(format!("let _: Pin<Box<dyn Future<Output = ()>>> = Box::pin({call});"));
            }
            _ => {
                let call = self.async_call(Kind::Unit);
                self.line(format!("let _ = drive({call}, {polls});"));
            }
        }
        true
    }

    /// Writes an async function, and gives a call of it.
    fn async_call(&mut self, kind: Kind) -> String {
        self.saw("async fn");
        let types = self.some_types();
        let (patterns, arguments) = self.parameters(&types);
        // A future that is never polled holds them under no name.
        let arguments: Vec<String> =
            arguments.into_iter().map(|text| format!("pass(\"_tmp\", {text})")).collect();
        let name = format!("g{}", self.number());
        let list: Vec<String> =
            patterns.iter().zip(&types).map(|(pattern, ty)| format!("{}: {ty}", pattern.text)).collect();
        let result = kind.text();
        let (body, ()) = self.inside(kind, |g| {
            g.is_async = true;
            for pattern in &patterns {
                g.bound(pattern);
            }
            g.body(5);
        });
        let item = format!("{ATTRIBUTE}async fn {name}({}){result} {{\n{body}}}\n", list.join(", "));
        self.items.push_str(&item);
        let call = format!("{name}({})", arguments.join(", "));
        if self.percent(30) { format!("Box::pin({call})") } else { call }
    }

    fn async_recursion(&mut self, polls: usize) {
        self.saw("async recursion");
        let (name, x, y) = (format!("g{}", self.number()), self.number(), self.number());
        let item = format!(
            "{ATTRIBUTE}async fn {name}(x{x}: Noisy, depth: u8) {{\nx{x}.hold(\"x{x}\");\n\
             if depth > 0 {{\nlet x{y} = noisy(\"x{y}\");\n\
             Box::pin({name}(noisy(\"_tmp\"), depth - 1)).await;\n}}\n\
             Yield(1).await;\nlook(&x{x});\n}}\n"
        );
        self.items.push_str(&item);
        self.line(format!("let _ = drive({name}(noisy(\"_tmp\"), 2), {polls});"));
    }

    fn async_method(&mut self, polls: usize) {
        self.saw("async method");
        let (n, x) = (self.number(), self.number());
        let (receiver, start) =
            *self.random.pick(&[("self", "self.hold(\"self\");\n"), ("&self", ""), ("&mut self", "")]);
        let item = format!(
            "trait M{n} {{\nasync fn m{n}({receiver}, x{x}: Noisy) -> bool;\n}}\n\
             impl M{n} for Noisy {{\n{ATTRIBUTE}async fn m{n}({receiver}, x{x}: Noisy) -> bool {{\n\
             {start}x{x}.hold(\"x{x}\");\nYield(1).await;\nfail_if(chance(7));\nx{x}.look()\n}}\n}}\n"
        );
        self.items.push_str(&item);
        let holder = if receiver == "self" { "_tmp".to_owned() } else { self.temporary() };
        self.line(format!("let _ = drive(noisy(\"{holder}\").m{n}(noisy(\"_tmp\")), {polls});"));
    }

    fn async_block(&mut self, polls: usize) {
        self.saw("async block");
        let Some(index) = self.any_movable() else { return };
        let variable = self.scope.get(index).clone();
        let name = self.moved(index);
        let (body, ()) = self.inside(Kind::Unit, |g| {
            g.is_async = true;
            g.line(format!("let {name} = {name};"));
            g.hold(&name);
            g.live(&name, &variable.ty, false);
            g.body(4);
        });
        self.line(format!("{name}.hold(\"_tmp\");"));
        self.line(format!("let _ = drive(async move {{\n{body}}}, {polls});"));
    }
}
