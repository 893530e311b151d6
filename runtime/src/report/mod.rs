//! From facts to a model: [`Resolver`] turns records into events, [`Model`] turns events into trees
//! and totals. Nothing here does I/O or knows how a trace was captured.

mod allocations;
mod body;
mod fold;
mod heap;
mod layout;
mod model;
mod names;
mod parts;
mod resolver;
mod rows;
mod stack;
mod table;
mod totals;
mod tree;

pub use heap::{Leak, LeakOwner};
pub use model::Model;
pub use resolver::Resolver;
pub use totals::{Losses, Totals};
pub use tree::Root;
pub(crate) use tree::{Blocks, Call, Id, Node, Resize, Rest, Row, Sign, Tally, Wait};
