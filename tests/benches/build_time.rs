//! What the attribute costs at build time: 2,000 functions of ordinary size, plain, with `#[trace_memory]`, and with
//! `#[tracing::instrument]`.
//!
//! `cargo bench -p trace-memory-tests --bench build_time`; the functions are those of `programs/drops_ordinary.rs`, in as
//! many modules as it takes. Each figure is the least of [`ROUNDS`], in time of the processors.
#![allow(clippy::print_stdout, reason = "it is a benchmark")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use trace_memory_tests::corpus::source;
use trace_memory_tests::{cargo, profile_folder, workspace};

const FUNCTIONS: usize = 2_000;
const ROUNDS: usize = 3;
const ATTRIBUTE: &str = "#[trace_memory]";

/// A crate, and what stands in place of the attribute in it.
struct Variant {
    name: &'static str,
    attribute: &'static str,
    dependency: String,
}

fn variants() -> [Variant; 3] {
    let runtime = workspace().join("runtime").display().to_string();
    [
        Variant { name: "plain", attribute: "", dependency: String::new() },
        Variant {
            name: "trace_memory",
            attribute: "#[trace_memory::trace_memory]",
            dependency: format!("trace-memory = {{ path = {runtime:?} }}"),
        },
        Variant {
            name: "instrument",
            attribute: "#[tracing::instrument(skip_all)]",
            dependency: "tracing = \"0.1.44\"".to_owned(),
        },
    ]
}

/// Writes the crate.
fn write(root: &Path, variant: &Variant, text: &str) -> PathBuf {
    let folder = root.join(variant.name);
    let modules = FUNCTIONS.div_ceil(text.matches(ATTRIBUTE).count());
    let text = text.replace("use trace_memory::trace_memory;", "").replace(ATTRIBUTE, variant.attribute);
    let text = text.replace("#![deny(warnings)]", "#![allow(warnings)]");
    fs::create_dir_all(folder.join("src")).expect("the target folder takes folders");
    let manifest = format!(
        "[package]\nname = \"build-time-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n\
         [workspace]\n",
        variant.name, variant.dependency
    );
    let put = |path: &str, text: &str| fs::write(folder.join(path), text).expect("it takes files");
    put("Cargo.toml", &manifest);
    put(
        "src/lib.rs",
        &(0..modules).map(|module| format!("pub mod m{module};")).collect::<Vec<_>>().join("\n"),
    );
    for module in 0..modules {
        put(&format!("src/m{module}.rs"), &text);
    }
    folder
}

/// What the processes that this one has waited for took of the processors' time: other work on the machine matters less
/// for it than for the time that passes. Elsewhere than on Linux, that is taken.
fn spent(start: Instant) -> Duration {
    /// Ticks of the fields in `/proc/self/stat` for a second, see `proc(5)`.
    const TICKS: u64 = 100;
    let told = fs::read_to_string("/proc/self/stat").ok();
    let ticks = told.and_then(|told| {
        let fields = told.rsplit_once(") ")?.1.split(' ');
        let children = fields.skip(13).take(2).map(|field| field.parse::<u64>().ok());
        children.sum::<Option<u64>>()
    });
    ticks.map_or_else(|| start.elapsed(), |ticks| Duration::from_millis(ticks * 1000 / TICKS))
}

/// The least time that Cargo takes for the crate itself.
fn time(folder: &Path, command: &str) -> Duration {
    let run = || {
        let mut cargo = cargo();
        cargo.arg(command).arg("--quiet").current_dir(folder).env("CARGO_INCREMENTAL", "0");
        cargo.env_remove("RUSTFLAGS").env("CARGO_TARGET_DIR", folder.join("target"));
        assert!(cargo.status().expect("Cargo runs the benchmark").success(), "{} builds", folder.display());
    };
    // What it depends on.
    run();
    let start = Instant::now();
    let rounds = (0..ROUNDS).map(|_| {
        let lib = folder.join("src/lib.rs");
        fs::write(&lib, fs::read_to_string(&lib).expect("it is there")).expect("it can be written again");
        let before = spent(start);
        run();
        spent(start).saturating_sub(before)
    });
    rounds.min().expect("there are rounds")
}

fn main() {
    let root = profile_folder().with_file_name("build-time");
    let text = fs::read_to_string(source("drops_ordinary")).expect("the program is there");
    println!("{FUNCTIONS} functions     check   ratio     build   ratio");
    let mut plain = None;
    for variant in variants() {
        let folder = write(&root, &variant, &text);
        let (check, build) = (time(&folder, "check"), time(&folder, "build"));
        let (plain_check, plain_build) = *plain.get_or_insert((check, build));
        println!(
            "{:<14} {:>8.2} s {:>6.2} {:>8.2} s {:>6.2}",
            variant.name,
            check.as_secs_f64(),
            check.as_secs_f64() / plain_check.as_secs_f64(),
            build.as_secs_f64(),
            build.as_secs_f64() / plain_build.as_secs_f64(),
        );
    }
}
