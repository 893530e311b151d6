//! Keeping a tree small: rows that repeat become one row with a count, and of a long list of rows
//! only the first and the last are kept.

use std::sync::Arc;

use super::tree::{Arena, Id, Node, Rest, Row, Sign, Tally};

/// Rows kept at the beginning of a list.
const HEAD: usize = 48;
/// Rows kept at its end, among which repetitions are found.
const TAIL: usize = 16;
/// The longest loop body, in rows, that is recognised as repeating.
const PERIOD: usize = TAIL / 2;
/// Functions, and lines, that are told apart among the rows no longer kept.
const KINDS: usize = 8;

/// Adds a row below another one. Rows that the fold replaced are told to `replaced(old, new)`.
pub(super) fn append(arena: &mut Arena, parent: Id, row: Row, replaced: impl FnMut(Id, Id)) -> Id {
    fold(arena, parent, replaced);
    evict(arena, parent);
    let id = arena.add(row);
    if let Some(parent) = arena.change(parent) {
        parent.children.push(id);
    }
    id
}

/// Joins the last rows with the rows before them, if those say the same.
pub(super) fn fold(arena: &mut Arena, parent: Id, mut replaced: impl FnMut(Id, Id)) {
    let Some(node) = arena.get(parent) else {
        return;
    };
    let tail = node.children.len().saturating_sub(2 * PERIOD);
    let rows = node.children[tail..].to_vec();
    let Some(period) = (1..=rows.len() / 2).find(|&period| repeats(arena, &rows, period)) else {
        return;
    };
    let last = &rows[rows.len() - period..];
    let before = &rows[rows.len() - 2 * period..][..period];
    for (&kept, &gone) in before.iter().zip(last) {
        if let Some(gone) = arena.remove(gone) {
            join(arena, kept, &gone);
        }
        replaced(gone, kept);
    }
    if let Some(node) = arena.change(parent) {
        node.children.truncate(tail + rows.len() - period);
    }
}

fn repeats(arena: &mut Arena, rows: &[Id], period: usize) -> bool {
    let start = rows.len() - 2 * period;
    (start..start + period).all(|index| alike(arena, rows[index], rows[index + period]))
}

/// Whether two rows look alike and happened equally often in each round of their loop.
fn alike(arena: &mut Arena, left: Id, right: Id) -> bool {
    let (Some(a), Some(b)) = (arena.get(left), arena.get(right)) else {
        return false;
    };
    let ended = !a.row.is_open() && !b.row.is_open();
    ended && a.times * b.rounds == b.times * a.rounds && arena.shape(left) == arena.shape(right)
}

fn join(arena: &mut Arena, kept: Id, gone: &Node) {
    let Some(kept) = arena.change(kept) else {
        return;
    };
    kept.times += gone.times;
    kept.rounds += gone.rounds;
    match (&mut kept.row, &gone.row) {
        (Row::Local(kept), Row::Local(gone)) if kept.value != gone.value => {
            kept.value = Some(Arc::from("…"));
        }
        (Row::Blocks(kept), Row::Blocks(gone)) => kept.lived_ns = kept.lived_ns.max(gone.lived_ns),
        _ => {}
    }
}

/// Turns the row in the middle of a long list into counts.
fn evict(arena: &mut Arena, parent: Id) {
    let Some(node) = arena.get(parent) else {
        return;
    };
    if node.children.len() < HEAD + TAIL {
        return;
    }
    // A frame that has not ended is still written to: of futures, several can be open side by side.
    let is_open = |&id: &Id| arena.get(id).is_some_and(|node| node.row.is_open());
    let Some(index) = (HEAD..node.children.len()).find(|&index| !is_open(&node.children[index])) else {
        return;
    };
    let Some(node) = arena.change(parent) else {
        return;
    };
    let oldest = node.children.remove(index);
    let mut rest = node.rest.take().unwrap_or_default();
    if let Some(gone) = arena.get(oldest) {
        rest.rows += gone.times;
        rest.count(gone, gone.times);
        // A call's own counts include what is below it; other rows have at most blocks and calls there.
        let below: &[Id] = if matches!(gone.row, Row::Call(_)) { &[] } else { &gone.children };
        for child in below.iter().filter_map(|&id| arena.get(id)) {
            rest.count(child, child.times * gone.times);
        }
    }
    arena.remove(oldest);
    if let Some(node) = arena.change(parent) {
        node.rest = Some(rest);
    }
}

impl Rest {
    /// After how many children the rest stands.
    pub(crate) const AFTER: usize = HEAD;

    fn count(&mut self, node: &Node, times: u64) {
        match &node.row {
            Row::Call(call) => {
                let mut tally = call.tally;
                tally.calls += 1;
                self.called(&call.enter.function, tally, times);
            }
            Row::Local(_) => self.locals += times,
            Row::Move(_) => self.moves += times,
            Row::Drop(_) => self.drops += times,
            Row::Wait(_) | Row::Violation(_) => {}
            Row::Blocks(row) => {
                let (line, count) = (row.at.map(|at| at.line), row.count);
                let tally = match row.sign {
                    Sign::Alloc => {
                        Tally { allocs: count, bytes: row.bytes, frees: row.temporary, ..Tally::default() }
                    }
                    Sign::Free => Tally { frees: count, ..Tally::default() },
                };
                self.heap(line, tally, times);
            }
            Row::Resize(row) => {
                let tally = Tally { reallocs: row.count, ..Tally::default() };
                self.heap(row.at.map(|at| at.line), tally, times);
            }
        }
    }

    fn called(&mut self, function: &Arc<str>, tally: Tally, times: u64) {
        let index = self.calls.iter().position(|(known, _)| known == function);
        let index = index.or_else(|| {
            let free = self.calls.len() < KINDS;
            free.then(|| self.calls.push((function.clone(), Tally::default())))?;
            Some(self.calls.len() - 1)
        });
        index.map_or(&mut self.other, |index| &mut self.calls[index].1).add(tally, times);
    }

    fn heap(&mut self, line: Option<u32>, tally: Tally, times: u64) {
        let index = self.lines.iter().position(|(known, _)| *known == line);
        let index = index.or_else(|| {
            let free = self.lines.len() < KINDS;
            free.then(|| self.lines.push((line, Tally::default())))?;
            Some(self.lines.len() - 1)
        });
        index.map_or(&mut self.other, |index| &mut self.lines[index].1).add(tally, times);
    }
}
