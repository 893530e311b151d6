//! The words of the trace for what it counts by name, as in its JSON.

use trace_memory::record::{Doubt, Reason};
use trace_memory::site::Into;

pub(super) fn into(into: Into) -> &'static str {
    match into {
        Into::Call => "call",
        Into::Return => "return",
        Into::Assign => "assign",
        Into::Field => "field",
        Into::Capture => "capture",
        Into::Receiver => "receiver",
        Into::Pattern => "pattern",
        Into::Macro => "macro",
    }
}

pub(super) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::ScopeEnd => "scope_end",
        Reason::Reassigned => "reassigned",
        Reason::Unwind => "unwind",
        Reason::Explicit => "explicit",
    }
}

pub(super) fn doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Rest => "rest",
        Doubt::MaybeMoved => "maybe_moved",
        Doubt::Variant => "variant",
    }
}
