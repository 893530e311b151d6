//! The steps of a task, and its log.

use std::future;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::sleep;

pub(crate) static LOG: Mutex<Vec<(u32, &'static str)>> = Mutex::new(Vec::new());

pub(crate) fn log(task: u32, what: &'static str) {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).push((task, what));
}

/// Logs its name when it is dropped: that of the local it is in.
pub(crate) struct Logged {
    pub(crate) task: u32,
    pub(crate) name: &'static str,
}

impl Drop for Logged {
    fn drop(&mut self) {
        log(self.task, self.name);
    }
}

impl Logged {
    pub(crate) fn touch(&self) -> u32 {
        u32::from(!self.name.is_empty())
    }
}

/// What a task does at its steps.
pub(crate) struct Way {
    pub(crate) task: u32,
    /// Steps until it stops for good.
    pub(crate) left: AtomicU32,
    pub(crate) stopped: Notify,
    random: AtomicU64,
}

/// A number that follows from another one (`SplitMix64`).
pub(crate) fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Way {
    pub(crate) fn new(task: u32, steps: u32) -> Arc<Self> {
        let random = AtomicU64::new(mixed(u64::from(task)));
        Arc::new(Self { task, left: AtomicU32::new(steps), stopped: Notify::new(), random })
    }

    pub(crate) fn value(&self, name: &'static str) -> Logged {
        Logged { task: self.task, name }
    }

    pub(crate) fn starts(&self, function: &'static str) {
        log(self.task, function);
    }

    pub(crate) fn ends(&self, function: &'static str) {
        log(self.task, function);
    }

    pub(crate) fn random(&self, below: u64) -> u64 {
        let number = self.random.load(Ordering::Relaxed);
        self.random.store(mixed(number), Ordering::Relaxed);
        number % below
    }

    /// Goes on at once, or later and perhaps on another worker, or never.
    pub(crate) async fn step(&self) {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            self.stopped.notify_one();
            future::pending::<()>().await;
        }
        self.left.store(left - 1, Ordering::Relaxed);
        match self.random(8) {
            0 | 1 => {}
            2 => sleep(Duration::from_micros(self.random(300))).await,
            _ => yield_now().await,
        }
    }
}
