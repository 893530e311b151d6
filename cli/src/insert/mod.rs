//! Puts `#[trace_memory]` on the functions of a source file, as text: the rest stays as it is, byte for byte, each
//! on its line and, as a rule, in its column.

mod find;
mod place;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{AddAssign, RangeInclusive};

use proc_macro2::TokenStream;

use self::place::{Piece, Place};

/// A source file that was parsed.
///
/// ```
/// use cargo_trace_memory::insert::{Crate, How, Source};
///
/// let source = Source::parse("/// Adds.\npub fn add() {}\n\nconst fn two() {}\n").unwrap();
/// let krate = Crate::default();
/// let mut edit = source.edit(&krate);
/// let functions = edit.trace(&|_, _| How::Whole);
/// let text = edit.finish();
/// assert_eq!(text, "#[::trace_memory::trace_memory] /// Adds.\npub fn add() {}\n\nconst fn two() {}\n");
/// assert_eq!((functions.traced, functions.left["`const fn`"]), (1, 1));
/// ```
#[derive(Debug)]
pub struct Source {
    text: String,
    functions: Vec<Function>,
    modules: Vec<Module>,
    includes: Vec<String>,
    allocators: Vec<Allocator>,
    in_macros: usize,
}

/// A function with a body.
///
/// ```
/// let source = cargo_trace_memory::insert::Source::parse("fn main() {}").unwrap();
/// assert_eq!(source.functions()[0].name, "main");
/// ```
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, without a path.
    pub name: String,
    /// From the first word of its signature to the end of its body; counted from 1.
    pub lines: RangeInclusive<usize>,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// Why it is left alone, if it is.
    pub left: Option<&'static str>,
    /// Where the attribute goes, if it is not there.
    at: Option<Place>,
}

/// A `mod name;`.
///
/// ```
/// let source = cargo_trace_memory::insert::Source::parse("mod a { mod b; }").unwrap();
/// assert_eq!(source.modules()[0].name, "b");
/// assert_eq!(source.modules()[0].inside, ["a"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its name, without `r#`.
    pub name: String,
    /// The folders of the inline modules around it.
    pub inside: Vec<String>,
    /// What `#[path]` says, also under a `cfg_attr`.
    pub paths: Vec<String>,
    /// The conditions of the `cfg` attributes on it and around it.
    pub conditions: Vec<String>,
}

/// A static with `#[global_allocator]`.
///
/// ```
/// let text = "#[cfg(unix)]\n#[global_allocator]\nstatic A: X = X;";
/// let source = cargo_trace_memory::insert::Source::parse(text).unwrap();
/// assert_eq!(source.allocators()[0].conditions, ["unix"]);
/// ```
#[derive(Clone, Debug)]
pub struct Allocator {
    /// The name of the static.
    pub name: String,
    /// The conditions of the `cfg` attributes on it and around it.
    pub conditions: Vec<String>,
    ty: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
}

/// How the crate `trace-memory` is called where the attribute goes.
///
/// ```
/// use cargo_trace_memory::insert::Crate;
///
/// assert_eq!(Crate::default().attribute(""), "#[::trace_memory::trace_memory]");
/// assert_eq!(Crate::named("tm").attribute(""), "#[::tm::trace_memory(crate = ::tm)]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crate(String);

impl Default for Crate {
    fn default() -> Self {
        Self::named("trace_memory")
    }
}

impl Crate {
    /// By the name that the manifest gives it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.replace('-', "_"))
    }

    /// The attribute, with these options.
    #[must_use]
    pub fn attribute(&self, options: &str) -> String {
        let mut all = Vec::new();
        let krate = format!("crate = ::{}", self.0);
        if self.0 != "trace_memory" {
            all.push(krate.as_str());
        }
        all.extend(Some(options).filter(|options| !options.is_empty()));
        let all = if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) };
        format!("#[::{}::trace_memory{all}]", self.0)
    }

    /// The path of the allocator.
    #[must_use]
    pub fn allocator(&self) -> String {
        format!("::{}::Alloc", self.0)
    }
}

/// How much of a function is traced.
///
/// ```
/// use cargo_trace_memory::insert::How;
///
/// assert_ne!(How::Frame, How::Left("not wanted".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// All of it.
    Whole,
    /// Its frame, and what it does on the heap: `locals = none`.
    Frame,
    /// Nothing, for this reason.
    Left(String),
}

/// Where an attribute stands in the text with the attributes.
///
/// ```
/// use cargo_trace_memory::insert::{Crate, How, Source};
///
/// let source = Source::parse("mod m {\n    fn f() {}\n}\n").unwrap();
/// let krate = Crate::default();
/// let mut edit = source.edit(&krate);
/// edit.trace(&|_, _| How::Frame);
/// let (text, marks) = edit.finish_with_marks();
/// assert_eq!(text, "mod m { #[::trace_memory::trace_memory(locals = none)]\n    fn f() {}\n}\n");
/// assert_eq!((marks[0].function, marks[0].line, marks[0].column), (0, 1, 9));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which function it is of, as in [`Source::functions`].
    pub function: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column, in characters from 1, as the compiler counts them.
    pub column: usize,
}

/// How many functions there are, and which are left alone.
///
/// ```
/// let functions = cargo_trace_memory::insert::Functions::default();
/// assert_eq!(functions.all(), 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    /// Those that have the attribute now, and are traced whole.
    pub traced: usize,
    /// Those of which only the frame is traced.
    pub frames: usize,
    /// Those that have not, by the reason.
    pub left: BTreeMap<String, usize>,
}

impl Functions {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> usize {
        self.traced + self.frames + self.left.values().sum::<usize>()
    }

    /// Counts some that are left alone.
    pub fn leave(&mut self, reason: &str, count: usize) {
        if count > 0 {
            *self.left.entry(reason.to_owned()).or_default() += count;
        }
    }
}

impl AddAssign for Functions {
    fn add_assign(&mut self, other: Self) {
        self.traced += other.traced;
        self.frames += other.frames;
        other.left.iter().for_each(|(reason, count)| self.leave(reason, *count));
    }
}

/// The parser does not know the syntax of a file.
///
/// ```
/// assert!(cargo_trace_memory::insert::Source::parse("fn fn").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Why functions of a file are left alone that the parser cannot read.
pub const UNREADABLE: &str = "in a file that the parser cannot read";
/// Why functions in the tokens of a macro are left alone.
pub const IN_MACRO: &str = "written in a macro";

impl Source {
    /// Finds the functions of a file.
    ///
    /// # Errors
    ///
    /// Where the syntax is not known to the parser, as in a file that is part of an expression.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let told = |error: &dyn fmt::Display| Unreadable(error.to_string());
        // The offsets of tokens are counted from here.
        let start = place::skipped(text);
        let tokens: TokenStream = text[start..].parse().map_err(|error| told(&error))?;
        let file: syn::File = syn::parse2(tokens.clone()).map_err(|error| told(&error))?;
        let before = place::Places::new(text, start, tokens);
        let found = find::found(&file, &before);
        Ok(Self { text: text.to_owned(), ..found })
    }

    /// The functions with a body, in their order; not those in the tokens of macros.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The modules in files of their own.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The files that `include!` names.
    #[must_use]
    pub fn includes(&self) -> &[String] {
        &self.includes
    }

    /// The global allocators.
    #[must_use]
    pub fn allocators(&self) -> &[Allocator] {
        &self.allocators
    }

    /// Begins to change the file.
    #[must_use]
    pub fn edit<'a>(&'a self, krate: &'a Crate) -> Edit<'a> {
        Edit { source: self, krate, insertions: Vec::new() }
    }
}

/// A source file with what is put into it.
///
/// ```
/// use cargo_trace_memory::insert::{Crate, How, Source};
///
/// let source = Source::parse("fn f() {}\nfn g() {}\n").unwrap();
/// let krate = Crate::default();
/// let mut edit = source.edit(&krate);
/// edit.trace(&|number, _| if number == 0 { How::Left("not wanted".into()) } else { How::Whole });
/// assert_eq!(edit.finish(), "fn f() {} #[::trace_memory::trace_memory]\nfn g() {}\n");
/// ```
#[derive(Debug)]
pub struct Edit<'a> {
    source: &'a Source,
    krate: &'a Crate,
    insertions: Vec<(usize, Piece)>,
}

impl Edit<'_> {
    /// Puts the attribute on the functions, as `how` says of each, by its number.
    ///
    /// A `fn main` installs no allocator: see [`Edit::install_allocator`].
    pub fn trace(&mut self, how: &dyn Fn(usize, &Function) -> How) -> Functions {
        let mut functions = Functions::default();
        functions.leave(IN_MACRO, self.source.in_macros);
        for (number, function) in self.source.functions.iter().enumerate() {
            let how = function.left.map_or_else(|| how(number, function), |left| How::Left(left.to_owned()));
            match &how {
                How::Whole => functions.traced += 1,
                How::Frame => functions.frames += 1,
                How::Left(reason) => {
                    functions.leave(reason, 1);
                    continue;
                }
            }
            let Some(Place { at, shares_line }) = function.at else { continue };
            let options = match (&how, function.name.as_str()) {
                (How::Frame, "main") => "locals = none, allocator = none",
                (How::Frame, _) => "locals = none",
                (_, "main") => "allocator = none",
                _ => "",
            };
            self.insertions.push((at, Piece::Attribute { function: number, options, shares_line }));
        }
        functions
    }

    /// Makes the file's own global allocators those that are traced.
    pub fn wrap_allocators(&mut self) {
        for allocator in &self.source.allocators {
            let path = self.krate.allocator();
            self.insertions.extend([
                (allocator.ty.start, Piece::Text(format!("{path}<"))),
                (allocator.ty.end, Piece::Text(">".to_owned())),
                (allocator.value.start, Piece::Text(format!("{path}::new("))),
                (allocator.value.end, Piece::Text(")".to_owned())),
            ]);
        }
    }

    /// Adds the system's allocator at the end of the file, traced, where `condition` holds (`all()` always does).
    pub fn install_allocator(&mut self, condition: &str) {
        let path = self.krate.allocator();
        let item = format!(
            "\n#[cfg({condition})] #[global_allocator] static __TRACE_MEMORY_ALLOCATOR: {path} = {path}::system();\n"
        );
        self.insertions.push((self.source.text.len(), Piece::Text(item)));
    }

    /// The file as it is now.
    #[must_use]
    pub fn finish(self) -> String {
        self.finish_with_marks().0
    }

    /// The file as it is now, and where its attributes stand.
    #[must_use]
    pub fn finish_with_marks(self) -> (String, Vec<Mark>) {
        place::inserted(&self.source.text, self.krate, self.insertions)
    }
}

#[cfg(test)]
mod tests;
