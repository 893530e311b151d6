//! What is compared, and on what.

/// The cheapest sink of `TRACE_MEMORY` that keeps every event. Each run replaces the file of the one before.
pub(crate) const SINK: &str = "bin:trace.bin";
/// The same without locals.
const FRAMES_AND_HEAP: &str = "locals=off,bin:trace.bin";

/// A tool in the programs.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// What stands before each traced function.
    pub(crate) attribute: &'static str,
    /// Whether the records are written by hand instead.
    pub(crate) by_hand: bool,
    /// Lines of the manifest.
    pub(crate) dependencies: &'static str,
    /// Its `tool.rs`.
    source: &'static str,
}

impl Program {
    const PLAIN: Self = Self {
        name: "plain",
        attribute: "",
        by_hand: false,
        dependencies: "",
        source: include_str!("../programs/tools/plain.rs"),
    };

    /// The text of its `tool.rs`.
    pub(crate) fn tool(&self) -> String {
        let kept = "const KEPT: bool = true;";
        let reused = self.name == "floor_reused";
        if reused {
            self.source.replace(kept, &kept.replace("true", "false"))
        } else {
            self.source.to_owned()
        }
    }
}

/// All programs. The versions are those that the README's numbers are of.
pub(crate) fn programs() -> [Program; 9] {
    let floor = include_str!("../programs/tools/floor.rs");
    [
        Program::PLAIN,
        Program { name: "floor_reused", by_hand: true, source: floor, ..Program::PLAIN },
        Program { name: "floor", by_hand: true, source: floor, ..Program::PLAIN },
        Program {
            name: "trace_memory",
            attribute: "#[trace_memory::trace_memory]",
            dependencies: "trace-memory = { path = {runtime} }",
            source: include_str!("../programs/tools/trace_memory.rs"),
            ..Program::PLAIN
        },
        Program {
            name: "stats_alloc",
            dependencies: "stats_alloc = \"=0.1.10\"",
            source: include_str!("../programs/tools/stats_alloc.rs"),
            ..Program::PLAIN
        },
        Program {
            name: "dhat",
            dependencies: "dhat = \"=0.3.3\"",
            source: include_str!("../programs/tools/dhat.rs"),
            ..Program::PLAIN
        },
        Program {
            name: "hotpath",
            attribute: "#[hotpath::measure]",
            dependencies: "hotpath = { version = \"=0.30.3\", features = [\"hotpath\", \"hotpath-alloc\"] }",
            source: include_str!("../programs/tools/hotpath.rs"),
            ..Program::PLAIN
        },
        Program {
            name: "tracing",
            attribute: "#[tracing::instrument(skip_all)]",
            dependencies: "tracing = \"=0.1.44\"\ntracing-subscriber = { version = \"=0.3.23\", \
                           default-features = false, features = [\"registry\"] }",
            source: include_str!("../programs/tools/tracing.rs"),
            ..Program::PLAIN
        },
        Program {
            name: "fastrace",
            attribute: "#[fastrace::trace]",
            dependencies: "fastrace = { version = \"=0.7.19\", features = [\"enable\"] }",
            source: include_str!("../programs/tools/fastrace.rs"),
            ..Program::PLAIN
        },
    ]
}

/// A row of the table: a program, and how it is told to run.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) title: String,
    /// The name of its program.
    pub(crate) program: &'static str,
    /// `TRACE_MEMORY`, for the programs that read it.
    pub(crate) sink: &'static str,
    /// What it keeps of the events.
    pub(crate) keeps: &'static str,
}

/// The rows, in order. The first is what all are compared with.
pub(crate) fn variants() -> Vec<Variant> {
    let row = |title: &str, program, keeps| Variant { title: title.to_owned(), program, sink: "off", keeps };
    vec![
        row("plain", "plain", "–"),
        row("floor, buffer reused", "floor_reused", "overwritten"),
        row("floor, every event to a file", "floor", "all"),
        row("trace-memory, `off`", "trace_memory", "–"),
        Variant { sink: SINK, ..row("**trace-memory, `bin:PATH`**", "trace_memory", "all") },
        Variant {
            sink: FRAMES_AND_HEAP,
            ..row("trace-memory, `locals=off,bin:PATH`", "trace_memory", "frames, heap")
        },
        row("stats_alloc", "stats_alloc", "totals"),
        row("dhat", "dhat", "totals per place"),
        row("hotpath, with allocations", "hotpath", "totals per function"),
        row("tracing, registry", "tracing", "open spans"),
        row("fastrace, root span kept", "fastrace", "spans"),
    ]
}

/// The programs that are there whatever is asked for; only of these are instructions counted.
pub(crate) const ALWAYS: [&str; 4] = ["plain", "floor_reused", "floor", "trace_memory"];

/// A column of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) title: &'static str,
    /// Its name on the command line of the programs.
    pub(crate) name: &'static str,
    pub(crate) threads: u32,
    /// At most so many operations in a run; what is kept of them has to fit on the disk.
    pub(crate) most: u64,
    /// At least so many, and a multiple of it.
    pub(crate) least: u64,
    /// Nanoseconds of a unit of the column.
    pub(crate) unit: f64,
}

/// The columns, in order.
pub(crate) fn workloads() -> [Workload; 7] {
    let one = |title, name| Workload { title, name, threads: 1, most: 2_000_000, least: 10_000, unit: 1.0 };
    let two = |title, name| Workload { threads: 2, ..one(title, name) };
    [
        one("call", "calls"),
        two("call, 2 threads", "calls"),
        one("box", "pairs"),
        two("box, 2 threads", "pairs"),
        one("local", "locals"),
        Workload { most: 400, least: 20, unit: 1000.0, ..one("document, in µs", "document") },
        Workload { most: 1000, least: 20, unit: 1000.0, ..one("index, in µs", "index") },
    ]
}
