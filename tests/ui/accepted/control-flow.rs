#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

#[trace_memory]
fn question(text: &str) -> Result<u32, std::num::ParseIntError> {
    let trimmed = text.trim().to_owned();
    let number: u32 = trimmed.parse()?;
    Ok(number)
}

#[trace_memory]
fn converted(text: &str) -> Result<String, Box<dyn std::error::Error>> {
    let number = question(text)?;
    if number > 9 {
        return Err("too big".into());
    }
    Ok(number.to_string())
}

#[trace_memory]
fn labelled(rows: Vec<Vec<u32>>, wanted: u32) -> Option<(usize, String)> {
    let found = 'search: {
        for (index, row) in rows.into_iter().enumerate() {
            for cell in row {
                let text = cell.to_string();
                if cell == wanted {
                    break 'search Some((index, text));
                }
            }
        }
        None
    };
    found
}

#[trace_memory]
fn continued(rows: &[Vec<u32>]) -> Vec<u32> {
    let mut firsts = Vec::new();
    'rows: for row in rows {
        let copy = row.clone();
        for cell in copy {
            if cell % 2 == 1 {
                continue 'rows;
            }
            firsts.push(cell);
        }
    }
    firsts
}

#[trace_memory]
fn loop_value() -> String {
    let mut text = String::new();
    let longest = loop {
        text.push('x');
        if text.len() > 3 {
            break text;
        }
    };
    longest
}

#[trace_memory]
fn let_else(value: Option<String>) -> usize {
    let Some(text) = value else {
        let empty = String::new();
        return empty.len();
    };
    text.len()
}

#[trace_memory]
fn if_let(value: Result<String, String>) -> String {
    if let Ok(text) = value {
        text
    } else if let Err(error) = value {
        error + "!"
    } else {
        String::new()
    }
}

#[trace_memory]
fn while_let() -> Vec<String> {
    let mut stack = vec![String::from("a"), String::from("b")];
    let mut order = Vec::new();
    while let Some(top) = stack.pop() {
        if top == "b" {
            stack.push(String::from("c"));
        }
        order.push(top);
    }
    order
}

#[trace_memory]
fn conditional_move(yes: bool) -> usize {
    let text = String::from("abc");
    if yes {
        drop(text);
        return 0;
    }
    text.len()
}

#[trace_memory]
fn moved_in_both(yes: bool) -> String {
    let text = String::from("abc");
    let moved = if yes { text } else { text + "d" };
    moved
}

#[trace_memory]
fn loops_that_move() -> usize {
    let mut text = String::new();
    for turn in 0..3 {
        let old = text;
        text = format!("{old}{turn}");
    }
    text.len()
}

#[trace_memory]
fn blocks() -> usize {
    let length = {
        let text = String::from("abc");
        {
            let copy = text.clone();
            copy.len() + text.len()
        }
    };
    length
}

#[trace_memory]
fn unit_tail(list: &mut Vec<u32>) {
    if list.is_empty() {
        list.push(1)
    } else {
        list.clear()
    }
}

#[trace_memory]
fn main() {
    assert_eq!(question(" 3 "), Ok(3));
    assert!(question("x").is_err());
    assert_eq!(converted("3").unwrap(), "3");
    assert_eq!(converted("10").unwrap_err().to_string(), "too big");
    assert_eq!(labelled(vec![vec![1], vec![2, 3]], 3), Some((1, String::from("3"))));
    assert_eq!(labelled(vec![], 3), None);
    assert_eq!(continued(&[vec![2, 1, 4], vec![6]]), [2, 6]);
    assert_eq!(loop_value(), "xxxx");
    assert_eq!((let_else(None), let_else(Some(String::from("a")))), (0, 1));
    assert_eq!(if_let(Ok(String::from("a"))), "a");
    assert_eq!(if_let(Err(String::from("a"))), "a!");
    assert_eq!(while_let(), ["b", "c", "a"]);
    assert_eq!((conditional_move(true), conditional_move(false)), (0, 3));
    assert_eq!((moved_in_both(true), moved_in_both(false)), (String::from("abc"), String::from("abcd")));
    assert_eq!(loops_that_move(), 3);
    assert_eq!(blocks(), 6);
    let mut list = Vec::new();
    unit_tail(&mut list);
    assert_eq!(list, [1]);
    unit_tail(&mut list);
    assert!(list.is_empty());
}
