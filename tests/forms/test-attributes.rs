//! Tests, with the attribute above and below.

use trace_memory::trace_memory;

#[test]
#[trace_memory]
fn below() {
    let text = String::from("a");
    assert_eq!(text.len(), 1);
}

#[trace_memory]
#[test]
fn above() {
    let text = String::from("a");
    assert_eq!(text.len(), 1);
}

#[test]
#[should_panic(expected = "too short")]
#[trace_memory]
fn panics_below() {
    let text = String::from("a");
    assert!(text.len() > 1, "too short: {text}");
}

#[trace_memory]
#[test]
#[should_panic]
fn panics_above() {
    let list: Vec<u8> = Vec::new();
    let _first = list[0];
}

#[test]
#[trace_memory]
#[should_panic]
fn does_not_panic() {
    let _text = String::from("a");
}

#[test]
#[trace_memory]
fn fails() {
    let text = String::from("a");
    assert_eq!(text, "b");
}

#[test]
#[trace_memory]
fn returns() -> Result<(), std::num::ParseIntError> {
    let text = String::from("7");
    let _number: u8 = text.parse()?;
    Ok(())
}

#[trace_memory]
#[test]
fn returns_an_error() -> Result<(), std::num::ParseIntError> {
    let text = String::from("seven");
    let _number: u8 = text.parse()?;
    Ok(())
}

#[trace_memory]
#[test]
#[ignore = "to be seen"]
fn ignored() {
    let _text = String::from("a");
}

#[tokio::test]
#[trace_memory]
async fn awaits_below() {
    let text = String::from("a");
    tokio::task::yield_now().await;
    assert_eq!(text.len(), 1);
}

#[trace_memory]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn awaits_above() {
    let text = String::from("a");
    tokio::task::yield_now().await;
    assert_eq!(text.len(), 1);
}

#[tokio::test]
#[should_panic]
#[trace_memory]
async fn panics_when_polled() {
    let text = String::from("a");
    tokio::task::yield_now().await;
    assert_eq!(text.len(), 2);
}
