//! Programs compiled by themselves, against a runtime built with chosen features.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::{artifacts, cargo, profile_folder, rustc, scratch, workspace};

/// The runtime, as a library to link with.
#[derive(Debug)]
pub struct Runtime {
    library: PathBuf,
}

impl Runtime {
    /// Builds the runtime into a target folder of its own, named `folder`, as these arguments of Cargo say.
    ///
    /// # Panics
    ///
    /// If it does not build.
    #[must_use]
    pub fn build(folder: &str, arguments: &[&str]) -> Self {
        let mut cargo = cargo();
        cargo.current_dir(workspace()).args(["build", "--package", "trace-memory"]).args(arguments);
        cargo.args(["--quiet", "--target-dir"]).arg(profile_folder().with_file_name(folder));
        Self { library: artifacts(cargo).remove("trace_memory").expect("the runtime is built") }
    }

    /// Adds what a compiler needs to find it.
    ///
    /// # Panics
    ///
    /// Never: a library is in a folder.
    pub fn link(&self, compiler: &mut Command) {
        compiler.arg("--extern").arg(format!("trace_memory={}", self.library.display()));
        let dependencies = self.library.parent().expect("files are in folders").join("deps");
        compiler.arg("-L").arg(format!("dependency={}", dependencies.display()));
        // Without Cargo, `fn main` is that of a program.
        for name in ["CARGO_PKG_NAME", "CARGO_BIN_NAME", "CARGO_MANIFEST_DIR", "RUSTFLAGS"] {
            compiler.env_remove(name);
        }
    }

    /// Compiles the file, which messages call by its name alone.
    ///
    /// # Panics
    ///
    /// If the compiler is not there.
    #[must_use]
    pub fn compile(&self, file: &Path, edition: &str, options: &[&str]) -> Output {
        self.compile_by(rustc(), file, edition, options)
    }

    /// As [`compile`](Self::compile), by a compiler of your choice.
    ///
    /// # Panics
    ///
    /// If the compiler is not there.
    #[must_use]
    pub fn compile_by(&self, mut compiler: Command, file: &Path, edition: &str, options: &[&str]) -> Output {
        compiler.current_dir(file.parent().expect("files are in folders"));
        compiler.arg(format!("--edition={edition}")).args(["--crate-name=subject", "--color=never"]);
        compiler.arg(file.file_name().expect("files have names"));
        self.link(&mut compiler);
        if !options.iter().any(|option| option.starts_with("-o")) {
            compiler.arg("--out-dir").arg(scratch("out").with_file_name(""));
        }
        compiler.args(options).output().expect("the compiler is there")
    }

    /// Compiles a program to an executable file; the compiler's messages if it cannot.
    ///
    /// # Errors
    ///
    /// What the compiler says.
    ///
    /// # Panics
    ///
    /// If files cannot be written.
    pub fn program(
        &self,
        name: &str,
        text: &str,
        edition: &str,
        options: &[&str],
    ) -> Result<PathBuf, String> {
        let file = scratch(&format!("{name}.rs"));
        fs::write(&file, text).expect("the temporary folder takes files");
        let program = file.with_extension(std::env::consts::EXE_EXTENSION);
        let target = format!("-o{}", program.display());
        // They are many, and each has the whole of `std` in it.
        let output = self.compile(&file, edition, &[&[target.as_str(), "-Cstrip=symbols"], options].concat());
        if output.status.success() { Ok(program) } else { Err(message(&output)) }
    }
}

/// What a compiler said, without the paths of this machine and the lines of the runtime.
#[must_use]
pub fn message(output: &Output) -> String {
    let text =
        String::from_utf8_lossy(&output.stderr).replace(&workspace().display().to_string(), "$WORKSPACE");
    let lines = text.lines().map(|line| match line.split_once(".rs:") {
        Some((file, _)) if file.contains("--> runtime/src/") => format!("{file}.rs"),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}
