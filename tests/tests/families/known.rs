//! What is known to be otherwise with the attribute. The list only gets shorter: what is no longer otherwise has to be
//! taken off it.

use trace_memory_tests::families::{Case, Difference, Verdict};

const GUARD: &str =
    "a guard looks at each value of a local, and so it is used, and none of its values is unused";
const ASKED: &str = "the copy that asks about it uses the local";
const HELP: &str = "the local is bound by a pattern of the attribute's, and the proposal is for that";
const MACRO: &str = "the attribute does not follow the macro that uses it, and has a local of the same name";
const BLOCK: &str = "a value stands in a block of the attribute's, or no longer in one of the user's";
const CONSTANT: &str = "a name in a pattern that starts with a small letter is taken for a local";
const FLOW: &str =
    "the statement is several in the expansion, another of which is the first that is never reached";
const ALONE: &str = "each is a statement of its own in the expansion";
const TWICE: &str = "the call stands a second time, so that the compiler is asked about it";
const PLACE: &str =
    "what the proposal would change is not the user's own text any more, or is looked at elsewhere";
const MADE: &str = "the lint does not look into what an attribute has made";

/// Something that is otherwise.
pub(crate) struct Known {
    /// How.
    pub(crate) difference: Difference,
    /// What the text begins with, names in quotes left out.
    pub(crate) says: &'static str,
    /// The alternatives that functions have one of; any function if there is none.
    pub(crate) shapes: &'static [&'static str],
    /// Why it is not mended.
    pub(crate) reason: &'static str,
}

impl Known {
    /// Whether it is this that is wrong with a function.
    pub(crate) fn is(&self, case: &Case, verdict: &Verdict) -> bool {
        let has = |shape: &&str| case.shape.split(' ').any(|pick| pick.ends_with(&format!("={shape}")));
        let is_meant = self.shapes.is_empty() || self.shapes.iter().any(has);
        is_meant && verdict.difference == self.difference && nameless(&verdict.text).starts_with(self.says)
    }
}

/// The text with `_` for what stands in backticks.
fn nameless(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "`_`" });
    parts.collect()
}

/// The list.
pub(crate) const KNOWN: [Known; 39] = [
    Known {
        difference: Difference::Helped,
        says: "- warning array_into_iter: this method call resolves to `_` (due to backwards compatibility), but will resolve to `_` in Rust 2021",
        shapes: &["array-into-iter"],
        reason: TWICE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning dropping_copy_types: calls to `_` with a value that implements `_` does nothing",
        shapes: &[],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning dropping_references: calls to `_` with a reference instead of an owned value does nothing",
        shapes: &[],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning forgetting_copy_types: calls to `_` with a value that implements `_` does nothing",
        shapes: &["dropping"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning forgetting_references: calls to `_` with a reference instead of an owned value does nothing",
        shapes: &["noop-clone"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unreachable_code: unreachable call",
        shapes: &["argument-only"],
        reason: FLOW,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_braces: unnecessary braces around function argument",
        shapes: &["braces"],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_doc_comments: unused doc comment",
        shapes: &["unused-doc"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_must_use: unused `_` that must be used",
        shapes: &["must-use", "must-use-in-blocks"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_must_use: unused comparison that must be used",
        shapes: &["must-use", "must-use-operators"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_must_use: unused implementer of `_` that must be used",
        shapes: &["must-use", "must-use-future"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_must_use: unused return value of `_` that must be used",
        shapes: &["must-use", "must-use-in-blocks", "must-use-traced"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_must_use: unused unary operation that must be used",
        shapes: &["must-use-operators"],
        reason: PLACE,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_parens: unnecessary parentheses around `_` scrutinee expression",
        shapes: &["parens-in-conditions"],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_parens: unnecessary parentheses around function argument",
        shapes: &["parens-arguments"],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Helped,
        says: "- warning unused_variables: unused variable: `_`",
        shapes: &["async-unused", "parameter-unused", "struct-all", "trait-default", "unused-field-pattern"],
        reason: HELP,
    },
    Known {
        difference: Difference::Refused,
        says: "error E0308: mismatched types",
        shapes: &["constant", "constant-lower-in-let", "constant-lower-in-option"],
        reason: CONSTANT,
    },
    Known {
        difference: Difference::Warned,
        says: "+ warning array_into_iter: this method call resolves to `_` (due to backwards compatibility), but will resolve to `_` in Rust 2021",
        shapes: &["array-into-iter"],
        reason: TWICE,
    },
    Known {
        difference: Difference::Warned,
        says: "+ warning redundant_semicolons: unnecessary trailing semicolon",
        shapes: &["redundant-semicolons"],
        reason: ALONE,
    },
    Known {
        difference: Difference::Warned,
        says: "+ warning unreachable_code: unreachable call",
        shapes: &["argument"],
        reason: FLOW,
    },
    Known {
        difference: Difference::Warned,
        says: "+ warning unreachable_code: unreachable statement",
        shapes: &["break-with-never", "typed-let", "unreachable-panic"],
        reason: FLOW,
    },
    Known {
        difference: Difference::Warned,
        says: "+ warning unused_variables: unused variable: `_`",
        shapes: &["format-args-of-macro", "shadowed"],
        reason: MACRO,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning dropping_copy_types: calls to `_` with a value that implements `_` does nothing",
        shapes: &[],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning ellipsis_inclusive_range_patterns: `_` range patterns are deprecated",
        shapes: &["dots-in-patterns"],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning irrefutable_let_patterns: irrefutable `_` pattern",
        shapes: &["irrefutable"],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning path_statements: path statement drops value",
        shapes: &["path-statement"],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning redundant_semicolons: unnecessary trailing semicolons",
        shapes: &["redundant-semicolons"],
        reason: ALONE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unreachable_code: unreachable expression",
        shapes: &["argument", "operand", "unreachable-panic"],
        reason: FLOW,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_allocation: unnecessary allocation, use `_` instead",
        shapes: &["unused-allocation"],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_assignments: value assigned to `_` is never read",
        shapes: &[],
        reason: GUARD,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_assignments: value passed to `_` is never read",
        shapes: &[],
        reason: GUARD,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_braces: unnecessary braces around `_` condition",
        shapes: &["braces"],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_braces: unnecessary braces around block return value",
        shapes: &[],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_parens: unnecessary parentheses around assigned value",
        shapes: &[],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_parens: unnecessary parentheses around closure body",
        shapes: &[],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_parens: unnecessary parentheses around match arm expression",
        shapes: &[],
        reason: BLOCK,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_results: unused result of type `_`",
        shapes: &["deny-and-forbid"],
        reason: MADE,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_variables: unused variable: `_`",
        shapes: &[
            "captured-never-read",
            "captures-unused",
            "debug-assertions",
            "discards",
            "macro-discards",
            "own-macros",
            "unreachable-return",
        ],
        reason: ASKED,
    },
    Known {
        difference: Difference::Warned,
        says: "- warning unused_variables: variable `_` is assigned to, but never used",
        shapes: &[],
        reason: GUARD,
    },
];
