//! What the borrow checker knows at a point of a generated function: which locals there are, which of them
//! hold a value, and where control may go from here.

use super::types::Ty;

/// What a local holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Declared; nothing was assigned on any path.
    Deferred,
    Live,
    /// Nothing on some path, or only a part.
    Gone,
}

#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) state: State,
    pub(super) mutable: bool,
    /// It may be moved, and not only looked at.
    pub(super) owned: bool,
    /// How many loops there are around its declaration.
    loops: usize,
    /// A reference to it is alive.
    frozen: bool,
}

impl Variable {
    /// Whether its value may hold no noisy one: a drop without a word is no error.
    pub(super) fn quiet(&self) -> bool {
        self.name.ends_with("_q")
    }
}

/// Where `break` and `continue` may go.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) label: Option<String>,
    pub(super) is_loop: bool,
    /// What `break` has to bring.
    pub(super) value: Option<Ty>,
    loops: usize,
    floor_behind: usize,
    variables: usize,
    exits: Vec<Vec<State>>,
}

/// One function's body, or one closure's.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    variables: Vec<Variable>,
    targets: Vec<Target>,
    loops: usize,
    /// Locals declared within fewer loops must keep their values here.
    floor: usize,
    /// Where it is certain that control leaves: how many targets there were, and the floor from there on.
    commits: Vec<(usize, usize)>,
    pub(super) reachable: bool,
}

impl Scope {
    pub(super) fn new() -> Self {
        Self {
            variables: Vec::new(),
            targets: Vec::new(),
            loops: 0,
            floor: 0,
            commits: Vec::new(),
            reachable: true,
        }
    }

    pub(super) fn declare(&mut self, name: &str, ty: &Ty, mutable: bool, state: State) -> usize {
        self.variables.push(Variable {
            name: name.to_owned(),
            ty: ty.clone(),
            state,
            mutable,
            owned: true,
            loops: self.loops,
            frozen: false,
        });
        self.variables.len() - 1
    }

    pub(super) fn get(&self, index: usize) -> &Variable {
        &self.variables[index]
    }

    pub(super) fn get_mut(&mut self, index: usize) -> &mut Variable {
        &mut self.variables[index]
    }

    /// The locals whose names still stand for them.
    fn visible(&self) -> impl Iterator<Item = (usize, &Variable)> {
        self.variables.iter().enumerate().filter(|(index, variable)| {
            self.variables[index + 1..].iter().all(|later| later.name != variable.name)
        })
    }

    /// Whether the local's name still stands for it.
    pub(super) fn is_visible(&self, index: usize) -> bool {
        self.visible().any(|(visible, _)| visible == index)
    }

    fn choose(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.visible().filter(|(_, variable)| wanted(variable)).map(|(index, _)| index).collect()
    }

    /// Locals that may be moved here.
    pub(super) fn movable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.choose(|v| v.state == State::Live && !v.frozen && v.owned && v.loops >= self.floor && wanted(v))
    }

    /// Locals that may be looked at here.
    pub(super) fn readable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.choose(|v| v.state == State::Live && wanted(v))
    }

    /// Locals that a value may be assigned to here.
    pub(super) fn assignable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.choose(|v| {
            let first = v.state == State::Deferred && v.loops == self.loops;
            !v.frozen && v.owned && (v.mutable || first) && wanted(v)
        })
    }

    /// Locals that may be borrowed mutably here.
    pub(super) fn borrowable(&self, wanted: impl Fn(&Variable) -> bool) -> Vec<usize> {
        self.choose(|v| v.state == State::Live && !v.frozen && v.mutable && wanted(v))
    }

    /// Names that may be given again.
    pub(super) fn names(&self) -> Vec<String> {
        let fit = |v: &&Variable| v.name.starts_with('x') && !v.quiet();
        self.variables.iter().filter(fit).map(|v| v.name.clone()).collect()
    }

    pub(super) fn take(&mut self, index: usize) {
        self.variables[index].state = State::Gone;
    }

    /// Keeps a local from being moved or changed until its block ends.
    pub(super) fn freeze(&mut self, index: usize) {
        self.variables[index].frozen = true;
    }

    pub(super) fn thaw(&mut self, index: usize) {
        self.variables[index].frozen = false;
    }

    pub(super) fn len(&self) -> usize {
        self.variables.len()
    }

    /// Ends a block: its locals are gone.
    pub(super) fn truncate(&mut self, len: usize) {
        self.variables.truncate(len);
    }

    pub(super) fn states(&self) -> Vec<State> {
        self.variables.iter().map(|v| v.state).collect()
    }

    pub(super) fn set_states(&mut self, states: &[State]) {
        for (variable, state) in self.variables.iter_mut().zip(states) {
            variable.state = *state;
        }
    }

    /// Goes on where several paths meet; there is no way on if there are none.
    pub(super) fn join(&mut self, paths: &[Vec<State>]) {
        self.reachable = !paths.is_empty();
        for (index, variable) in self.variables.iter_mut().enumerate() {
            let mut states = paths.iter().filter_map(|path| path.get(index));
            let Some(first) = states.next() else { continue };
            variable.state = if states.all(|state| state == first) { *first } else { State::Gone };
        }
    }

    pub(super) fn enter_loop(&mut self, label: Option<String>, value: Option<Ty>) -> usize {
        let before = self.floor;
        self.loops += 1;
        self.enter(label, value, true, before);
        std::mem::replace(&mut self.floor, self.loops)
    }

    /// Ends a loop; `before` is the floor around it, `paths` are others than `break`.
    pub(super) fn leave_loop(&mut self, before: usize, mut paths: Vec<Vec<State>>) {
        let target = self.targets.pop().expect("a loop is a target");
        self.loops -= 1;
        self.floor = before;
        paths.extend(target.exits);
        self.join(&paths);
    }

    pub(super) fn enter_block(&mut self, label: String, value: Option<Ty>) {
        self.enter(Some(label), value, false, self.floor);
    }

    pub(super) fn leave_block(&mut self, mut paths: Vec<Vec<State>>) {
        paths.extend(self.targets.pop().expect("a labelled block is a target").exits);
        self.join(&paths);
    }

    fn enter(&mut self, label: Option<String>, value: Option<Ty>, is_loop: bool, floor_behind: usize) {
        let (loops, variables) = (self.loops, self.variables.len());
        self.targets.push(Target {
            label,
            is_loop,
            value,
            loops,
            floor_behind,
            variables,
            exits: Vec::new(),
        });
    }

    /// The lowest floor between here and a target: what was moved on the way has no value there.
    fn floor_for(&self, at: usize) -> usize {
        let passed = self.commits.iter().filter(|(targets, _)| *targets > at);
        passed.map(|(_, floor)| *floor).fold(self.floor, usize::min)
    }

    /// The targets that `break` may go to.
    pub(super) fn breakable(&self) -> Vec<usize> {
        (0..self.targets.len())
            .filter(|&at| {
                let target = &self.targets[at];
                let named = target.label.is_some() || (target.is_loop && self.is_innermost(at));
                named && self.floor_for(at) >= target.floor_behind
            })
            .collect()
    }

    /// The loops that `continue` may go to.
    pub(super) fn continuable(&self) -> Vec<usize> {
        (0..self.targets.len())
            .filter(|&at| {
                let target = &self.targets[at];
                let named = target.label.is_some() || self.is_innermost(at);
                target.is_loop && named && self.floor_for(at) >= target.loops
            })
            .collect()
    }

    /// Whether a `break` without a label goes there; in a labelled block none may stand.
    pub(super) fn is_innermost(&self, at: usize) -> bool {
        at + 1 == self.targets.len()
    }

    /// The target that was entered last.
    pub(super) fn innermost(&self) -> usize {
        self.targets.len() - 1
    }

    pub(super) fn target(&self, at: usize) -> &Target {
        &self.targets[at]
    }

    /// Control goes to the end of a target from here.
    pub(super) fn break_to(&mut self, at: usize) {
        let states = self.states();
        let target = &mut self.targets[at];
        target.exits.push(states[..target.variables].to_vec());
        self.reachable = false;
    }

    /// All locals may be moved in what follows, since it ends with `return`, or with a `break` out of the
    /// target. Gives back the floor as it was.
    pub(super) fn commit(&mut self, to: Option<usize>) -> usize {
        let floor = to.map_or(0, |at| self.targets[at].floor_behind);
        let lower = floor.min(self.floor);
        self.commits.push((self.targets.len(), lower));
        std::mem::replace(&mut self.floor, lower)
    }

    pub(super) fn restore_floor(&mut self, floor: usize) {
        self.commits.pop();
        self.floor = floor;
    }
}
