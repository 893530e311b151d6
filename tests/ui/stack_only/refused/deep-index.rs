//! An index into a type of the program's own.
use std::ops::Index;
use trace_memory::trace_memory;

struct Table([u8; 2]);

impl Index<usize> for Table {
    type Output = u8;

    fn index(&self, at: usize) -> &u8 {
        &self.0[vec![at].len() - 1]
    }
}

#[trace_memory(stack_only(deep))]
fn calls(table: &Table) -> u8 {
    table[0]
}

fn main() {
    calls(&Table([1, 2]));
}
