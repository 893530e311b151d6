//! The text of values, and names that need care in JSON.

use trace_memory::trace_memory;

#[global_allocator]
static ALLOC: trace_memory::Alloc = trace_memory::Alloc::system();

#[derive(Debug)]
struct Point {
    x: i32,
    y: i32,
}

struct Mute;

fn main() {
    assert_eq!(shown(Point { x: 1, y: -2 }, "line\n\"quoted\" \\ \u{1b}[31m \u{202e}"), 24);
    renamed();
}

#[trace_memory(values)]
fn shown(point: Point, text: &str) -> usize {
    let mute = Mute;
    let r#type = [point.x, point.y];
    let größe = text.len();
    let list = vec![Some(größe), None];
    let Mute = mute;
    let moved = point;
    let _ = (moved, list.len());
    größe - r#type.len() + 1
}

#[trace_memory(name = "a \"name\"\twith\nevery \\ trick")]
fn renamed() {
    let _text = String::from("plain");
}
