//! Statements with branches and blocks, and those by which control leaves.

use super::bindings::Pattern;
use super::generator::{Generator, Kind};
use super::scope::State;

impl Generator {
    /// Writes the arms of a `match`. Each starts from the same states; `matched` writes what comes first.
    pub(super) fn arms(
        &mut self,
        entry: &[State],
        arms: Vec<Arm>,
        mut matched: impl FnMut(&mut Self, &Pattern),
    ) {
        let mut paths = Vec::new();
        for arm in arms {
            self.scope.set_states(entry);
            self.line(format!("{} {{", arm.head));
            self.scoped(|g| {
                if let Some(pattern) = &arm.bound {
                    matched(g, pattern);
                }
                let count = g.random.below(3);
                g.statements(count);
            });
            self.line("}");
            paths.push(self.scope.states());
        }
        self.scope.join(&paths);
    }

    pub(super) fn branch(&mut self) -> bool {
        self.saw("if");
        let entry_condition = self.condition();
        let entry = self.scope.states();
        let mut paths = Vec::new();
        self.line(format!("if {entry_condition} {{"));
        self.scoped(|g| g.statements(2));
        paths.push(self.scope.states());
        if self.percent(30) {
            self.saw("else if");
            self.scope.set_states(&entry);
            let condition = self.condition();
            self.line(format!("}} else if {condition} {{"));
            self.scoped(|g| g.statements(2));
            paths.push(self.scope.states());
        }
        self.scope.set_states(&entry);
        if self.percent(50) {
            self.line("} else {");
            self.scoped(|g| g.statements(2));
        }
        self.line("}");
        paths.push(self.scope.states());
        self.scope.join(&paths);
        true
    }

    pub(super) fn match_number(&mut self) -> bool {
        self.saw("match on a number");
        self.line("match (chance(2), chance(2)) {");
        let entry = self.scope.states();
        let guard = self.condition();
        let heads = ["(true, true) =>".to_owned(), format!("(true, _) if {guard} =>"), "_ =>".to_owned()];
        let arms = heads.into_iter().map(|head| Arm { head, bound: None }).collect();
        self.arms(&entry, arms, |_, _| {});
        self.line("}");
        true
    }

    pub(super) fn plain_block(&mut self) -> bool {
        if self.percent(50) {
            self.line("{");
            self.scoped(|g| g.statements(3));
            self.line("}");
            return true;
        }
        self.saw("labelled block");
        let label = format!("'b{}", self.number());
        self.scope.enter_block(label.clone(), None);
        self.line(format!("{label}: {{"));
        self.scoped(|g| g.statements(3));
        self.line("}");
        let paths = vec![self.scope.states()];
        self.scope.leave_block(paths);
        true
    }

    /// `if … { …; return }`, and the like.
    pub(super) fn leave(&mut self) -> bool {
        if self.percent(25) {
            let text = match self.kind {
                Kind::Opt => "opt(!chance(5))?;",
                Kind::Res | Kind::ValueRes(_) => "check(!chance(5))?;",
                _ => return false,
            };
            self.saw("?");
            self.line(text);
            return true;
        }
        let often = self.percent(50);
        let condition =
            if often { self.condition() } else { format!("chance({})", 3 + self.random.below(4)) };
        let entry = self.scope.states();
        let (text, ()) = self.captured(Self::leaving_block);
        self.scope.set_states(&entry);
        self.line(format!("if {condition} {{\n{text}}}"));
        true
    }

    /// The inside of a block whose end is never reached.
    pub(super) fn leaving_block(&mut self) {
        let entry = self.scope.states();
        let breakable = self.scope.breakable();
        let continuable = self.scope.continuable();
        let to = if !breakable.is_empty() && self.percent(60) {
            Some(*self.random.pick(&breakable))
        } else {
            None
        };
        if !continuable.is_empty() && self.percent(35) {
            let at = *self.random.pick(&continuable);
            self.saw("continue");
            self.scoped(|g| g.statements(1));
            let label = if self.scope.is_innermost(at) && self.percent(60) {
                String::new()
            } else {
                self.scope.target(at).label.clone().map_or(String::new(), |label| format!(" {label}"))
            };
            self.line(format!("continue{label};"));
        } else {
            let floor = self.scope.commit(to);
            let start = self.scope.len();
            let count = self.random.below(3);
            self.statements(count);
            match to {
                Some(at) => self.break_out(at),
                None if self.percent(8) => {
                    self.saw("panic");
                    self.line("return fail();");
                }
                None => {
                    self.saw("return");
                    let well = self.percent(50);
                    let result = self.result(well);
                    self.line(format!("return {result};"));
                }
            }
            self.scope.truncate(start);
            self.scope.restore_floor(floor);
        }
        self.scope.set_states(&entry);
        self.scope.reachable = true;
    }

    fn break_out(&mut self, at: usize) {
        self.saw("break");
        let target = self.scope.target(at).clone();
        let short = target.is_loop && self.scope.is_innermost(at) && self.percent(60);
        let label = match &target.label {
            Some(label) if !short => format!(" {label}"),
            _ => String::new(),
        };
        let value = match &target.value {
            Some(ty) => {
                self.saw("break with a value");
                // Without parentheses a label would seem to be the target's.
                format!(" ({})", self.given(ty))
            }
            None => String::new(),
        };
        self.line(format!("break{label}{value};"));
        self.scope.break_to(at);
    }

    pub(super) fn panic(&mut self) -> bool {
        self.saw("panic");
        let text = match self.random.below(5) {
            0 => "let _: u8 = if chance(6) { fail() } else { 1 };".to_owned(),
            1 => format!("look(&(noisy(\"{}\"), fail_if(chance(6))));", self.operand()),
            2 => "if chance(6) {\nfail::<()>();\n}".to_owned(),
            _ => "fail_if(chance(8));".to_owned(),
        };
        self.line(text);
        true
    }
}

/// One arm of a `match`.
#[derive(Debug)]
pub(super) struct Arm {
    pub(super) head: String,
    pub(super) bound: Option<Pattern>,
}
