//! A Cargo workspace of generated programs, built with the attribute and without.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::generator::Function;
use crate::{cargo, workspace};

/// How often each function runs, with other decisions each time.
pub const ROUNDS: usize = 3;

const SUPPORT: &str = include_str!("../../programs/oracle_support.rs");

const PROFILE: &str = "[profile.dev]\ndebug = false\nopt-level = 0\nincremental = false\n\n\
    [profile.dev.package.trace-memory]\nopt-level = 2\n";

const HEAD: &str = r#"#![allow(warnings, reason = "generated code is odd")]
use drop_oracle_support::*;
use std::future::Future;
use std::mem::{self, ManuallyDrop};
use std::pin::Pin;
use std::rc::Rc;

#[cfg(feature = "traced")]
#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

"#;

/// Functions that make up one program.
#[derive(Clone, Debug)]
pub struct Bin {
    /// The edition it is compiled in.
    pub edition: &'static str,
    /// Its name, which no other program has.
    pub name: String,
    /// What it calls, in order.
    pub functions: Vec<Function>,
}

impl Bin {
    /// Its source text.
    #[must_use]
    pub fn source(&self) -> String {
        let mut text = HEAD.to_owned();
        for function in &self.functions {
            let _ = writeln!(text, "{}", function.source);
        }
        let _ = writeln!(text, "fn main() {{\n    for round in 0..{ROUNDS} {{");
        for Function { name, .. } in &self.functions {
            let _ = writeln!(
                text,
                "        run(\"{name}\", round, || {{\n            let _ = {name}();\n        }});"
            );
        }
        text += "    }\n}\n";
        text
    }
}

/// The folder of the generated workspace.
#[derive(Clone, Debug)]
pub struct Package {
    root: PathBuf,
}

impl Package {
    /// Writes the programs below `root`, which is nobody else's.
    ///
    /// # Panics
    ///
    /// If files cannot be written.
    #[must_use]
    pub fn write(root: &Path, bins: &[Bin]) -> Self {
        let editions: Vec<&str> =
            ["2021", "2024"].into_iter().filter(|e| bins.iter().any(|b| b.edition == *e)).collect();
        let members: Vec<String> = editions.iter().map(|edition| format!("\"e{edition}\"")).collect();
        let members = members.join(", ");
        put(
            &root.join("Cargo.toml"),
            &format!("[workspace]\nresolver = \"3\"\nmembers = [\"support\", {members}]\n\n{PROFILE}"),
        );
        let lock = fs::read_to_string(workspace().join("Cargo.lock")).expect("the workspace has a lock file");
        if !root.join("Cargo.lock").exists() {
            put(&root.join("Cargo.lock"), &lock);
        }
        put(&root.join("support/Cargo.toml"), &manifest("drop-oracle-support", "2024", ""));
        put(&root.join("support/src/lib.rs"), SUPPORT);
        for edition in editions {
            let folder = root.join(format!("e{edition}"));
            let runtime = workspace().join("runtime");
            let dependencies = format!(
                "[features]\ntraced = [\"dep:trace-memory\"]\n\n[dependencies]\n\
                 drop-oracle-support = {{ path = \"../support\" }}\n\
                 trace-memory = {{ path = {:?}, optional = true }}\n",
                runtime.display().to_string()
            );
            put(
                &folder.join("Cargo.toml"),
                &manifest(&format!("drop-oracle-{edition}"), edition, &dependencies),
            );
            let sources = folder.join("src/bin");
            let wanted: Vec<&Bin> = bins.iter().filter(|bin| bin.edition == edition).collect();
            for entry in fs::read_dir(&sources).into_iter().flatten().flatten() {
                let stem = entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
                if wanted.iter().all(|bin| bin.name != stem) {
                    fs::remove_file(entry.path()).expect("what was written can be removed");
                }
            }
            for bin in wanted {
                put(&sources.join(&bin.name).with_extension("rs"), &bin.source());
            }
        }
        Self { root: root.to_owned() }
    }

    /// Builds all programs. Gives what the compiler says if one of them does not build.
    ///
    /// # Errors
    ///
    /// The compiler's messages.
    ///
    /// # Panics
    ///
    /// If Cargo cannot be started.
    pub fn build(&self, traced: bool) -> Result<(), String> {
        let mut cargo = cargo();
        cargo.args([
            "build",
            "--quiet",
            "--offline",
            "--workspace",
            "--bins",
            "--keep-going",
            "--target-dir",
        ]);
        cargo.arg(self.root.join(folder(traced))).current_dir(&self.root);
        if traced {
            cargo.arg("--features").arg("traced");
        }
        // What the tests themselves are built with says nothing about these programs.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PROFILE") || ["RUSTFLAGS", "CARGO_TARGET_DIR"].contains(&&*name) {
                cargo.env_remove(name);
            }
        }
        let built = cargo.output().expect("Cargo runs the tests, and so is there");
        if built.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&built.stderr).into_owned()) }
    }

    /// The program that was built.
    #[must_use]
    pub fn program(&self, bin: &Bin, traced: bool) -> PathBuf {
        let name = format!("{}{}", bin.name, env::consts::EXE_SUFFIX);
        self.root.join(folder(traced)).join("debug").join(name)
    }
}

fn folder(traced: bool) -> &'static str {
    if traced { "traced" } else { "plain" }
}

fn manifest(name: &str, edition: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\npublish = false\n\n{rest}"
    )
}

/// Writes a file, if it does not say the same already: Cargo goes by its time.
fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("files are in folders"))
        .expect("the target folder takes folders");
    fs::write(path, text).expect("the target folder takes files");
}
