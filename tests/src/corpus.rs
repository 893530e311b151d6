//! The programs `drops_*`: as Cargo built them, with the trace; compiled with an attribute that changes
//! nothing; and as the compiler's MIR.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{profile_folder, rustc, scratch};

/// The programs, in the edition of the package that builds them.
#[derive(Clone, Copy, Debug)]
pub struct Corpus {
    edition: &'static str,
}

impl Corpus {
    /// The programs as the package `name` builds them.
    #[must_use]
    pub fn of_package(name: &str) -> Self {
        Self { edition: if name.ends_with("2021") { "2021" } else { "2024" } }
    }

    /// The edition.
    #[must_use]
    pub fn edition(self) -> &'static str {
        self.edition
    }

    /// The program as the package builds it.
    ///
    /// # Panics
    ///
    /// If the test does not run out of Cargo's target folder.
    #[must_use]
    pub fn traced(self, name: &str) -> PathBuf {
        let suffix = if self.edition == "2024" { String::new() } else { format!("_{}", self.edition) };
        profile_folder().join(format!("{name}{suffix}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The program compiled with an attribute that changes nothing.
    ///
    /// # Panics
    ///
    /// If it does not compile.
    #[must_use]
    pub fn plain(self, name: &str) -> PathBuf {
        let program = scratch(&format!("{name}{}", std::env::consts::EXE_SUFFIX));
        self.compile(&source(name), &program, &[without_the_trace()]);
        program
    }

    /// The MIR of a source file, compiled with an attribute that changes nothing.
    ///
    /// # Panics
    ///
    /// If it does not compile.
    #[must_use]
    pub fn mir(self, source: &Path) -> String {
        let output = scratch("program.mir");
        self.compile(source, &output, &["--emit=mir".to_owned(), without_the_trace()]);
        fs::read_to_string(output).expect("rustc writes UTF-8")
    }

    fn compile(self, source: &Path, output: &Path, options: &[impl AsRef<str>]) {
        let mut rustc = rustc();
        rustc.arg("--edition").arg(self.edition).arg("--cap-lints=allow");
        rustc.args(options.iter().map(AsRef::as_ref)).arg("-o").arg(output).arg(source);
        let compiled = rustc.output().expect("rustc is there");
        let message = String::from_utf8_lossy(&compiled.stderr);
        assert!(compiled.status.success(), "{}: {message}", source.display());
    }
}

/// The source of a program.
#[must_use]
pub fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs").join(name).with_extension("rs")
}

/// The option that names the attribute that changes nothing, which is compiled at first use.
pub(crate) fn without_the_trace() -> String {
    static ATTRIBUTE: OnceLock<PathBuf> = OnceLock::new();
    let attribute = ATTRIBUTE.get_or_init(|| {
        let library =
            scratch(&format!("{}trace_memory{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX));
        let options = ["--crate-type=proc-macro", "--crate-name=trace_memory", "--extern=proc_macro"];
        Corpus { edition: "2024" }.compile(&source("drops_plain"), &library, &options);
        library
    });
    format!("--extern=trace_memory={}", attribute.display())
}
