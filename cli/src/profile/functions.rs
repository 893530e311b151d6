//! Sums by function.

use std::sync::Arc;

use trace_memory::event::{Enter, How, Kind};

use super::Heap;
use super::names::Numbers;
use crate::args::Filter;

/// What all calls of a function come to.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) path: Arc<str>,
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    /// Whether it is one of those that were asked for.
    pub(crate) chosen: bool,
    pub(crate) calls: u64,
    pub(crate) unwinds: u64,
    pub(crate) cancels: u64,
    /// On the heap, by itself.
    pub(crate) own: Heap,
    /// With the traced functions that it called; of calls inside of a call of itself, only the outermost counts.
    pub(crate) total: Heap,
    /// The most bytes by which one call had raised what its thread holds on the heap.
    pub(crate) peak_bytes: u64,
    /// The most bytes of stack between a frame of it and the traced frame that called it.
    pub(crate) stack_bytes: Option<usize>,
    pub(crate) drops: u64,
    pub(crate) moves: u64,
}

/// A call, or a part of the life of a future, that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) heap: Heap,
    pub(super) peak_bytes: u64,
    /// Whether no other call of the function is open on its thread.
    pub(super) outermost: bool,
}

#[derive(Debug, Default)]
pub(super) struct Functions {
    numbers: Numbers,
    list: Vec<Function>,
}

impl Functions {
    pub(super) fn number(&mut self, enter: &Enter, filter: &Filter) -> u32 {
        let Self { numbers, list } = self;
        numbers.of(enter, || {
            list.push(Function::new(enter, filter));
            u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The function of a number that [`number`](Self::number) gave.
    pub(super) fn at(&mut self, number: u32) -> &mut Function {
        &mut self.list[number as usize]
    }

    pub(super) fn is_chosen(&self, number: u32) -> bool {
        self.list[number as usize].chosen
    }

    pub(super) fn entered(&mut self, number: u32, enter: &Enter) {
        let function = self.at(number);
        function.calls += 1;
        function.stack_bytes = function.stack_bytes.max(enter.stack_bytes);
    }

    pub(super) fn left(&mut self, number: u32, call: Call, how: Option<How>) {
        let function = self.at(number);
        if call.outermost {
            function.total.add(call.heap);
        }
        function.peak_bytes = function.peak_bytes.max(call.peak_bytes);
        match how {
            Some(How::Unwind) => function.unwinds += 1,
            Some(How::Cancelled) => function.cancels += 1,
            Some(How::Return) | None => {}
        }
    }

    pub(super) fn dropped(&mut self, number: Option<u32>, kind: &Kind) {
        let Some(number) = number else { return };
        let function = self.at(number);
        match kind {
            Kind::Drop(_) => function.drops += 1,
            Kind::Move(_) => function.moves += 1,
            _ => {}
        }
    }

    pub(super) fn into_list(self) -> Vec<Function> {
        self.list
    }
}

impl Function {
    fn new(enter: &Enter, filter: &Filter) -> Self {
        Self {
            path: enter.function.clone(),
            file: enter.file.clone(),
            line: enter.line,
            chosen: filter.has_function(Some(&enter.function)),
            calls: 0,
            unwinds: 0,
            cancels: 0,
            own: Heap::default(),
            total: Heap::default(),
            peak_bytes: 0,
            stack_bytes: None,
            drops: 0,
            moves: 0,
        }
    }
}
