//! Which part of a local a dropped value is: an element, a field, what a box holds. Addresses tell, as far as
//! they do.

use super::heap::Blocks;
use super::stack::Stacks;

/// The part of a local at `addr`, of `bytes` bytes: `list[2]`, `*boxed`, or `pair + 16 B` for a field, whose name
/// no address tells. `None` where it is all of a local, or in none that is known.
pub(super) fn part_at(addr: usize, bytes: usize, stacks: &mut Stacks, blocks: &mut Blocks) -> Option<String> {
    if let Some((start, block)) = blocks.around(addr) {
        let (offset, end) = (addr - start, block.bytes);
        let owner = block.owner.clone()?;
        let ty = stacks.frame(owner.frame)?.slot(owner.slot)?.ty.name();
        let name = &owner.local;
        let in_row = ty.starts_with("alloc::vec::Vec<") || ty.starts_with("alloc::boxed::Box<[");
        return if in_row {
            element(offset, bytes).map(|index| format!("{name}[{index}]"))
        } else {
            let is_boxed = ty.starts_with("alloc::boxed::Box<") && offset == 0 && end == bytes;
            is_boxed.then(|| format!("*{name}"))
        };
    }
    let (start, frame, slot) = stacks.slot_at(addr)?;
    let slot = stacks.frame(frame)?.slot(slot)?;
    let (offset, ty, name) = (addr - start, slot.ty, slot.name.clone());
    if ty.name().starts_with('[') {
        return element(offset, bytes).map(|index| format!("{name}[{index}]"));
    }
    let whole = offset == 0 && bytes == ty.bytes;
    (!whole).then(|| format!("{name} + {offset} B"))
}

/// The index of an element at an offset.
fn element(offset: usize, bytes: usize) -> Option<usize> {
    (bytes > 0 && offset % bytes == 0).then(|| offset / bytes)
}
