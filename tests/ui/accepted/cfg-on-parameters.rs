#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn configured(#[cfg(any())] missing: Missing, #[cfg(all())] text: String) -> usize {
    text.len()
}

#[trace_memory]
fn silenced(#[allow(unused)] extra: String, (_, text): (u32, String)) -> usize {
    text.len()
}

/// Tails of which the compiler takes some away.
#[trace_memory]
fn tails(list: &std::sync::Mutex<Option<String>>) -> usize {
    if true {
        #[cfg(all())]
        if let Ok(mut found) = list.lock() {
            if let Some(text) = found.as_mut() {
                text.push('a');
            }
        }
        #[cfg(any())]
        if let Some(text) = list.lock().as_mut() {
            text.missing();
        }
    }
    #[cfg(all())]
    match list.lock() {
        Ok(found) => found.as_ref().map_or(0, String::len),
        Err(_) => 0,
    }
    #[cfg(any())]
    match list.lock() {
        Missing(found) => found,
    }
}

fn main() {
    assert_eq!(tails(&std::sync::Mutex::new(Some(String::from("b")))), 2);
    assert_eq!(configured(String::from("a")), 1);
    assert_eq!(silenced(String::new(), (1, String::from("a"))), 1);
}
