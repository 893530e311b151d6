//! Writes one function: statement by statement, with the state of every local at hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::random::Random;
use super::scope::{Scope, State};
use super::types::Ty;

/// The attribute, as the package knows it.
pub(super) const ATTRIBUTE: &str = "#[cfg_attr(feature = \"traced\", trace_memory::trace_memory)]\n";

/// A generated function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name: `f` and its index.
    pub name: String,
    /// Its source text, with the functions that it calls inside.
    pub source: String,
    /// What it is made of.
    pub constructs: BTreeSet<&'static str>,
}

/// What a function gives back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unit,
    Opt,
    Res,
    Value(Ty),
    ValueRes(Ty),
}

impl Kind {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Unit => String::new(),
            Self::Opt => " -> Option<()>".to_owned(),
            Self::Res => " -> Result<(), u8>".to_owned(),
            Self::Value(ty) => format!(" -> {ty}"),
            Self::ValueRes(ty) => format!(" -> Result<{ty}, u8>"),
        }
    }
}

#[derive(Debug)]
pub(super) struct Generator {
    pub(super) random: Random,
    pub(super) scope: Scope,
    pub(super) kind: Kind,
    /// The text so far, of what is written now.
    pub(super) out: String,
    /// Functions that stand before the first statement.
    pub(super) items: String,
    pub(super) constructs: BTreeSet<&'static str>,
    /// Whether there are values whose drop panics.
    pub(super) bombs: bool,
    /// Whether there are `let` chains.
    pub(super) chains: bool,
    /// How many statements may still be written.
    pub(super) budget: usize,
    pub(super) depth: usize,
    /// Functions around what is written now.
    pub(super) nesting: usize,
    /// An `await` may stand here.
    pub(super) is_async: bool,
    numbers: usize,
}

/// Writes the function `index` of the sequence that `seed` starts.
///
/// # Panics
///
/// If there is no 64-bit number for `index`.
#[must_use]
pub fn function(seed: u64, index: usize, chains: bool) -> Function {
    let mut random = Random::new(seed, u64::try_from(index).expect("an index fits"));
    let kind = random.pick(&[Kind::Unit, Kind::Unit, Kind::Opt, Kind::Res]).clone();
    let name = format!("f{index}");
    let mut generator = Generator {
        bombs: random.percent(25),
        budget: 14 + random.below(14),
        random,
        scope: Scope::new(),
        kind: kind.clone(),
        out: String::new(),
        items: String::new(),
        constructs: BTreeSet::new(),
        chains,
        depth: 0,
        nesting: 0,
        is_async: false,
        numbers: 0,
    };
    generator.body(30);
    let text =
        format!("{ATTRIBUTE}pub fn {name}(){} {{\n{}{}}}\n", kind.text(), generator.items, generator.out);
    Function { name, source: indented(&text), constructs: generator.constructs }
}

/// Gives each line the place that its braces say.
fn indented(text: &str) -> String {
    let mut depth = 0_usize;
    let mut result = String::new();
    for line in text.lines().map(str::trim) {
        let closing = line.chars().take_while(|c| "})]".contains(*c)).count();
        let level = depth.saturating_sub(closing.min(1));
        let _ = writeln!(result, "{:1$}{line}", "", 4 * level);
        let (open, close) = (line.matches(['{', '(']).count(), line.matches(['}', ')']).count());
        depth = (depth + open).saturating_sub(close);
    }
    result
}

impl Generator {
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    /// Counts the function as one that uses a construct.
    pub(super) fn saw(&mut self, construct: &'static str) {
        self.constructs.insert(construct);
    }

    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.random.percent(percent)
    }

    /// A number that no other name of the function has.
    pub(super) fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// A temporary's name.
    pub(super) fn temporary(&mut self) -> String {
        self.saw("temporary");
        format!("t{}", self.number())
    }

    /// The name of a value that is an operand, until all of them are there.
    pub(super) fn operand(&mut self) -> String {
        format!("o{}", self.number())
    }

    /// What is written by `write`, apart.
    pub(super) fn captured<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> (String, R) {
        let around = std::mem::take(&mut self.out);
        let result = write(self);
        (std::mem::replace(&mut self.out, around), result)
    }

    /// Writes what stands in a block of its own, whose locals end with it.
    pub(super) fn scoped<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let start = self.scope.len();
        self.depth += 1;
        let result = write(self);
        self.depth -= 1;
        self.scope.truncate(start);
        result
    }

    /// Writes up to `count` statements.
    pub(super) fn statements(&mut self, count: usize) {
        for _ in 0..count {
            if !self.scope.reachable || self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.statement();
        }
    }

    /// Writes a function's body, which gives what its kind says.
    pub(super) fn body(&mut self, count: usize) {
        self.statements(count);
        if !self.scope.reachable {
            return;
        }
        let tail = self.result(true);
        self.line(tail);
    }

    /// What a function's last expression, or its `return`, gives.
    pub(super) fn result(&mut self, well: bool) -> String {
        let wrong = !well || self.percent(15);
        match self.kind.clone() {
            Kind::Unit => String::new(),
            Kind::Opt => if wrong { "None" } else { "Some(())" }.to_owned(),
            Kind::Res => if wrong { "Err(2)" } else { "Ok(())" }.to_owned(),
            Kind::Value(ty) => self.given(&ty),
            Kind::ValueRes(_) if wrong => "Err(3)".to_owned(),
            Kind::ValueRes(ty) => format!("Ok({})", self.given(&ty)),
        }
    }

    /// A value that leaves the block, under a name that nobody asks for.
    pub(super) fn given(&mut self, ty: &Ty) -> String {
        let value = self.value(ty, None, false, 1);
        if self.bombs && !value.anonymous {
            return self.wrapped(&value.text);
        }
        value.text
    }

    /// The value under an operand's name.
    pub(super) fn wrapped(&mut self, text: &str) -> String {
        format!("pass(\"{}\", {text})", self.operand())
    }

    /// The name of a new local, sometimes one that is taken already.
    pub(super) fn new_name(&mut self, quiet: bool) -> String {
        let taken = self.scope.names();
        if !quiet && !taken.is_empty() && self.percent(12) {
            self.saw("shadowing");
            return self.random.pick(&taken).clone();
        }
        format!("x{}{}", self.number(), if quiet { "_q" } else { "" })
    }

    /// Gives the values of a local its name.
    pub(super) fn hold(&mut self, name: &str) {
        let text = if self.percent(50) {
            format!("{name}.hold(\"{name}\");")
        } else {
            format!("hold(&{name}, \"{name}\");")
        };
        self.line(text);
    }

    /// A condition that is not known before.
    pub(super) fn condition(&mut self) -> String {
        match self.random.below(12) {
            0 => format!("noisy(\"{}\").look() && chance(2)", self.temporary()),
            1 => format!("chance(2) || swallow(noisy(\"{}\"))", self.operand()),
            2 if !self.scope.readable(|_| true).is_empty() => {
                let index = *self.random.pick(&self.scope.readable(|_| true));
                format!("{}.look() && chance(3)", self.scope.get(index).name)
            }
            3 => format!("chance(3) && look(&make(\"{}\"))", self.temporary()),
            4 => "chance(3)".to_owned(),
            _ => "chance(2)".to_owned(),
        }
    }

    /// A local to move, if there is one.
    pub(super) fn any_movable(&mut self) -> Option<usize> {
        let found = self.scope.movable(|_| true);
        (!found.is_empty()).then(|| *self.random.pick(&found))
    }

    /// Takes a local by name.
    pub(super) fn moved(&mut self, index: usize) -> String {
        self.scope.take(index);
        self.scope.get(index).name.clone()
    }

    /// Declares a local that has a value.
    pub(super) fn live(&mut self, name: &str, ty: &Ty, mutable: bool) -> usize {
        self.scope.declare(name, ty, mutable, State::Live)
    }

    fn statement(&mut self) {
        for _ in 0..10 {
            let at = self.random.weighted(STATEMENTS.iter().map(|(weight, _)| *weight));
            if STATEMENTS[at].1(self) {
                return;
            }
        }
        self.let_fresh();
    }
}

type Statement = fn(&mut Generator) -> bool;

/// Each writes one statement, or says that none of its kind can stand here.
const STATEMENTS: [(usize, Statement); 43] = [
    (14, Generator::let_fresh),
    (8, Generator::let_move),
    (6, Generator::let_pattern),
    (3, Generator::let_else),
    (4, Generator::let_deferred),
    (3, Generator::let_reference),
    (8, Generator::eat),
    (4, Generator::eat_operands),
    (4, Generator::methods),
    (5, Generator::by_drop),
    (2, Generator::forget),
    (6, Generator::look),
    (6, Generator::assign),
    (2, Generator::assign_part),
    (4, Generator::replace),
    (2, Generator::swap),
    (3, Generator::option_take),
    (3, Generator::manually_drop),
    (2, Generator::counted),
    (3, Generator::list),
    (6, Generator::temporaries),
    (6, Generator::branch),
    (5, Generator::match_number),
    (5, Generator::match_option),
    (3, Generator::match_shape),
    (4, Generator::if_let),
    (3, Generator::let_chain),
    (4, Generator::for_loop),
    (3, Generator::for_elements),
    (3, Generator::while_loop),
    (3, Generator::plain_block),
    (7, Generator::leave),
    (3, Generator::panic),
    (4, Generator::call),
    (3, Generator::generic),
    (3, Generator::method_items),
    (10, Generator::closure),
    (5, Generator::future),
    (14, Generator::awaiting),
    (3, Generator::rest_pattern),
    (3, Generator::field),
    (3, Generator::struct_update),
    (3, Generator::slice),
];
