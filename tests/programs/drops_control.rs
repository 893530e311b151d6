//! Loops, labels, early ends, assignments.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    dropping_references,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;

use std::mem;

use drops_support::{
    Noisy, check, eat, eat_two, fail, look, no, noisy, pair, pass, poke, swallow, tagged, yes,
};
use trace_memory::trace_memory;

#[trace_memory]
fn loops() {
    let mut n = 0;
    loop {
        let x = noisy("x");
        n += 1;
        if n == 2 {
            continue;
        }
        let y = noisy("y");
        if n == 4 {
            break;
        }
        println!("{}", x.look() && y.look());
    }
}

#[trace_memory]
fn whiles() {
    let mut n = 0;
    while n < 3 && noisy("_tmp").look() {
        let x = noisy("x");
        n += 1;
        if n == 2 {
            continue;
        }
        println!("{}", x.look());
    }
}

#[trace_memory]
fn fors() {
    for n in 0..4 {
        let x = noisy("x");
        if n == 1 {
            continue;
        }
        let y = noisy("y");
        if n == 3 {
            break;
        }
        println!("{}", x.look() && y.look());
    }
}

#[trace_memory]
fn for_values() {
    for (index, value) in [noisy("value"), noisy("value"), noisy("_tmp")].into_iter().enumerate() {
        if index == 1 {
            break;
        }
        println!("{}", value.look());
    }
}

#[trace_memory]
fn for_over_local() {
    let list = vec![noisy("_tmp"), noisy("value"), noisy("_tmp")];
    for (n, value) in list.into_iter().enumerate() {
        if n == 1 && value.look() {
            continue;
        }
        if value.pass().look() {
            continue;
        }
    }
}

#[trace_memory]
fn for_over_reference() {
    let mut list = vec![noisy("list.0"), noisy("list.1")];
    for value in &list {
        value.look();
    }
    for value in &mut list {
        value.poke();
    }
    for (n, value) in list.iter().enumerate() {
        println!("{n} {}", value.look());
    }
}

#[trace_memory]
fn labels() {
    'outer: for n in 0..3 {
        let a = noisy("a");
        for m in 0..3 {
            let b = noisy("b");
            if m == n {
                continue 'outer;
            }
            let c = noisy("c");
            if n == 2 {
                break 'outer;
            }
            c.look();
            b.look();
        }
        a.look();
    }
}

#[trace_memory]
fn label_of_block() {
    for n in 0..3 {
        let a = noisy("a");
        'block: {
            let b = noisy("b");
            {
                let c = noisy("c");
                if n == 0 {
                    break 'block;
                }
                c.look();
            }
            if n == 1 {
                break 'block;
            }
            b.look();
            println!("end");
        }
        a.look();
    }
}

#[trace_memory]
fn break_value() {
    let mut n = 0;
    let found = loop {
        let x = noisy(if n == 2 { "found" } else { "x" });
        if n == 2 {
            break x;
        }
        n += 1;
    };
    found.look();
}

#[trace_memory]
fn break_value_label() {
    let found = 'outer: loop {
        let kept = noisy("kept");
        loop {
            let x = noisy("found");
            if yes() {
                break 'outer x;
            }
            kept.look();
        }
    };
    found.look();
}

#[trace_memory]
fn break_value_method() {
    let quiet = loop {
        let x = noisy("_tmp");
        break x.give();
    };
    look(&quiet);
}

#[trace_memory]
fn moved_in_loop() {
    let mut x = noisy("x");
    for _ in 0..2 {
        x = x.pass();
    }
    x.look();
    println!("after");
}

#[trace_memory]
fn moved_in_loop_and_back() {
    let mut x = noisy("x");
    for n in 0..3 {
        x.is("_tmp");
        eat(x);
        x = noisy("x");
        if n == 1 {
            continue;
        }
    }
    println!("after");
}

#[trace_memory]
fn returns(n: u8) -> u8 {
    let a = noisy("a");
    if n == 0 {
        return 0;
    }
    let b = noisy("b");
    {
        let c = noisy("c");
        if n == 1 {
            return if c.look() { 1 } else { 2 };
        }
    }
    for m in 0..3 {
        let d = noisy("d");
        if m == n {
            return m;
        }
        d.look();
    }
    match n {
        7 => return 7,
        _ => println!("on"),
    }
    a.look();
    b.look();
    9
}

#[trace_memory]
fn all_returns() {
    for n in [0, 1, 2, 7, 9] {
        println!("{}", returns(n));
    }
}

#[trace_memory]
fn questions(n: u8) -> Result<Option<Noisy>, ()> {
    let a = noisy("a");
    check(n != 0)?;
    let b = noisy("b");
    let quiet = match check(n != 1) {
        Ok(value) => value,
        Err(error) => return Err(error),
    };
    let c = if n == 2 { Err(())? } else { noisy("c") };
    let list: Vec<u8> = (0..3).map(|m| check(m + n != 5)).collect::<Result<_, _>>()?;
    println!("{}", list.len() + usize::from(quiet));
    c.look();
    b.is("_tmp");
    a.look();
    Ok(Some(b))
}

#[trace_memory]
fn all_questions() {
    for n in 0..5 {
        let _ = questions(n);
        println!("after");
    }
}

#[trace_memory]
fn question_of_option(first: Option<Noisy>) -> Option<Noisy> {
    let other = noisy("other");
    let value = first?;
    other.look();
    value.is("_tmp");
    Some(value)
}

#[trace_memory]
fn questions_of_option() {
    let _ = question_of_option(Some(noisy("_tmp")));
}

#[trace_memory]
fn ifs() {
    for n in 0..3 {
        if n == 0 {
            let a = noisy("a");
            a.look();
        } else if n == 1 {
            let b = noisy("b");
            b.look();
        } else {
            let c = noisy("c");
            c.look();
        }
        println!("after");
    }
}

#[trace_memory]
fn statements_in_condition() {
    if {
        let a = noisy("a");
        a.look()
    } {
        let b = noisy("b");
        b.look();
    }
    while {
        let c = noisy("c");
        !c.look()
    } {}
    match {
        let d = noisy("d");
        d.look()
    } {
        _ => println!("after"),
    }
}

#[trace_memory]
fn assigned() {
    let mut x = noisy("x");
    let y = noisy("y");
    x = noisy("x");
    println!("after {}", x.look());
    x = noisy("x");
    y.look();
}

#[trace_memory]
fn assigned_unread() {
    let mut _x = noisy("_x");
    _x = noisy("_x");
    _x = noisy("_x");
}

#[trace_memory]
fn assigned_after_move() {
    let mut x = noisy("_tmp");
    eat(x);
    x = noisy("x");
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_sometimes() {
    for n in 0..4 {
        let mut x = noisy(if n == 1 || n == 3 { "_tmp" } else { "x" });
        if n == 1 || n == 3 {
            eat(x);
            if n == 3 {
                continue;
            }
            x = noisy("x");
        } else if n == 2 {
            x = noisy("x");
        }
        println!("{}", x.look());
    }
}

#[trace_memory]
fn assigned_after_maybe_move() {
    for n in 0..2 {
        let mut x = noisy(if n == 0 { "_tmp" } else { "x" });
        if n == 0 {
            eat(x);
        }
        x = noisy("x");
        println!("{}", x.look());
    }
}

#[trace_memory]
fn assigned_from_self() {
    let mut x = noisy("x");
    x = x.pass();
    x = pass(x);
    x = { x };
    x = if yes() { x } else { noisy("never") };
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_from_other() {
    let mut x = noisy("x");
    let y = noisy("x");
    x = y;
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_in_branches() {
    let mut x = noisy("x");
    if yes() {
        x = noisy("x");
    } else {
        eat(x);
        x = noisy("never");
    }
    match no() {
        true => {}
        false => x = noisy("x"),
    }
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_in_loop() {
    let mut x = noisy("x");
    for _ in 0..2 {
        x = noisy("x");
    }
    let mut y;
    for _ in 0..2 {
        y = noisy("y");
        println!("{}", y.look());
    }
    x.look();
}

#[trace_memory]
fn assigned_option() {
    let mut x = Some(noisy("x"));
    println!("{}", x.is_some());
    x = Some(noisy("x"));
    println!("{}", x.is_some());
}

#[trace_memory]
fn assigned_tuple() {
    let (mut a, mut b) = (noisy("a"), noisy("b"));
    (a, b) = (noisy("a"), noisy("b"));
    println!("{}", a.look() && b.look());
    [a, b] = [noisy("a"), noisy("b")];
    println!("{}", a.look() && b.look());
    (a, _) = (noisy("a"), noisy("_tmp"));
    println!("{}", a.look() && b.look());
}

#[trace_memory]
fn assigned_swapped() {
    let mut a = noisy("b");
    let mut b = noisy("a");
    (a, b) = (b, a);
    println!("{}", a.look() && b.look());
}

#[trace_memory]
fn assigned_wild() {
    let x = noisy("x");
    _ = noisy("_tmp");
    _ = x;
    println!("after");
}

#[trace_memory]
fn assigned_with_question(well: bool) -> Result<(), ()> {
    let mut x = noisy("x");
    x = pass(if well { noisy("x") } else { Err(())? });
    println!("{}", x.look());
    Ok(())
}

#[trace_memory]
fn assigned_with_questions() {
    let _ = assigned_with_question(true);
    let _ = assigned_with_question(false);
}

#[trace_memory]
fn assigned_fields() {
    let mut whole = pair("_tmp", "whole.right");
    whole.left = noisy("whole.left");
    let mut tag = tagged("tag.value");
    tag.tag = 3;
    tag.tag += 1;
    println!("{}", whole.left.look() && tag.value.look());
}

#[trace_memory]
fn assigned_through_reference() {
    let mut x = noisy("_tmp");
    let reference = &mut x;
    *reference = noisy("x");
    reference.poke();
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_in_expression() {
    let mut x = noisy("x");
    let () = x = noisy("x");
    eat_two(noisy("_tmp"), {
        x = noisy("x");
        noisy("_tmp")
    });
    println!("{}", x.look());
}

#[trace_memory]
fn assigned_in_condition() {
    let mut x = noisy("x");
    if {
        x = noisy("x");
        x.look()
    } {
        println!("after");
    }
}

#[trace_memory]
fn swapped() {
    let mut a = noisy("b");
    let mut b = noisy("a");
    mem::swap(&mut a, &mut b);
    let c = mem::replace(&mut a, noisy("a"));
    c.is("c");
    let mut quiet = Some(noisy("e"));
    let e = quiet.take();
    println!("{}", c.look() && look(&e) && look(&quiet) && b.look());
}

#[trace_memory]
fn compound() {
    let mut text = String::from("_");
    text += "a";
    let quiet_other = String::from("b");
    text = text + &quiet_other;
    let x = noisy("x");
    let mut count = 1;
    count += usize::from(x.look());
    println!("{} {count}", text.len());
    mem::forget(text);
}

#[trace_memory]
fn recursive(depth: u8, x: Noisy) -> Option<Noisy> {
    let local = noisy("local");
    if depth == 0 {
        x.is("_tmp");
        return Some(x);
    }
    let inner = recursive(depth - 1, noisy("inner"));
    inner.as_ref()?.is("inner");
    local.look();
    None
}

#[trace_memory]
fn recursion() {
    let _ = recursive(1, noisy("x"));
    println!("after {}", swallow(noisy("_tmp")));
}

#[trace_memory]
fn nested_functions() {
    #[trace_memory]
    fn inner(x: Noisy) -> Noisy {
        let y = noisy("y");
        y.look();
        x
    }
    let x = inner(noisy("x"));
    x.look();
    poke(&mut inner(noisy("_tmp")));
    if no() {
        fail::<()>();
    }
}

/// The last statement of a block gives a local of the block around a value.
#[trace_memory]
fn assigned_in_an_operand() {
    let mut x = Some(noisy("y"));
    if let Some(y) = x {
        look(&y);
        {
            let z = noisy("z");
            z.take_in({
                x = Some(noisy("x"));
                noisy("_tmp")
            });
        }
        look(&x);
    }
}

programs! {
    assigned_in_an_operand
    loops whiles fors for_values for_over_local for_over_reference labels label_of_block break_value
    break_value_label break_value_method moved_in_loop moved_in_loop_and_back all_returns
    all_questions questions_of_option ifs statements_in_condition assigned assigned_unread
    assigned_after_move assigned_sometimes assigned_after_maybe_move assigned_from_self
    assigned_from_other assigned_in_branches assigned_in_loop assigned_option assigned_tuple
    assigned_swapped assigned_wild assigned_with_questions assigned_fields assigned_through_reference
    assigned_in_expression assigned_in_condition swapped compound recursion nested_functions
}
