//! Statements about parts of values: fields, elements, slices, and what is left of the whole.

use super::generator::Generator;
use super::types::Ty;

impl Generator {
    /// Patterns with `..`. What hides in a struct behind them is not known, so those are few.
    pub(super) fn rest_pattern(&mut self) -> bool {
        self.saw(".. in a pattern");
        let (a, b) = (format!("x{}", self.number()), format!("x{}", self.number()));
        let temporary = self.temporary();
        let noisy = || Ty::Noisy;
        let two_left = Ty::Array(Box::new(Ty::Noisy), 2);
        let array = Ty::Array(Box::new(Ty::Noisy), 3);
        let kind = match self.random.below(120) {
            few @ 0..=1 => few,
            many => 2 + many % 4,
        };
        let (pattern, ty, bound) = match kind {
            0 => (format!("Pair {{ left: {a}, .. }}"), Ty::Pair, vec![(a, noisy())]),
            1 => (format!("Nested {{ extra: {a}, .. }}"), Ty::Nested, vec![(a, noisy())]),
            2 => (format!("({a}, ..)"), Ty::Tuple(vec![noisy(), Ty::Pair]), vec![(a, noisy())]),
            3 => (format!("(.., {a})"), Ty::Tuple(vec![Ty::Pair, noisy()]), vec![(a, noisy())]),
            4 => (format!("[{a}, .., {b}]"), array, vec![(a, noisy()), (b, noisy())]),
            _ => (format!("[{a}, {b} @ ..]"), array, vec![(a, noisy()), (b, two_left)]),
        };
        let value = self.value(&ty, None, false, 1);
        self.line(format!("let {pattern} = named(\"{temporary}\", {});", value.text));
        for (name, ty) in bound {
            self.hold(&name);
            self.live(&name, &ty, false);
        }
        true
    }

    /// Parts that are looked at where they are; very seldom, one that is moved away.
    pub(super) fn field(&mut self) -> bool {
        let found = self.scope.movable(|v| v.ty == Ty::Pair);
        let index = self.one_of(&found, &Ty::Pair, false);
        let whole = self.scope.get(index).name.clone();
        self.saw("field");
        let (n, t) = (self.number(), self.temporary());
        let text = match self.random.below(24) {
            0 => {
                self.saw("partial move of a field");
                self.scope.take(index);
                let name = format!("x{n}");
                self.line(format!("let {name} = {whole}.left;"));
                self.hold(&name);
                self.live(&name, &Ty::Noisy, false);
                return true;
            }
            1..=4 => format!("let c{n} = || {whole}.left.look();\nc{n}();"),
            5..=8 => format!("let r{n} = &{whole}.right;\nlook(r{n});"),
            9..=12 => format!("let Pair {{ ref left, ref right }} = {whole};\nlook(&(left, right));"),
            13..=16 => format!("let _ = {whole}.left;\nlook(&{whole}.right);"),
            17..=20 => format!("look(&{whole}.left.take_in(pass(\"{t}\", noisy(\"{t}\"))));"),
            _ => format!("match &{whole} {{\nPair {{ left, .. }} => {{\nlook(left);\n}}\n}}"),
        };
        self.line(text);
        true
    }

    /// `Tagged { tag: 2, ..x }` moves the rest, and `Tagged { value, ..x }` copies it.
    pub(super) fn struct_update(&mut self) -> bool {
        self.saw("struct update");
        let name = self.new_name(false);
        let operand = self.operand();
        let text = match self.random.below(2) {
            0 => {
                let found = self.scope.readable(|v| v.ty == Ty::Tagged);
                let index = self.one_of(&found, &Ty::Tagged, false);
                let base = self.scope.get(index).name.clone();
                format!("Tagged {{ value: noisy(\"{operand}\"), ..{base} }}")
            }
            _ => format!("Tagged {{ tag: 2, ..tagged(\"{operand}\") }}"),
        };
        self.line(format!("let {name} = {text};"));
        self.hold(&name);
        self.live(&name, &Ty::Tagged, false);
        true
    }

    /// Slices of arrays and vectors.
    pub(super) fn slice(&mut self) -> bool {
        let found = self.scope.readable(|v| matches!(v.ty, Ty::Array(..) | Ty::List(_)));
        let ty = Ty::Array(Box::new(Ty::Noisy), 3);
        let index = self.one_of(&found, &ty, false);
        let name = self.scope.get(index).name.clone();
        self.saw("slice");
        let n = self.number();
        let text = match self.random.below(4) {
            0 => format!("if let [r{n}, ..] = &{name}[..] {{\nlook(r{n});\n}}"),
            1 => format!(
                "match {name}[..] {{\n[ref r{n}, ref rest @ ..] => {{\nlook(r{n});\n}}\n_ => {{}}\n}}"
            ),
            2 => format!("let r{n} = {name}.first();\nlook(&r{n});"),
            _ => format!("for r{n} in &{name} {{\nlook(r{n});\n}}"),
        };
        self.line(text);
        true
    }
}
