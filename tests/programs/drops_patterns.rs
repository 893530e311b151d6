//! Patterns of `let`, `match`, `if let` and `while let`.
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

use drops_support::{
    Noisy, Pair, Shape, Tagged, check, eat, eat_two, look, no, noisy, pair, pass, poke, swallow, tagged, yes,
};
use trace_memory::trace_memory;

#[trace_memory]
fn in_reverse() {
    let first = noisy("first");
    let second = noisy("second");
    let _third = noisy("_third");
    look(&first);
    look(&second);
}

#[trace_memory]
fn tuple() {
    let (a, b) = (noisy("a"), noisy("b"));
    look(&a);
    look(&b);
}

#[trace_memory]
fn tuple_with_wild() {
    let (a, _, c) = (noisy("a"), noisy("_tmp"), noisy("c"));
    look(&a);
    look(&c);
}

#[trace_memory]
fn tuple_with_rest() {
    let (a, .., d) = (noisy("a"), noisy("_tmp"), noisy("_tmp"), noisy("d"));
    look(&a);
    look(&d);
}

#[trace_memory]
fn tuple_unused() {
    let (_a, _b) = (noisy("_a"), noisy("_b"));
    let (_c, _) = (noisy("_c"), 1);
}

#[trace_memory]
fn nested() {
    let ((a, b), [c, d], Pair { left, right }) =
        ((noisy("a"), noisy("b")), [noisy("c"), noisy("d")], pair("left", "right"));
    look(&(&a, &b, &c, &d, &left, &right));
}

#[trace_memory]
fn structure() {
    let Pair { left, right } = pair("left", "right");
    look(&left);
    look(&right);
}

#[trace_memory]
fn structure_renamed() {
    let Pair { right: r, left: l } = pair("l", "r");
    look(&r);
    look(&l);
}

#[trace_memory]
fn structure_rest() {
    let Pair { left, .. } = pair("left", "_tmp");
    look(&left);
}

#[trace_memory]
fn structure_of_local() {
    let whole = pair("left", "right");
    let Pair { left, right } = whole;
    look(&left);
    look(&right);
}

#[trace_memory]
fn structure_of_local_wild() {
    let whole = pair("left", "whole.right");
    let Pair { left, right: _ } = whole;
    look(&left);
}

#[trace_memory]
fn structure_of_local_ref() {
    let whole = pair("whole.left", "whole.right");
    let Pair { ref left, ref right } = whole;
    look(left);
    look(right);
}

#[trace_memory]
fn structure_of_local_mixed() {
    let whole = pair("left", "whole.right");
    let Pair { left, ref right } = whole;
    look(&left);
    look(right);
}

#[trace_memory]
fn structure_of_local_tag() {
    let whole = tagged("whole.value");
    let Tagged { tag, .. } = whole;
    look(&tag);
}

#[trace_memory]
fn structure_of_local_tag_wild() {
    let whole = tagged("whole.value");
    let Tagged { tag, value: _ } = whole;
    look(&tag);
}

#[trace_memory]
fn structure_of_local_all() {
    let whole = tagged("value");
    let Tagged { tag, value } = whole;
    look(&tag);
    look(&value);
}

#[trace_memory]
fn tuple_of_local() {
    let whole = (noisy("a"), noisy("whole.1"), 3);
    let (a, _, c) = whole;
    look(&a);
    look(&c);
}

#[trace_memory]
fn slice() {
    let [a, _, c] = [noisy("a"), noisy("_tmp"), noisy("c")];
    look(&a);
    look(&c);
}

#[trace_memory]
fn slice_with_rest() {
    let [a, rest @ ..] = [noisy("a"), noisy("rest.1"), noisy("rest.2")];
    look(&a);
    look(&rest);
}

#[trace_memory]
fn slice_of_local() {
    let whole = [noisy("a"), noisy("whole.1"), noisy("c")];
    let [a, _, c] = whole;
    look(&a);
    look(&c);
}

#[trace_memory]
fn wild() {
    let local = noisy("local");
    let _ = local;
    let _ = noisy("_tmp");
    let _ = &local;
    look(&local);
}

#[trace_memory]
fn wild_at_last_use() {
    let local = noisy("local");
    let _ = local;
    println!("after");
}

#[trace_memory]
fn by_reference() {
    let ref a = noisy("_tmp");
    let ref mut b = noisy("_tmp");
    look(a);
    poke(b);
}

#[trace_memory]
fn reference_pattern() {
    let local = noisy("local");
    let pair = (&local, 1);
    let &(local_ref, number) = &pair;
    look(local_ref);
    look(&number);
}

#[trace_memory]
fn at() {
    let ref whole @ (ref a, ref b) = (noisy("_tmp"), noisy("_tmp"));
    look(a);
    look(b);
    look(whole);
}

#[trace_memory]
fn at_some() {
    let maybe = Some(noisy("whole"));
    if let whole @ Some(_) = maybe {
        look(&whole);
    }
    println!("after");
}

#[trace_memory]
fn shadowed() {
    let x = noisy("_tmp");
    let x = x.pass();
    x.is("x.0");
    let x = (x, noisy("x.1"));
    look(&x);
}

#[trace_memory]
fn shadowed_alive() {
    let x = noisy("x");
    let y = noisy("y");
    let x = (noisy("x"), x.look());
    look(&x);
    look(&y);
}

#[trace_memory]
fn mutable() {
    let mut a = noisy("a");
    let (mut b, c) = (noisy("b"), noisy("c"));
    a.poke();
    b.poke();
    look(&c);
}

#[trace_memory]
fn let_else_taken() {
    let maybe = Some(noisy("value"));
    let Some(value) = maybe else { return };
    look(&value);
}

#[trace_memory]
fn let_else_left() {
    let before = noisy("before");
    let Some(value) = pass(None::<Noisy>) else {
        println!("else");
        return;
    };
    look(&value);
    look(&before);
}

#[trace_memory]
fn let_else_local_left() {
    let result: Result<Noisy, Noisy> = Err(noisy("result"));
    let Ok(value) = result else {
        println!("else");
        return;
    };
    look(&value);
}

#[trace_memory]
fn let_else_moves() {
    let other = noisy("_tmp");
    let Some(value) = pass(None::<Noisy>) else {
        eat(other);
        return;
    };
    look(&value);
    look(&other);
}

#[trace_memory]
fn let_else_moves_not() {
    let other = noisy("other");
    let Some(value) = Some(noisy("value")) else {
        eat(other);
        return;
    };
    look(&value);
}

#[trace_memory]
fn let_else_in_loop() {
    for n in 0..3 {
        let quiet_maybe = if n == 1 { None } else { Some(noisy("value")) };
        let Some(value) = quiet_maybe else { continue };
        look(&value);
    }
}

#[trace_memory]
fn let_else_method() {
    let local = noisy("value");
    let Some(value) = local.give() else { return };
    look(&value);
}

#[trace_memory]
fn match_moves() {
    let maybe = Some(noisy("value"));
    match maybe {
        Some(value) => {
            look(&value);
        }
        None => println!("none"),
    }
    println!("after");
}

#[trace_memory]
fn match_moves_without_braces() {
    let maybe = Some(noisy("_tmp"));
    match maybe {
        Some(value) => eat(value),
        None => (),
    }
    println!("after");
}

#[trace_memory]
fn match_moves_not() {
    let maybe = Err::<Noisy, _>(noisy("maybe"));
    match maybe {
        Ok(value) => eat(value),
        Err(_) => println!("none"),
    }
    println!("after");
}

#[trace_memory]
fn match_by_reference() {
    let maybe = Some(noisy("maybe"));
    match &maybe {
        Some(value) => look(value),
        None => false,
    };
    match maybe {
        Some(ref value) => look(value),
        None => false,
    };
    println!("after");
}

#[trace_memory]
fn match_by_default_binding() {
    let mut maybe = Some(noisy("maybe"));
    match &mut maybe {
        Some(value) => {
            value.poke();
        }
        None => {}
    }
    println!("after");
}

#[trace_memory]
fn match_whole() {
    let local = noisy("other");
    match local {
        other => println!("other {}", other.look()),
    }
    println!("after");
}

#[trace_memory]
fn match_guards() {
    for n in 0..3 {
        let shape = Shape::Line(noisy(if n == 0 { "first" } else { "second" }));
        match shape {
            Shape::Line(first) if n == 0 && first.look() => println!("first"),
            Shape::Line(second) if n > 0 => println!("second {}", second.look()),
            _ => println!("neither"),
        }
    }
}

#[trace_memory]
fn match_guard_fails() {
    let shape = Shape::Line(noisy("shape"));
    match shape {
        Shape::Line(line) if !line.look() => println!("line"),
        _ => println!("none"),
    }
    println!("after");
}

#[trace_memory]
fn match_or() {
    for n in 0..2 {
        let result = if n == 0 { Ok(noisy("value")) } else { Err(noisy("value")) };
        match result {
            Ok(value) | Err(value) => println!("{}", value.look()),
        }
    }
}

#[trace_memory]
fn match_struct() {
    let shape = Shape::Area { width: noisy("width"), height: noisy("height") };
    match shape {
        Shape::Area { width, height } => {
            look(&width);
            look(&height);
        }
        Shape::Line(line) => {
            look(&line);
        }
        Shape::Point => {}
    }
}

#[trace_memory]
fn match_struct_partly() {
    let shape = Shape::Area { width: noisy("width"), height: noisy("shape") };
    match shape {
        Shape::Area { width, height: _ } => println!("{}", width.look()),
        Shape::Line(_) | Shape::Point => {}
    }
    println!("after");
}

#[trace_memory]
fn match_gives() {
    let maybe = Some(noisy("value"));
    let value = match maybe {
        Some(inner) => inner,
        None => return,
    };
    look(&value);
}

#[trace_memory]
fn match_temporary() {
    match noisy("value").give() {
        Some(value) => println!("{}", value.look()),
        None => {}
    }
    match (noisy("a"), noisy("_tmp")) {
        (a, _) => println!("{}", a.look()),
    }
    println!("after");
}

#[trace_memory]
fn match_two_locals() {
    let left = Some(noisy("a"));
    let right = Some(noisy("b"));
    match (left, right) {
        (Some(a), Some(b)) => println!("{} {}", a.look(), b.look()),
        _ => {}
    }
    println!("after");
}

#[trace_memory]
fn match_nested() {
    let outer = Some(Some(noisy("value")));
    match outer {
        Some(inner) => match inner {
            Some(value) => println!("{}", value.look()),
            None => {}
        },
        None => {}
    }
    println!("after");
}

#[trace_memory]
fn match_moves_others() {
    for n in 0..3 {
        let other = noisy(if n == 2 { "other" } else { "_tmp" });
        match n {
            0 => eat(other),
            1 => {
                eat(other);
            }
            _ => println!("kept"),
        }
        println!("after");
    }
}

#[trace_memory]
fn match_field() {
    let whole = (Some(noisy("value")), noisy("whole.1"));
    match whole.0 {
        Some(value) => println!("{}", value.look()),
        None => {}
    }
    look(&whole.1);
}

#[trace_memory]
fn match_copy() {
    let whole = (1, noisy("whole.1"));
    match whole.0 {
        1 => println!("one"),
        other => println!("{other}"),
    }
    println!("after");
}

#[trace_memory]
fn match_number_binding() {
    let whole = (1, noisy("whole.1"));
    match whole {
        (number, _) if number > 3 => println!("{number}"),
        (number, ref noise) => println!("{number} {}", noise.look()),
    }
    println!("after");
}

#[trace_memory]
fn if_let() {
    let maybe = Some(noisy("value"));
    if let Some(value) = maybe {
        look(&value);
        println!("inside");
    }
    println!("after");
}

#[trace_memory]
fn if_let_not() {
    let result = Err::<Noisy, _>(noisy("result"));
    if let Ok(value) = result {
        look(&value);
    } else {
        println!("else");
    }
    println!("after");
}

#[trace_memory]
fn if_let_else_if_let() {
    for n in 0..3 {
        let quiet_first = if n == 0 { Some(noisy("first_value")) } else { None };
        let second = if n == 1 { Ok(noisy("value")) } else { Err(noisy("error")) };
        if let Some(first_value) = quiet_first {
            look(&first_value);
            second.as_ref().unwrap_or_else(|error| error).is("second");
        } else if let Ok(value) = second {
            look(&value);
        } else if let Err(error) = second {
            look(&error);
        }
        println!("after");
    }
}

#[trace_memory]
fn if_let_by_reference() {
    let maybe = Some(noisy("maybe"));
    if let Some(value) = &maybe {
        look(value);
    }
    if let Some(ref value) = maybe {
        look(value);
    }
    println!("after");
}

#[trace_memory]
fn if_let_value() {
    let maybe = Some(noisy("value"));
    let value = if let Some(inner) = maybe { inner } else { noisy("value") };
    look(&value);
}

#[trace_memory]
fn if_let_method() {
    let local = noisy("value");
    if let Some(value) = local.give() {
        println!("{}", value.look());
    }
    println!("after");
}

#[trace_memory]
fn while_let() {
    let mut left = 3;
    let mut next = || {
        left -= 1;
        if left > 0 { Some(noisy("value")) } else { None }
    };
    while let Some(value) = next() {
        println!("{}", value.look());
    }
    println!("after");
}

#[trace_memory]
fn while_let_local() {
    let mut list = Some((noisy("value"), 2));
    while let Some((value, count)) = list {
        list = if count > 0 { Some((noisy("value"), count - 1)) } else { None };
        look(&value);
    }
    println!("after");
    std::mem::forget(list);
}

#[trace_memory]
fn while_let_break() {
    let mut quiet = vec![noisy("kept"), noisy("value"), noisy("value")];
    let kept;
    loop {
        let Some(value) = quiet.pop() else { return };
        if quiet.is_empty() {
            kept = value;
            break;
        }
        look(&value);
    }
    look(&kept);
}

#[trace_memory]
fn for_pattern() {
    for (a, b) in [(noisy("a"), noisy("b")), (noisy("a"), noisy("b"))] {
        look(&a);
        look(&b);
    }
}

#[trace_memory]
fn for_wild() {
    for (a, _) in [(noisy("a"), noisy("_tmp"))] {
        look(&a);
    }
    for _ in [noisy("_tmp")] {
        println!("inside");
    }
    for _unused in [noisy("_unused")] {
        println!("inside");
    }
}

#[trace_memory]
fn deferred() {
    let x;
    let y = noisy("y");
    x = noisy("x");
    look(&x);
    look(&y);
}

#[trace_memory]
fn deferred_conditional() {
    for n in 0..3 {
        let x;
        let y = noisy("y");
        if n == 1 {
            x = noisy("x");
            look(&x);
        }
        look(&y);
    }
}

#[trace_memory]
fn deferred_branches() {
    let x;
    if yes() {
        x = noisy("x");
    } else {
        x = noisy("never");
    }
    look(&x);
    let z: Noisy;
    match no() {
        true => return,
        false => z = noisy("z"),
    }
    look(&z);
}

#[trace_memory]
fn deferred_never() {
    let x: Noisy;
    if no() {
        x = noisy("x");
        look(&x);
    }
    println!("after");
}

#[trace_memory]
fn deferred_moved() {
    let x;
    x = noisy("_tmp");
    if yes() {
        eat(x);
    }
    println!("after");
}

#[trace_memory]
fn deferred_tuple() {
    let (a, b);
    (a, b) = (noisy("a"), noisy("b"));
    look(&a);
    look(&b);
}

#[trace_memory]
fn deferred_by_question_mark() -> Result<(), ()> {
    let x;
    let y = noisy("y");
    check(yes())?;
    x = noisy("x");
    check(no())?;
    eat_two(x, y);
    Ok(())
}

#[trace_memory]
fn typed() {
    let x: Noisy = noisy("x");
    let (a, b): (Noisy, Noisy) = (noisy("a"), noisy("b"));
    let boxed: Box<dyn Fn() -> bool> = {
        let inner = noisy("boxed");
        Box::new(move || inner.look())
    };
    look(&(&x, &a, &b));
    boxed();
}

struct Fields<T> {
    #[cfg(all())]
    kept: T,
    #[cfg(any())]
    absent: T,
    number: u8,
}

#[trace_memory]
fn structure_of_local_cfg() {
    let fields = Fields { kept: noisy("kept"), number: 1 };
    let Fields {
        #[cfg(all())]
        kept,
        #[cfg(any())]
        absent,
        number,
    } = fields;
    look(&(&kept, number));
}

#[trace_memory]
fn structure_of_local_allow() {
    let fields = Fields { kept: noisy("kept"), number: 1 };
    match fields {
        Fields {
            #[allow(unused_variables, reason = "the attribute is what is tested")]
            kept,
            number: 1,
        } => {
            swallow(noisy("_matched"));
        }
        _ => {
            swallow(noisy("_other"));
        }
    }
}

#[trace_memory]
fn boxes() {
    let quiet_boxed = Box::new(noisy("value"));
    let value = *quiet_boxed;
    look(&value);
    let boxed = Box::new(noisy("boxed"));
    look(&boxed);
    swallow(noisy("_tmp"));
}

/// Empty where it is matched, and filled in place afterwards.
#[trace_memory]
fn filled_in_place() {
    let mut x = None;
    if let Some(y) = x {
        eat(y);
    } else {
        x.replace(noisy("x"));
    }
}

programs! {
    filled_in_place
    in_reverse tuple tuple_with_wild tuple_with_rest tuple_unused nested structure structure_renamed
    structure_rest structure_of_local structure_of_local_wild structure_of_local_ref
    structure_of_local_mixed structure_of_local_tag structure_of_local_tag_wild structure_of_local_all
    tuple_of_local slice slice_with_rest slice_of_local wild wild_at_last_use
    by_reference reference_pattern at at_some shadowed shadowed_alive mutable let_else_taken
    let_else_left let_else_local_left let_else_moves let_else_moves_not let_else_in_loop
    let_else_method match_moves match_moves_without_braces match_moves_not match_by_reference
    match_by_default_binding match_whole match_guards match_guard_fails match_or match_struct
    match_struct_partly match_gives match_temporary match_two_locals match_nested match_moves_others
    match_field match_copy match_number_binding if_let if_let_not if_let_else_if_let
    if_let_by_reference if_let_value if_let_method while_let while_let_local while_let_break
    for_pattern for_wild deferred deferred_conditional deferred_branches deferred_never
    deferred_moved deferred_tuple deferred_by_question_mark typed structure_of_local_cfg
    structure_of_local_allow boxes
}
