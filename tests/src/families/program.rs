//! Many functions in one program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::generate::Case;
use crate::compiler::{Attribute, Compiled, Compiler};
use crate::scratch;

const SUPPORT: &str = include_str!("../../families/support.rs");

/// What is compiled: functions, some of which are left out. Each keeps its lines.
#[derive(Debug)]
pub struct Bench<'c> {
    cases: &'c [Case],
    /// The functions that are left out, each as often as it has lines.
    blank: BTreeMap<usize, usize>,
}

impl<'c> Bench<'c> {
    /// A program of functions of one edition.
    #[must_use]
    pub fn new(cases: &'c [Case]) -> Self {
        Self { cases, blank: BTreeMap::new() }
    }

    /// Leaves a function out.
    pub fn leave_out(&mut self, case: usize) {
        self.blank.insert(case, module(&self.cases[case]).lines().count());
    }

    /// A program of these functions only.
    #[must_use]
    pub fn beginning(&self, kept: &[usize]) -> Self {
        let mut beginning = Self { cases: self.cases, blank: BTreeMap::new() };
        (0..self.cases.len()).filter(|case| !kept.contains(case)).for_each(|case| beginning.leave_out(case));
        beginning
    }

    /// The functions that are in.
    #[must_use]
    pub fn present(&self) -> Vec<usize> {
        (0..self.cases.len()).filter(|case| !self.blank.contains_key(case)).collect()
    }

    /// The first line of each function, counted from 1, and of what follows them.
    #[must_use]
    pub fn starts(&self) -> Vec<usize> {
        let mut starts = vec![SUPPORT.lines().count() + 1];
        for case in self.cases {
            let last = starts.last().copied().unwrap_or_default();
            starts.push(last + module(case).lines().count());
        }
        starts
    }

    /// The source text.
    #[must_use]
    pub fn source(&self) -> String {
        let mut text = SUPPORT.to_owned();
        for (at, case) in self.cases.iter().enumerate() {
            match self.blank.get(&at) {
                Some(lines) => text += &"\n".repeat(*lines),
                None => text += &module(case),
            }
        }
        text += "fn main() {\n    support::quiet();\n";
        for at in self.present() {
            let name = &self.cases[at].name;
            text.extend(["    support::run(\"", name, "\", ", name, "::run);\n"]);
        }
        text + "}\n"
    }

    /// Compiles it.
    ///
    /// # Panics
    ///
    /// If the file cannot be written.
    #[must_use]
    pub fn compiled(&self, attribute: Attribute) -> Compiled {
        let edition = self.cases.first().map_or("2024", |case| case.edition);
        let source = scratch("families.rs");
        fs::write(&source, self.source()).expect("the target folder takes files");
        let rustc = Compiler::rustc(&source, edition, attribute);
        let compiled = rustc.args(["-Wunused", "-Cdebuginfo=0"]).link();
        discard(&source);
        compiled
    }
}

/// Removes what is in the folder of a file, which is nobody else's: a long run would fill the disk.
pub(super) fn discard(file: &Path) {
    if let Some(folder) = file.parent() {
        // What is left is removed by a later run.
        let _ = fs::remove_dir_all(folder);
    }
}

/// A function as a module of its own.
fn module(case: &Case) -> String {
    let Case { name, shape, source, .. } = case;
    let source: Vec<&str> = source.lines().filter(|line| !line.trim().is_empty()).collect();
    format!("mod {name} {{\n// {shape}\nuse super::support::*;\n{}\n}}\n", source.join("\n"))
}

/// A file with one function in it, for whoever wants to look at it.
///
/// # Panics
///
/// If it cannot be written.
#[must_use]
pub fn alone(case: &Case) -> PathBuf {
    let path = scratch(&format!("{}_{}.rs", case.name, case.edition));
    fs::write(&path, Bench::new(std::slice::from_ref(case)).source()).expect("the target folder takes files");
    path
}
