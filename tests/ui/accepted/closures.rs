#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn called_in_place() -> usize {
    let text = String::from("abc");
    let length = || text.len();
    let twice = |number: usize| {
        let doubled = number * 2;
        doubled
    };
    twice(length()) + text.len()
}

#[trace_memory]
fn moved() -> String {
    let text = String::from("abc");
    let take = move || {
        let mut longer = text;
        longer.push('d');
        longer
    };
    take()
}

#[trace_memory]
fn mutating() -> Vec<u32> {
    let mut list = Vec::new();
    let mut push = |number| list.push(number);
    push(1);
    push(2);
    list.push(3);
    list
}

#[trace_memory]
fn counter(start: u32) -> impl FnMut() -> u32 {
    let mut count = start;
    move || {
        count += 1;
        count
    }
}

#[trace_memory]
fn once<R>(f: impl FnOnce(String) -> R) -> R {
    let text = String::from("abc");
    f(text)
}

#[trace_memory]
fn inferred() -> Vec<usize> {
    let texts = vec![String::from("a"), String::from("bcd"), String::from("")];
    let mut lengths: Vec<_> = texts.iter().map(|text| text.len()).filter(|length| *length > 0).collect();
    lengths.sort_by(|left, right| right.cmp(left));
    lengths.sort_by_key(|length| {
        let key = *length;
        key
    });
    lengths
}

#[trace_memory]
fn late() -> usize {
    let length = |text| -> usize {
        let text: String = text;
        text.len()
    };
    length(String::from("late"))
}

#[trace_memory]
fn by_patterns() -> String {
    let join = |(left, right): (String, String), [first, ..]: [u8; 3]| {
        let mut all = left;
        all.push_str(&right);
        all.push(char::from(first));
        all
    };
    join((String::from("a"), String::from("b")), *b"cde")
}

#[trace_memory]
fn nested() -> usize {
    let outer = String::from("outer");
    let make = |inner: String| {
        let outer = &outer;
        move || {
            let both = format!("{outer}{inner}");
            both.len()
        }
    };
    make(String::from("inner"))()
}

#[trace_memory]
fn returns_inside() -> Option<u32> {
    let parse = |text: &str| {
        let number = text.parse::<u32>().ok()?;
        if number == 0 {
            return None;
        }
        Some(number + 1)
    };
    let first = parse("1")?;
    let second = parse("2")?;
    Some(first * second)
}

#[trace_memory]
fn immediately() -> Result<u32, std::num::ParseIntError> {
    let result = (|| {
        let number: u32 = "7".parse()?;
        Ok(number)
    })();
    result
}

#[trace_memory]
fn function_pointer() -> u32 {
    let add: fn(u32, u32) -> u32 = |left, right| {
        let sum = left + right;
        sum
    };
    add(1, 2)
}

#[trace_memory]
fn main() {
    assert_eq!(called_in_place(), 9);
    assert_eq!(moved(), "abcd");
    assert_eq!(mutating(), [1, 2, 3]);
    let mut count = counter(3);
    assert_eq!((count(), count()), (4, 5));
    assert_eq!(once(|text| text.len()), 3);
    assert_eq!(inferred(), [1, 3]);
    assert_eq!(late(), 4);
    assert_eq!(by_patterns(), "abc");
    assert_eq!(nested(), 10);
    assert_eq!(returns_inside(), Some(6));
    assert_eq!(immediately(), Ok(7));
    assert_eq!(function_pointer(), 3);
}
