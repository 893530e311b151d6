//! Makes a crate of each program, and builds it.
//!
//! The crates are written below the target folder, each a workspace of its own. So a tool that does not build, or cannot
//! be fetched, is left out alone; no tool is a dependency of this workspace, whose lock file and lints know nothing of
//! them; and no feature that one asks for is switched on in another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::variants::Program;

/// A file of the programs, and its text.
const FILES: [(&str, &str); 5] = [
    ("main.rs", include_str!("../programs/main.rs")),
    ("harness.rs", include_str!("../programs/harness.rs")),
    ("small.rs", include_str!("../programs/small.rs")),
    ("document.rs", include_str!("../programs/document.rs")),
    ("index.rs", include_str!("../programs/index.rs")),
];

/// Where crates are written and built.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Next to the profile that this program was built for.
    pub(crate) fn new() -> Self {
        let this = std::env::current_exe().expect("a program knows its own path");
        let profile = this.parent().expect("a program is in a folder");
        Self(profile.with_file_name("trace-memory-benches"))
    }

    /// A folder for what the programs write.
    pub(crate) fn scratch(&self) -> PathBuf {
        let scratch = self.0.join("scratch");
        fs::create_dir_all(&scratch).expect("the target folder takes folders");
        scratch
    }

    /// Where the results go, if nothing else is asked for.
    pub(crate) fn results(&self) -> PathBuf {
        self.0.join("results.json")
    }

    /// Builds the program; what Cargo says if it cannot.
    pub(crate) fn build(&self, program: &Program) -> Result<PathBuf, String> {
        let package = format!("bench-{}", program.name);
        let folder = self.0.join(&package);
        write(&folder, &package, program);
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--release", "--quiet", "--color", "never"]).current_dir(&folder);
        cargo.env("CARGO_TARGET_DIR", self.0.join("target")).env_remove("RUSTFLAGS");
        let output = cargo.output().expect("Cargo runs the benchmark");
        if output.status.success() {
            let name = format!("{package}{}", std::env::consts::EXE_SUFFIX);
            Ok(self.0.join("target/release").join(name))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

fn write(folder: &Path, package: &str, program: &Program) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("runtime");
    let dependencies =
        program.dependencies.replace("{runtime}", &format!("{:?}", runtime.display().to_string()));
    let manifest = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         rustix = {{ version = \"1.1\", features = [\"time\", \"use-libc\"] }}\n{dependencies}\n\n[workspace]\n",
    );
    let put = |path: &str, text: &str| {
        let path = folder.join(path);
        // What has not changed is not built again.
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(&path, text).expect("the target folder takes files");
        }
    };
    fs::create_dir_all(folder.join("src")).expect("the target folder takes folders");
    put("Cargo.toml", &manifest);
    for (name, text) in FILES {
        put(&format!("src/{name}"), &marked(text, program));
    }
    put("src/tool.rs", &program.tool());
    if program.by_hand {
        let main = format!("{}\n#[global_allocator]\nstatic ALLOC: tool::Alloc = tool::Alloc;\n", FILES[0].1);
        put("src/main.rs", &main);
    }
}

/// The text with the tool's attributes in place of the marks; or with records, where they are written by hand.
fn marked(text: &str, program: &Program) -> String {
    let mut lines = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let local = code.strip_prefix("// local: ").filter(|_| program.by_hand);
        let shown = code.strip_prefix("// shown: ").filter(|_| program.by_hand);
        if code == "// traced" {
            open = program.by_hand;
            lines.push(format!("{indent}{}", program.attribute));
        } else if let Some(local) = local {
            lines.push(format!("{indent}let _{local} = crate::tool::Local::bind({number}, &{local});"));
        } else if let Some(shown) = shown {
            lines.push(format!("{indent}crate::tool::show({number}, &{shown});"));
        } else {
            lines.push(line.to_owned());
        }
        if open && line.ends_with('{') {
            open = false;
            lines.push(format!("{indent}    let _frame = crate::tool::Frame::enter({number});"));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::marked;
    use crate::variants::programs;

    const TEXT: &str = "// traced\nfn f() {\n    let x = 1;\n    // local: x\n}\n";

    #[test]
    fn marks_become_attributes_or_records() {
        let text = |name| {
            let programs = programs();
            marked(TEXT, programs.iter().find(|program| program.name == name).expect("it is there"))
        };
        assert_eq!(text("plain"), TEXT.replace("// traced", ""));
        assert_eq!(text("stats_alloc"), TEXT.replace("// traced", ""));
        assert_eq!(text("trace_memory"), TEXT.replace("// traced", "#[trace_memory::trace_memory]"));
        assert_eq!(
            text("floor"),
            "\nfn f() {\n    let _frame = crate::tool::Frame::enter(1);\n    let x = 1;\n    \
             let _x = crate::tool::Local::bind(3, &x);\n}\n"
        );
    }
}
