//! Text for terminals, from the model: a tree per outermost frame, a summary, or a line per event.

pub(crate) mod budget;
mod escape;
mod layout;
mod live;
pub mod number;
mod rows;
mod summary;
mod tree;
pub(crate) mod violation;
mod words;

pub use escape::escape;
pub use live::Live;
pub use summary::{write_summary, write_totals};
pub use tree::write_root;

/// How text looks.
///
/// ```
/// use trace_memory::print::Style;
///
/// let for_a_golden_file = Style { color: false, stable: true, ascii: false, width: 100 };
/// assert!(for_a_golden_file.stable && Style::default().width == 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Whether to leave out what differs between runs and builds: times, addresses, frame sizes.
    pub stable: bool,
    /// Whether to draw with ASCII only.
    pub ascii: bool,
    /// Columns of the terminal; 0 for no limit. Below 72 the source column is left out.
    pub width: usize,
}
