//! What the `drops_*` programs share: a value that says when it is dropped, and functions that move it.
//!
//! A value carries the name of the local that holds it when it is dropped, or a name that starts with
//! `_tmp` where no local does. Locals whose name starts with `quiet` are dropped without a word.
#![allow(dead_code, reason = "no program uses all of it")]
#![allow(clippy::print_stdout, reason = "the log is what the programs are about")]

use std::cell::Cell;
use std::panic;

/// Says its name when it is dropped.
pub(crate) struct Noisy(Cell<&'static str>);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0.get());
    }
}

/// A value whose name is `name` when it is dropped.
pub(crate) fn noisy(name: &'static str) -> Noisy {
    Noisy(Cell::new(name))
}

impl Noisy {
    /// Another local holds it now.
    pub(crate) fn is(&self, name: &'static str) {
        self.0.set(name);
    }

    pub(crate) fn look(&self) -> bool {
        !self.0.get().is_empty()
    }

    pub(crate) fn poke(&mut self) -> &mut Self {
        self
    }

    pub(crate) fn eat(self) {
        self.is("_tmp");
    }

    pub(crate) fn pass(self) -> Self {
        self
    }

    pub(crate) fn give(self) -> Option<Self> {
        Some(self)
    }

    pub(crate) fn try_give(self, well: bool) -> Result<Self, ()> {
        if well {
            return Ok(self);
        }
        self.is("_tmp");
        Err(())
    }

    pub(crate) fn eat_with(self, other: Self) {
        self.is("_tmp");
        other.is("_tmp");
    }

    pub(crate) fn take_in(&self, other: Self) -> bool {
        other.is("_tmp");
        self.look()
    }

    pub(crate) fn fill(&mut self, other: Self) -> bool {
        other.is("_tmp");
        self.look()
    }

    pub(crate) fn chain(self, other: Self) -> Self {
        other.is("_tmp");
        self
    }

    pub(crate) fn boxed(self: Box<Self>) -> Self {
        *self
    }
}

pub(crate) fn eat(value: Noisy) {
    value.is("_tmp");
}

pub(crate) fn eat_two(left: Noisy, right: Noisy) {
    left.is("_tmp");
    right.is("_tmp");
}

pub(crate) fn swallow(value: Noisy) -> bool {
    value.is("_tmp");
    true
}

pub(crate) fn look<T: ?Sized>(_: &T) -> bool {
    true
}

pub(crate) fn poke<T: ?Sized>(_: &mut T) {}

pub(crate) fn pass<T>(value: T) -> T {
    value
}

pub(crate) fn yes() -> bool {
    true
}

pub(crate) fn no() -> bool {
    false
}

/// A panic without a message.
pub(crate) fn fail<T>() -> T {
    panic::resume_unwind(Box::new(()))
}

/// An error, or not.
pub(crate) fn check(well: bool) -> Result<u8, ()> {
    if well { Ok(1) } else { Err(()) }
}

pub(crate) struct Pair {
    pub(crate) left: Noisy,
    pub(crate) right: Noisy,
}

pub(crate) fn pair(left: &'static str, right: &'static str) -> Pair {
    Pair { left: noisy(left), right: noisy(right) }
}

pub(crate) struct Tagged {
    pub(crate) value: Noisy,
    pub(crate) tag: u8,
}

pub(crate) fn tagged(name: &'static str) -> Tagged {
    Tagged { value: noisy(name), tag: 1 }
}

pub(crate) enum Shape {
    Point,
    Line(Noisy),
    Area { width: Noisy, height: Noisy },
}

/// Runs the functions, or the one whose name is the first argument.
macro_rules! programs {
    ($($name:ident)*) => {
        fn main() {
            let only = std::env::args().nth(1);
            $(
                if only.as_deref().is_none_or(|only| only == stringify!($name)) {
                    println!("# {}", stringify!($name));
                    if std::panic::catch_unwind(|| { $name(); }).is_err() {
                        println!("unwound");
                    }
                }
            )*
        }
    };
}
