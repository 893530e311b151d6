//! The command as its users run it.

mod exits;
mod formats;
mod hostile;
mod page;
mod support;
mod truth;
mod verbs;
