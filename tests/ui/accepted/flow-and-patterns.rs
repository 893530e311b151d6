//! Patterns in parameters, constants in patterns, calls that never come back, and locals that are there under a condition.

extern crate trace_memory;

#[trace_memory::trace_memory]
fn push((_, ref mut list): (String, Vec<u8>)) -> usize {
    list.push(1);
    list.len()
}

#[trace_memory::trace_memory]
fn grown() -> usize {
    let grow = |ref mut text: String| {
        text.push('x');
        text.len()
    };
    grow(String::new())
}

const LIMIT: u8 = 2;

#[trace_memory::trace_memory]
fn constants(number: u8) -> &'static str {
    match number {
        LIMIT => "limit",
        0..=9 => "digit",
        _ => "other",
    }
}

#[trace_memory::trace_memory]
fn stop(text: String) -> ! {
    println!("{text}");
    std::process::exit(2);
}

#[trace_memory::trace_memory]
fn late(number: u8) -> String {
    let text;
    let moved = String::from("moved");
    if number == 0 {
        text = String::from("set");
    } else {
        drop(moved);
        stop(String::from("stop"));
    }
    if number > 1 {
        let never: String = todo!();
        drop(never);
    }
    text + &moved
}

#[trace_memory::trace_memory]
fn conditional(list: &[u8]) -> usize {
    #[cfg(not(feature = "none"))]
    let text = String::from("text");
    #[cfg(feature = "none")]
    let text = 1u8;
    let lengths = list.iter().map(|number| {
        #[cfg(not(feature = "none"))]
        let own = number.to_string();
        #[cfg(feature = "none")]
        let own = text;
        own.len()
    });
    lengths.sum::<usize>() + text.len()
}

fn main() {
    println!("{} {}", push((String::new(), vec![2])), grown());
    println!("{} {} {}", constants(1), constants(2), constants(10));
    println!("{} {}", late(0), conditional(&[1, 22]));
    late(1);
}
