//! Every example, run as a reader would, against what it is expected to print.

use std::path::Path;

use trace_memory_tests::{Program, golden, scratch};

fn tree_of(name: &str) {
    let run = Program::example(name).env("TRACE_MEMORY", "tree").env("TRACE_MEMORY_STABLE", "1").run();
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    golden(&run.stderr, Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.stderr")));
}

#[test]
fn stack_and_heap() {
    tree_of("stack_and_heap");
}

#[test]
fn drop_order() {
    tree_of("drop_order");
}

#[test]
fn drop_order_is_the_programs_own() {
    let (run, trace) = Program::example("drop_order").trace();
    let logged = run.logged_drops();
    assert!(logged.len() > 20, "the program logs its drops: {logged:?}");
    assert_eq!(trace.drops(), logged);
    let uncertain = trace.events("drop").filter(|event| event["certain"] != true).count();
    assert_eq!(uncertain, 0);
}

#[test]
fn json_stats_reads_what_it_makes() {
    let file = scratch("in.json");
    let made =
        Program::example("json_stats").env("TRACE_MEMORY", "off").arg("--make").arg("1").arg(&file).run();
    assert_eq!((made.status, made.stderr.as_str()), (Some(0), ""));
    let plain = Program::example("json_stats").env("TRACE_MEMORY", "off").arg(&file).run();
    let (traced, trace) = Program::example("json_stats").arg(&file).trace();
    assert_eq!(traced.stdout, plain.stdout, "the trace changes nothing");
    assert_eq!(trace.end()["lost"], 0);
    let records =
        trace.events("enter").filter(|event| event["fn"] == "json_stats::statistics::of_record").count();
    assert!(traced.stdout.starts_with(&format!("records:      {records}\n")), "{}", traced.stdout);
}
