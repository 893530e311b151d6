//! `measure` and budgets against an allocator that writes everything down by itself.

mod budgets;
mod heap;
mod scopes;
mod threads;

use heap::Logged;

#[global_allocator]
static ALLOC: trace_memory::Alloc<Logged> = trace_memory::Alloc::new(Logged);

/// What `work` panics with.
fn failure(work: impl FnOnce()) -> Option<String> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    let payload = result.err()?;
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
}
