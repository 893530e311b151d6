//! What becomes of a budget in a program that is no test.

use trace_memory_tests::{Program, Run};

const TOLD: &str = "error: `budgets_subject::text` allocated 1 time, its budget is 0\n \
     --> tests/programs/budgets_subject.rs:9:5\n  |\n\
     9 |     let text = number.to_string();\n  \
     |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 1 B, owner `text: String`\n  |\n  \
     = note: counted: this thread's own work, and that of threads it was told about with `Measurement::include`\n  \
     = note: budget set at tests/programs/budgets_subject.rs:7\n";

const NOT_INSTALLED: &str = "`trace_memory::Alloc` is not installed, so nothing can be counted; \
     add `#[global_allocator] static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();`";

fn subject(mode: &str, reaction: &str) -> Run {
    let program = Program::new(env!("CARGO_BIN_EXE_budgets_subject"));
    program.env("TRACE_MEMORY", mode).env("TRACE_MEMORY_STACK_ONLY", reaction).run()
}

/// What was said before the summary.
fn said(run: &Run) -> &str {
    run.stderr.split("memory summary").next().unwrap_or_default()
}

#[test]
fn a_function_is_told_once() {
    for mode in ["off", "summary"] {
        let run = subject(mode, "report");
        assert_eq!((run.status, run.stdout.as_str()), (Some(0), "3\n"), "{}", run.stderr);
        assert_eq!(said(&run).trim_end(), TOLD.trim_end(), "{mode}");
    }
}

#[test]
fn a_panic_ends_the_program() {
    for mode in ["off", "summary"] {
        let run = subject(mode, "panic");
        assert_eq!((run.status, run.stdout.as_str()), (Some(101), ""), "{}", run.stderr);
        assert!(run.stderr.contains(&format!("a function went over its budget\n{TOLD}")), "{}", run.stderr);
    }
}

#[test]
fn an_abort_ends_the_process() {
    let run = subject("off", "abort");
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (None, "", TOLD));
}

#[test]
fn nothing_passes_where_nothing_is_counted() {
    let run = Program::new(env!("CARGO_BIN_EXE_budgets_no_allocator")).env("TRACE_MEMORY", "off").run();
    assert_eq!((run.status, run.stdout.as_str()), (Some(101), "2\n"), "{}", run.stderr);
    assert!(run.stderr.starts_with(&format!("trace-memory: {NOT_INSTALLED}\n")), "{}", run.stderr);
    // Once for the budgets, once for `measure`.
    assert_eq!(run.stderr.matches(NOT_INSTALLED).count(), 2, "{}", run.stderr);
    assert!(
        run.stderr.contains(" panicked at tests/programs/budgets_no_allocator.rs:15:20:\n"),
        "{}",
        run.stderr
    );
}
