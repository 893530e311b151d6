//! Whole expansions against golden files: `tests/expand/*.rs` and, beside each, what it becomes.
//! `BLESS=1 cargo test -p trace-memory-macros` accepts what there is now.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

fn inputs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let files =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    let mut inputs: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect();
    inputs.sort();
    inputs
}

/// What a compiler gets for a bare attribute on the item.
fn traced(item: TokenStream) -> TokenStream {
    crate::attribute(TokenStream::new(), item, false)
}

#[test]
fn expansions_are_as_expected() {
    let mut differing = Vec::new();
    for input in inputs() {
        let item: TokenStream = fs::read_to_string(&input).expect("readable").parse().expect("tokens");
        let output = traced(item);
        let file = syn::parse2(output).expect("an expansion is Rust");
        let actual = prettyplease::unparse(&file);
        let golden = input.with_extension("expanded");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &actual).expect("writable");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if expected != actual {
            differing.push(format!("{}:\n{actual}", input.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn any_tokens_are_answered() {
    let blocks =
        ["impl", "impl {}", "impl A { fn }", "mod m { ; ; # }", "mod m;", "trait T { #![a] x! {} fn f(); }"];
    let others = ["", "fn", "fn f", "fn f() {", "42", "struct S;", "fn f(x);", "{}", "#[a]"];
    for tokens in blocks.into_iter().chain(others) {
        // What does not lex never reaches an attribute.
        let Ok(item) = tokens.parse::<TokenStream>() else { continue };
        let output = traced(item.clone()).to_string();
        assert!(output.starts_with(&item.to_string()), "the item is still there: {output}");
    }
}

#[test]
fn what_cannot_be_read_in_a_block_is_kept() {
    let text = "impl A { fn f () { let = ; } new syntax { x } fn g () { } const fn h () -> u8 { 1 } }";
    let output = traced(text.parse().expect("tokens")).to_string();
    for kept in [
        "impl A { fn f () { let __tm_frame =",
        "; let = ; }",
        "} new syntax { x } fn g ()",
        "const fn h () -> u8 { 1 } }",
    ] {
        assert!(output.contains(kept), "{kept}: {output}");
    }
    assert_eq!(output.matches("__private :: enter").count(), 2, "{output}");
}

#[test]
fn a_function_of_edition_2015_is_kept() {
    for text in ["fn f (& self , u8) -> u8 { 1 }", "fn f (dyn : u8) -> u8 { dyn }", "fn f (x) { }"] {
        let output = traced(text.parse().expect("tokens")).to_string();
        let (head, body) = text.split_once("{ ").expect("a body");
        assert!(output.starts_with(head) && output.ends_with(body), "{output}");
        assert!(output.contains("# [deprecated (note = \"`#[trace_memory]` cannot read"), "{output}");
    }
    // What is no function with a body is told as an error.
    let output = traced("fn f (u8) ;".parse().expect("tokens")).to_string();
    assert!(output.contains("compile_error"), "{output}");
}

/// Invisible brackets are lost on the way back to the compiler.
#[test]
fn a_fragment_that_is_a_sum_of_types_gets_parentheses() {
    let sum: TokenStream = "dyn A + B".parse().expect("tokens");
    let fragment = TokenTree::Group(Group::new(Delimiter::None, sum));
    let item = quote::quote!(fn f(one: &#fragment) -> &#fragment { let same: &#fragment = one; same });
    let output = traced(item).to_string();
    assert_eq!(output.matches("& (dyn A + B)").count(), 3, "{output}");
}

#[test]
fn a_body_that_cannot_be_read_is_kept() {
    let item: TokenStream = "fn f() { let = ; }".parse().expect("tokens");
    let output = traced(item).to_string();
    assert!(output.starts_with("fn f () { let __tm_frame ="), "{output}");
    assert!(output.ends_with("; let = ; }"), "{output}");
}

/// The names in tokens, in order.
fn names(tokens: TokenStream) -> Vec<String> {
    let of = |token| match token {
        TokenTree::Ident(name) => vec![name.to_string()],
        TokenTree::Group(group) => names(group.stream()),
        _ => Vec::new(),
    };
    tokens.into_iter().flat_map(of).collect()
}

#[test]
fn an_editor_gets_what_was_written() {
    let item: TokenStream = "fn f(text: String) -> usize { let kept = text; kept. }".parse().expect("tokens");
    let option: TokenStream = "nonsense".parse().expect("tokens");
    for (args, errors) in [(TokenStream::new(), 0), (option, 1)] {
        let output = crate::attribute(args, item.clone(), true).to_string();
        let added = output.strip_prefix(&item.to_string()).expect("the item is first");
        assert_eq!(added.matches("compile_error").count(), errors, "{output}");
        assert!(!added.contains("fn"), "{output}");
    }
}

/// Editors that are not recognised complete a name where it stands in the expansion.
#[test]
fn a_half_typed_function_keeps_its_names() {
    let body = "let mut list = vec![text.len()]; if let Some(first) = list.first_mut() { *first += other.length; } \
                match text { same if same.is_empty() => list.push(1), _ => return drop(text) } \
                for item in &list { log(|value| value.trim(), S { item, ..make() }); } list.iter().map(|n| n + 1).sum()";
    let mut cut_off = 0;
    for end in 0..body.len() {
        let (typed, mut open) = (&body[..end], Vec::new());
        for character in typed.chars() {
            match character {
                '(' => open.push(')'),
                '[' => open.push(']'),
                '{' => open.push('}'),
                ')' | ']' | '}' => _ = open.pop(),
                _ => {}
            }
        }
        let closed: String = open.into_iter().rev().collect();
        let item = format!("fn f(text: String, other: &T) -> usize {{ {typed}{closed} }}");
        let item: TokenStream = item.parse().expect("what is closed can be read");
        let output = traced(item.clone());
        let mut kept = names(output.clone()).into_iter();
        let lost = names(item.clone()).into_iter().find(|name| !kept.any(|other| other == *name));
        assert_eq!(lost, None, "{typed}: {output}");
        if typed.ends_with('.') && !typed.ends_with("..") {
            cut_off += 1;
            let braces = item.into_iter().last().expect("a function has a body").to_string();
            let inside = braces.trim_start_matches('{').trim();
            assert!(output.to_string().ends_with(inside), "{typed}: {output}");
        }
    }
    assert!(cut_off > 8, "names are cut off behind a dot: {cut_off}");
}
