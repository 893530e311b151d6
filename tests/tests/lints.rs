//! The attribute adds no warning to a program, and takes none away, but for the lints listed here.
//!
//! The programs of `docs/forms.md` are looked at by Clippy, which tells the compiler's own warnings too, with the
//! attribute and with one that changes nothing. Warnings are compared by lint, message and primary span. Lints that
//! are told for some program elsewhere, or not at all, are listed with the reason; the list is exact.
#![expect(clippy::print_stdout, reason = "it says why it is skipped")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use trace_memory_tests::compiler::{Attribute, Compiler, in_parallel};
use trace_memory_tests::{files, workspace};

const EDITIONS: [&str; 2] = ["2018", "2024"];

/// The lints that are turned on: groups, and those of rustc's that are in none.
const WARNED: [&str; 38] = [
    "ambiguous_negative_literals",
    "absolute_paths_not_starting_with_crate",
    "clippy::all",
    "clippy::nursery",
    "clippy::pedantic",
    "clippy::restriction",
    "closure_returning_async_block",
    "explicit_outlives_requirements",
    "future-incompatible",
    "keyword-idents",
    "let-underscore",
    "macro_use_extern_crate",
    "meta_variable_misuse",
    "missing_copy_implementations",
    "missing_debug_implementations",
    "missing_docs",
    "non_ascii_idents",
    "nonstandard-style",
    "redundant_imports",
    "redundant_lifetimes",
    "refining-impl-trait",
    "rust-2018-idioms",
    "rust-2021-compatibility",
    "rust-2024-compatibility",
    "single_use_lifetimes",
    "trivial_casts",
    "trivial_numeric_casts",
    "unit_bindings",
    "unnameable_types",
    "unreachable_pub",
    "unsafe_code",
    "unused",
    "unused_extern_crates",
    "unused_import_braces",
    "unused_lifetimes",
    "unused_qualifications",
    "unused_results",
    "variant_size_differences",
];

/// Lints that are told where they are not without the attribute. All of them are off by default, and in none of
/// Clippy's groups `all` and `pedantic`.
const ADDED: [(&str, &[&str]); 6] = [
    (
        "the same words, about the same code, at a place that begins or ends elsewhere",
        &[
            "clippy::arithmetic_side_effects",
            "clippy::implicit_return",
            "clippy::integer_division_remainder_used",
            "clippy::let_underscore_untyped",
            "let_underscore_drop",
            "unused_results",
        ],
    ),
    (
        "a parameter becomes a local of the same name",
        &["clippy::shadow_reuse", "clippy::shadow_same", "clippy::shadow_unrelated"],
    ),
    ("guards are counted as the user's code", &["clippy::cognitive_complexity"]),
    (
        "an expression stands in a block, where it is looked at as if alone",
        &["clippy::default_numeric_fallback", "clippy::or_fun_call", "clippy::significant_drop_tightening"],
    ),
    (
        "in editions before 2024, a guard is a local that the temporaries of a tail outlive",
        &["tail_expr_drop_order"],
    ),
    (
        "the type of a value goes by a variable, and the same cast is told in other words; a place is named once more",
        &["clippy::indexing_slicing", "trivial_casts"],
    ),
];

/// Lints that are not told where they are without the attribute.
const LOST: [(&str, &[&str]); 6] = [
    (
        "a parameter becomes a local, and a local is looked at by its guard",
        &[
            "clippy::boxed_local",
            "clippy::let_and_return",
            "clippy::needless_pass_by_value",
            "clippy::needless_late_init",
            "clippy::no_effect_underscore_binding",
            "clippy::ptr_arg",
            "clippy::shadow_reuse",
            "clippy::shadow_same",
            "clippy::unnecessary_struct_initialization",
            "clippy::unused_self",
            "clippy::useless_vec",
        ],
    ),
    (
        "the type of a value goes by a variable, and the same is told in other words, or not",
        &["clippy::drop_non_drop", "trivial_casts"],
    ),
    (
        "a block with an `if` alone in it has a scope of the attribute's beside it",
        &["clippy::collapsible_if"],
    ),
    (
        "Clippy proposes nothing for functions that call what cannot be `const`, or that await",
        &["clippy::missing_const_for_fn", "clippy::single_call_fn", "clippy::unused_async"],
    ),
    (
        "a call is asked about in a block of the attribute's, into which Clippy does not look",
        &[
            "clippy::arithmetic_side_effects",
            "clippy::as_conversions",
            "clippy::assign_op_pattern",
            "clippy::cast_lossless",
            "clippy::cast_possible_truncation",
            "clippy::cast_possible_wrap",
            "clippy::default_numeric_fallback",
            "clippy::deref_addrof",
            "clippy::deref_by_slicing",
            "clippy::expect_used",
            "clippy::implicit_return",
            "clippy::integer_division_remainder_used",
            "clippy::let_underscore_must_use",
            "clippy::let_underscore_untyped",
            "clippy::manual_unwrap_or_default",
            "clippy::multiple_unsafe_ops_per_block",
            "clippy::needless_collect",
            "clippy::needless_return",
            "clippy::nonminimal_bool",
            "clippy::option_if_let_else",
            "clippy::print_stdout",
            "clippy::question_mark_used",
            "clippy::redundant_closure_for_method_calls",
            "clippy::semicolon_outside_block",
            "clippy::single_match_else",
            "clippy::string_add",
            "clippy::str_to_string",
            "clippy::string_add_assign",
            "clippy::suspicious_operation_groupings",
            "clippy::unnecessary_fold",
            "clippy::unwrap_used",
            "clippy::use_debug",
            "clippy::wildcard_enum_match_arm",
            "let_underscore_drop",
            "unused_results",
        ],
    ),
    (
        "the value is watched, and dropped where it was before; the lint sees a block of the attribute's edition",
        &["if_let_rescope", "tail_expr_drop_order"],
    ),
];

fn lints(list: &[(&'static str, &[&'static str])]) -> BTreeSet<&'static str> {
    list.iter().flat_map(|(_, lints)| lints.iter().copied()).collect()
}

/// What Clippy says; nothing if the program does not compile in the edition. An error if there is no Clippy.
fn warnings(source: &Path, edition: &str, attribute: Attribute) -> Result<Option<Vec<String>>, String> {
    let warned: Vec<String> = WARNED.iter().map(|lint| format!("-W{lint}")).collect();
    let clippy = Compiler::clippy(source, edition, attribute)?.args(warned.iter().map(String::as_str));
    let checked = clippy.args(["--cap-lints=warn", "-Aclippy::blanket_clippy_restriction_lints"]).check();
    Ok(checked.success.then(|| checked.messages().map(ToString::to_string).collect()))
}

/// The lint of `warning clippy::shadow_same: …`.
fn lint(message: &str) -> String {
    message.split(' ').nth(1).unwrap_or_default().trim_end_matches(':').to_owned()
}

#[derive(Default)]
struct Differences {
    added: Vec<String>,
    lost: Vec<String>,
}

fn differences(source: &Path, edition: &str) -> Result<Option<Differences>, String> {
    let plain = warnings(source, edition, Attribute::Plain)?;
    let traced = warnings(source, edition, Attribute::Traced)?;
    let (Some(plain), Some(mut added)) = (plain, traced) else { return Ok(None) };
    let mut lost = Vec::new();
    for message in plain {
        match added.iter().position(|other| *other == message) {
            Some(same) => _ = added.remove(same),
            None => lost.push(message),
        }
    }
    Ok(Some(Differences { added, lost }))
}

#[test]
fn warnings_are_the_same() {
    let folders = ["tests/ui/accepted", "tests/forms"].map(|folder| workspace().join(folder));
    let programs: Vec<PathBuf> = folders.iter().flat_map(|folder| files(folder, &["rs"])).collect();
    let all: Vec<_> = programs.iter().flat_map(|source| EDITIONS.map(|edition| (source, edition))).collect();
    let found = in_parallel(&all, |(source, edition)| differences(source, edition));
    let found: Vec<Option<Differences>> = match found.into_iter().collect() {
        Ok(found) => found,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let found: Vec<(&PathBuf, &str, Differences)> = found
        .into_iter()
        .zip(&all)
        .filter_map(|(differences, (source, edition))| Some((*source, *edition, differences?)))
        .collect();
    assert!(found.len() > 70, "the programs compile: {}", found.len());
    let mut faults = Vec::new();
    let (known_added, known_lost) = (lints(&ADDED), lints(&LOST));
    let mut check = |sign: &str, known: &BTreeSet<&str>, of: fn(&Differences) -> &[String]| {
        let mut told = BTreeSet::new();
        for (source, edition, differences) in &found {
            for message in of(differences) {
                let lint = lint(message);
                if !known.contains(lint.as_str()) {
                    faults.push(format!("{sign} {} in {edition}: {message}", source.display()));
                }
                told.insert(lint);
            }
        }
        let stale = known.iter().filter(|lint| !told.contains(**lint));
        faults
            .extend(stale.map(|lint| format!("{sign} {lint} is no longer different: take it off the list")));
    };
    check("added", &known_added, |differences| &differences.added);
    check("lost", &known_lost, |differences| &differences.lost);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
