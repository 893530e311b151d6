//! Where the attribute goes, in text that is written for it to be hard.

use super::{Crate, How, IN_MACRO, Mark, Source};

fn traced(text: &str) -> String {
    let (source, krate) = (Source::parse(text).expect("it is Rust"), Crate::named("t"));
    let mut edit = source.edit(&krate);
    edit.trace(&|_, _| How::Whole);
    let text = edit.finish().replace("#[::t::trace_memory(crate = ::t)]", "@");
    text.replace("#[::t::trace_memory(crate = ::t, inserted = ", "@(")
}

/// Lines and columns of each `fn`, but those that the attribute stands before.
fn places(text: &str) -> Vec<(usize, usize)> {
    let lines = text.lines().enumerate();
    lines.flat_map(|(line, text)| text.match_indices("fn ").map(move |(column, _)| (line, column))).collect()
}

#[test]
fn it_goes_behind_the_token_before() {
    let cases = [
        ("use a::b;\n\nfn f() {}\n", "use a::b; @\n\nfn f() {}\n"),
        ("use a::b; // why\n\nfn f() {}\n", "use a::b; @ // why\n\nfn f() {}\n"),
        (
            "impl X {\n    /// Docs.\n    pub fn f() {}\n}\n",
            "impl X { @\n    /// Docs.\n    pub fn f() {}\n}\n",
        ),
        ("/** a\n b */\n#[inline]\n/// c\nfn f() {}\n", "/** a\n b */\n#[inline] @\n/// c\nfn f() {}\n"),
        ("//! Docs.\n\nfn f() {}\n", "//! Docs.\n@ \nfn f() {}\n"),
        ("/*! Docs. */\nfn f() {}\n", "/*! Docs. */ @\nfn f() {}\n"),
        ("//! Docs.\n// more\nfn f() {}\n", "//! Docs.\n@ // more\nfn f() {}\n"),
        ("#!/bin/x\n\nfn f() {}\n", "#!/bin/x\n@ \nfn f() {}\n"),
        ("\u{feff}// ä\nfn f() {}\n", "\u{feff}@ // ä\nfn f() {}\n"),
        ("trait T {\n    fn f();\n    fn g() {}\n}\n", "trait T {\n    fn f(); @\n    fn g() {}\n}\n"),
        ("impl T for X {\n    default fn f() {}\n}\n", "impl T for X { @\n    default fn f() {}\n}\n"),
        ("fn f() {\n    fn g() {}\n}\n", "@(49)] fn f() { @\n    fn g() {}\n}\n"),
        (
            "#![warn(x)]\npub(crate) unsafe extern \"C\" fn f() {}",
            "#![warn(x)] @\npub(crate) unsafe extern \"C\" fn f() {}",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(traced(text), expected);
    }
}

#[test]
fn columns_shift_only_where_a_function_shares_its_line() {
    let text = "mod m { fn a() {} fn b() {} }\nfn c() {}\n\n#[x] fn d() {}\n";
    let expected = "mod m { @(49)] fn a() {} @(98)] fn b() {} } @\nfn c() {}\n\n#[x] @(49)] fn d() {}\n";
    assert_eq!(traced(text), expected);
    // Inside of a function, nothing can be told of what is behind.
    assert_eq!(
        traced("use a;\nfn f() {\n    fn g() {} g()\n}\n"),
        "use a; @\nfn f() { @\n    fn g() {} g()\n}\n"
    );
    assert_eq!(traced("use a;\nfn f() { fn g() {} g() }\n"), "use a; @\nfn f() { fn g() {} g() }\n");
    let text = "struct A;\n\nimpl A {\n    fn a(&self) {}\n\n    #[inline]\n    // x\n    fn b() {}\n}\n";
    assert_eq!(places(text), places(&traced(text)));
}

#[test]
fn some_are_left_alone() {
    let text = "const fn a() {}\nextern \"C\" fn b(_: u8, ...) {}\n#[unsafe(naked)] extern \"C\" fn c() {}\n\
                unsafe impl core::alloc::GlobalAlloc for X { unsafe fn alloc(&self) {} }\n\
                #[rustversion::attr(since(1.83), const)] fn h() {}\n#[const_fn(nightly)] fn i() {}\n\
                make! { fn d() {} mod z { fn $e(_: fn(u8)) {} } }\n#[trace_memory] fn f() {}\nfn g() {}\n";
    let source = Source::parse(text).expect("it is Rust");
    let krate = Crate::default();
    let mut edit = source.edit(&krate);
    let functions = edit.trace(&|_, function| match function.name.as_str() {
        "g" => How::Left("unwanted".to_owned()),
        _ => How::Whole,
    });
    assert_eq!(edit.finish(), text);
    let left: Vec<(&str, usize)> = functions.left.iter().map(|(why, count)| (why.as_str(), *count)).collect();
    let expected = [
        ("`const fn`", 1),
        ("made `const` by an attribute", 2),
        ("naked", 1),
        ("part of an allocator", 1),
        ("unwanted", 1),
        ("variadic", 1),
        (IN_MACRO, 2),
    ];
    assert_eq!(left, expected);
    assert_eq!((functions.traced, functions.all()), (1, 10));
}

#[test]
fn a_const_of_an_attribute_is_seen() {
    let made = ["#[rustversion::attr(since(1.64), const)]", "#[const_fn]", "#[a::const_fn(feature = \"x\")]"]
        .into_iter()
        .chain(["#[cfg_attr(unix, inline, const_fn)]", "#[maybe(x, (y, const))]"]);
    for attribute in made {
        let source = Source::parse(&format!("{attribute}\nfn f() {{}}\n")).expect("it is Rust");
        assert_eq!(source.functions()[0].left, Some("made `const` by an attribute"), "{attribute}");
    }
    let others =
        ["#[cfg(const_fn)]", "#[cfg_attr(const_fn, inline)]", "#[warn(clippy::missing_const_for_fn)]"]
            .into_iter()
            .chain(["#[doc = \"const\"]", "/// const", "#[inline(constant)]", "#[x = \"const\"]"]);
    for attribute in others {
        let source = Source::parse(&format!("{attribute}\nfn f() {{}}\n")).expect("it is Rust");
        assert_eq!(source.functions()[0].left, None, "{attribute}");
    }
}

#[test]
fn marks_are_where_the_compiler_sees_them() {
    let text = "\u{feff}/// ä\nfn f() {}\r\n\nmod ö { fn main() {} fn h() {} }\nfn i() {}\n";
    let (source, krate) = (Source::parse(text).expect("it is Rust"), Crate::named("t"));
    let mut edit = source.edit(&krate);
    let functions = edit.trace(&|number, _| match number {
        1 => How::Frame,
        2 => How::Left(String::new()),
        _ => How::Whole,
    });
    assert_eq!((functions.traced, functions.frames, functions.all()), (2, 1, 4));
    let (text, marks) = edit.finish_with_marks();
    let expected = [(0, 1, 1), (1, 4, 9), (3, 4, 116)];
    let expected = expected.map(|(function, line, column)| Mark { function, line, column });
    assert_eq!(marks, expected, "{text}");
    let text = text.trim_start_matches('\u{feff}');
    for mark in marks {
        let line = text.lines().nth(mark.line - 1).expect("it has the line");
        let rest: String = line.chars().skip(mark.column - 1).collect();
        assert!(rest.starts_with("#[::t::trace_memory(crate"), "{line}");
    }
    assert!(text.contains("#[::t::trace_memory(crate = ::t, locals = none, allocator = none, inserted = "));
}

#[test]
fn lines_are_those_of_the_file() {
    let source = Source::parse("#!/bin/x\n\n/// Docs.\npub fn f() {\n}\n").expect("it is Rust");
    assert_eq!(source.functions()[0].lines, 4..=5);
}

#[test]
fn modules_and_files_are_found() {
    let text = "mod a;\nmod r#b { #[cfg(x)] mod c; #[path = \"d\"] mod e { mod f; } }\n\
                #[cfg_attr(unix, path = \"u.rs\")] mod g;\nif_any! { if #[cfg(y)] { mod h; } else { mod i { mod j; } } }\n\
                include!(\"k.rs\");\n";
    let source = Source::parse(text).expect("it is Rust");
    let modules = source.modules().iter().map(|module| {
        let inside = module.inside.join("/");
        format!("{inside}>{} {}{}", module.name, module.paths.join(","), module.conditions.join(","))
    });
    let expected = [">a ", "b>c x", "b/d>f ", ">g u.rs", ">h ", "i>j "];
    assert_eq!(modules.collect::<Vec<_>>(), expected);
    assert_eq!(source.includes(), ["k.rs"]);
}

#[test]
fn allocators_are_wrapped() {
    let text = "mod m { #![cfg(unix)] #[cfg(a = \"b\")] #[global_allocator]\nstatic A: x::Y<u8> = x::Y::new(1); }\n\
                #[cfg_attr(any(c, d), global_allocator)] static B: X = X;\n";
    let source = Source::parse(text).expect("it is Rust");
    let conditions: Vec<&[String]> = source.allocators().iter().map(|found| &found.conditions[..]).collect();
    assert_eq!(conditions, [&["unix", "a = \"b\""][..], &["any (c , d)"]]);
    let krate = Crate::default();
    let mut edit = source.edit(&krate);
    edit.wrap_allocators();
    edit.install_allocator("x");
    let expected = text
        .replace("x::Y<u8> =", "::trace_memory::Alloc<x::Y<u8>> =")
        .replace("x::Y::new(1)", "::trace_memory::Alloc::new(x::Y::new(1))")
        .replace("B: X = X", "B: ::trace_memory::Alloc<X> = ::trace_memory::Alloc::new(X)");
    let installed = "\n#[cfg(x)] #[global_allocator] static __TRACE_MEMORY_ALLOCATOR: ::trace_memory::Alloc = \
                     ::trace_memory::Alloc::system();\n";
    assert_eq!(edit.finish(), expected + installed);
}
