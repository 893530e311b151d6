//! The chain of scopes of a thread: opened, closed, and taken to other threads.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::capture::SKIPPED;
use crate::capture::thread::cold;

use super::{Chain, HERE, Node, OPEN, Shared, Tally, live, this_thread, was_installed};

/// A chain of scopes, to be taken to another thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handle(Chain);

impl Drop for Handle {
    fn drop(&mut self) {
        cold(|| self.0.take());
    }
}

impl Handle {
    /// The scopes that are open on this thread.
    pub(crate) fn current() -> Self {
        Self(HERE.with(|here| {
            let chain = here.chain.take();
            here.chain.set(chain.clone());
            chain
        }))
    }

    /// This thread works for the scopes, too, until what this gives is dropped.
    pub(crate) fn join(&self) -> Joined {
        let joined = cold(|| {
            let before = HERE.with(|here| here.chain.take());
            let mut chain = before.clone();
            let mut missing: Vec<&Node> = self.0.iter().flat_map(|node| node.chain()).collect();
            missing.retain(|node| {
                let mut known = before.iter().flat_map(|node| node.chain());
                !known.any(|known| Arc::ptr_eq(&known.shared, &node.shared))
            });
            for node in missing.iter().rev() {
                node.shared.helpers.fetch_add(1, Ordering::Relaxed);
                chain = Some(Arc::new(Node { shared: node.shared.clone(), parent: chain }));
            }
            let added = missing.into_iter().map(|node| node.shared.clone()).collect();
            HERE.with(|here| here.chain.set(chain));
            Joined { before: Some(before), added, thread: PhantomData }
        });
        joined.unwrap_or(Joined { before: None, added: Vec::new(), thread: PhantomData })
    }
}

/// While a thread works for the scopes of another one.
#[must_use = "the thread works for the scopes until this is dropped"]
pub(crate) struct Joined {
    before: Option<Chain>,
    added: Vec<Arc<Shared>>,
    thread: PhantomData<*const ()>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        cold(|| {
            let Some(before) = self.before.take() else { return };
            drop(HERE.with(|here| here.chain.replace(before)));
            for shared in std::mem::take(&mut self.added) {
                shared.helpers.fetch_sub(1, Ordering::Relaxed);
            }
        });
    }
}

/// A scope that is open on this thread.
#[must_use = "the scope ends when this is dropped"]
#[derive(Debug)]
pub(crate) struct Scope {
    /// There until it is dropped: what the tracer frees is no free of a scope around.
    node: Option<Arc<Node>>,
    skipped: u64,
    /// Scopes are of one thread.
    thread: PhantomData<*const ()>,
}

/// What a scope has found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) tally: Tally,
    /// Heap events inside of the tracer's own code, as from a signal handler: in no count.
    pub(crate) skipped: u64,
    /// Threads that were told of the scope, and still worked for it at its end.
    pub(crate) helpers: u32,
}

impl Drop for Found {
    fn drop(&mut self) {
        cold(|| drop(std::mem::take(&mut self.tally)));
    }
}

/// Why there is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No hook ran: another allocator is the global one.
    NotInstalled,
    /// The tracer itself is at work on this thread.
    Busy,
}

impl Scope {
    /// Opens a scope on top of those of this thread, which takes note of up to `drops` drops.
    pub(crate) fn open(drops: usize) -> Result<Self, Refusal> {
        OPEN.fetch_add(1, Ordering::SeqCst);
        let opened = cold(|| {
            if !is_installed() {
                return Err(Refusal::NotInstalled);
            }
            live::prepare();
            let shared = Shared {
                tally: Mutex::new(Tally::with_room(drops)),
                is_open: AtomicBool::new(true),
                thread: this_thread(),
                helpers: AtomicU32::new(0),
            };
            let parent = HERE.with(|here| here.chain.take());
            let node = Arc::new(Node { shared: Arc::new(shared), parent });
            HERE.with(|here| here.chain.set(Some(node.clone())));
            Ok(Self { node: Some(node), skipped: SKIPPED.load(Ordering::Relaxed), thread: PhantomData })
        });
        let opened = opened.unwrap_or(Err(Refusal::Busy));
        if opened.is_err() {
            OPEN.fetch_sub(1, Ordering::SeqCst);
        }
        opened
    }

    /// Ends it: what it has found.
    pub(crate) fn close(self) -> Found {
        let skipped = SKIPPED.load(Ordering::Relaxed) - self.skipped;
        let Some(node) = &self.node else { return Found { tally: Tally::default(), skipped, helpers: 0 } };
        let helpers = node.shared.helpers.load(Ordering::Relaxed);
        // From here on, nothing is added to it: the counts are those of one moment.
        node.shared.is_open.store(false, Ordering::SeqCst);
        let tally = std::mem::take(&mut *node.tally());
        Found { tally, skipped, helpers }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        cold(|| {
            let Some(node) = self.node.take() else { return };
            node.shared.is_open.store(false, Ordering::SeqCst);
            drop(HERE.with(|here| here.chain.replace(node.parent.clone())));
            if node.parent.is_none() {
                live::sweep();
            }
        });
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether `Alloc` is the global allocator: asks with a block that passes through it. A scope has to be open.
fn is_installed() -> bool {
    if !was_installed() {
        drop(std::hint::black_box(Box::new(std::hint::black_box(0_u8))));
    }
    was_installed()
}
