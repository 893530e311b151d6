//! Moves: into calls, results, fields, containers, macros; in part; on some paths only.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::undocumented_unsafe_blocks,
    dropping_references,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;

use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

use drops_support::{
    Noisy, Pair, Shape, Tagged, check, eat, eat_two, fail, look, no, noisy, pair, poke, swallow, tagged, yes,
};
use trace_memory::trace_memory;

#[trace_memory]
fn into_call() {
    let x = noisy("_tmp");
    let y = noisy("y");
    eat(x);
    look(&y);
}

#[trace_memory]
fn into_local() {
    let x = noisy("y");
    let z = noisy("z");
    let y = x;
    look(&y);
    look(&z);
}

#[trace_memory]
fn makes() -> Noisy {
    let inner = noisy("made");
    let other = noisy("other");
    look(&other);
    inner
}

#[trace_memory]
fn makes_by_return() -> Noisy {
    let other = noisy("other");
    let inner = noisy("made");
    if other.look() {
        return inner;
    }
    other
}

#[trace_memory]
fn results() {
    let made = makes();
    look(&made);
    let made = makes_by_return();
    look(&made);
}

#[trace_memory]
fn into_field() {
    let x = noisy("pair.left");
    let right = noisy("pair.right");
    let pair = Pair { left: x, right };
    look(&pair);
}

#[trace_memory]
fn into_containers() {
    let a = noisy("tuple.0");
    let b = noisy("array.0");
    let c = noisy("boxed");
    let d = noisy("some");
    let e = noisy("vector.0");
    let f = noisy("shape");
    let tuple = (a, 1);
    let array = [b, noisy("array.1")];
    let boxed = Box::new(c);
    let some = Some(d);
    let vector = vec![e, noisy("vector.1")];
    let shape = Shape::Line(f);
    look(&(&tuple, &array, &boxed, &some, &vector, &shape));
}

#[trace_memory]
fn into_nested_containers() {
    let a = noisy("whole.0");
    let b = noisy("whole.1");
    let whole = (Some(Box::new(a)), Ok::<_, ()>([b]));
    look(&whole);
}

#[trace_memory]
fn struct_update_of_temporary() {
    let left = noisy("whole.left");
    let whole = Pair { left, ..pair("_tmp", "whole.right") };
    look(&whole);
}

#[trace_memory]
fn struct_update_keeps() {
    let base = tagged("base.value");
    let other = Tagged { value: noisy("other.value"), ..base };
    look(&other);
    look(&base);
}

#[trace_memory]
fn receivers() {
    let mut a = noisy("a");
    let b = noisy("_tmp");
    let c = noisy("_tmp");
    let d = noisy("_tmp");
    let e = noisy("e");
    a.look();
    a.take_in(b);
    a.fill(c);
    let e = e.chain(d);
    e.look();
}

#[trace_memory]
fn receiver_at_last_use() {
    let a = noisy("a");
    let mut b = noisy("b");
    let c = noisy("_tmp");
    a.look();
    b.poke();
    c.eat();
    println!("after");
}

#[trace_memory]
fn receiver_with_moved_arguments() {
    let a = noisy("a");
    let mut b = noisy("b");
    let c = noisy("_tmp");
    let d = noisy("_tmp");
    let e = noisy("_tmp");
    let f = noisy("_tmp");
    a.take_in(c);
    b.fill(d);
    e.eat_with(f);
    println!("after");
}

#[trace_memory]
fn receiver_chain() {
    let a = noisy("_tmp");
    let b = noisy("_tmp");
    a.pass().chain(b).pass().eat();
    println!("after");
}

#[trace_memory]
fn receiver_gives() {
    let a = noisy("b");
    let b = a.pass();
    b.look();
    let c = noisy("_tmp");
    let quiet = c.give().is_some();
    look(&quiet);
}

#[trace_memory]
fn receiver_box() {
    let a = Box::new(noisy("b"));
    let b = a.boxed();
    b.look();
}

#[trace_memory]
fn receiver_of_iterator() {
    let list = vec![noisy("value"), noisy("value")];
    for value in list.into_iter().rev() {
        value.look();
    }
    let list = vec![noisy("list.0"), noisy("list.1")];
    let count = list.iter().filter(|value| value.look()).count();
    println!("{count}");
}

#[trace_memory]
fn receiver_option() {
    let maybe = Some(noisy("value"));
    let value = maybe.unwrap_or_else(|| noisy("never"));
    value.look();
    let maybe = Some(noisy("maybe"));
    println!("{}", maybe.is_some());
    let mut other = Some(noisy("taken"));
    let taken = other.take();
    look(&taken);
    mem::forget(other);
}

#[trace_memory]
fn conditional_if() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "_tmp" } else { "x" });
        let y = noisy("y");
        if n == 0 {
            eat(x);
        }
        println!("after {}", y.look());
    }
}

#[trace_memory]
fn conditional_if_else() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "_tmp" } else { "x" });
        let y = noisy(if n == 0 { "y" } else { "_tmp" });
        if n == 0 {
            eat(x);
        } else {
            eat(y);
        }
        println!("after");
    }
}

#[trace_memory]
fn conditional_and() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "x" } else { "_tmp" });
        let done = n == 1 && swallow(x);
        println!("{done}");
    }
}

#[trace_memory]
fn conditional_or() {
    for n in 0..2 {
        let x = noisy(if n == 1 { "x" } else { "_tmp" });
        let done = n == 1 || swallow(x);
        println!("{done}");
    }
}

#[trace_memory]
fn conditional_in_condition() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "x" } else { "_tmp" });
        if n == 1 && swallow(x) {
            println!("moved");
        }
        println!("after");
    }
}

#[trace_memory]
fn conditional_match() {
    for n in 0..3 {
        let x = noisy(if n == 2 { "x" } else { "_tmp" });
        let _ = match n {
            0 => x.eat(),
            1 if swallow(noisy("_tmp")) => eat(x),
            _ => (),
        };
        println!("after");
    }
}

#[trace_memory]
fn conditional_loop() {
    let x = noisy("_tmp");
    for n in 0..4 {
        if n == 2 {
            eat(x);
            break;
        }
    }
    println!("after");
}

#[trace_memory]
fn conditional_loop_not() {
    let x = noisy("x");
    for n in 0..4 {
        if n == 7 {
            eat(x);
            break;
        }
    }
    println!("after");
}

#[trace_memory]
fn conditional_value() {
    let x = noisy("z");
    let y = noisy("y");
    let z = if yes() { x } else { y };
    z.look();
    println!("after");
}

#[trace_memory]
fn conditional_return(early: bool) -> Option<Noisy> {
    let x = noisy("x");
    let y = noisy("y");
    if early {
        x.is("_tmp");
        return Some(x);
    }
    y.is("_tmp");
    Some(y)
}

#[trace_memory]
fn conditional_returns() {
    let _ = conditional_return(true);
    let _ = conditional_return(false);
}

#[trace_memory]
fn twice_conditional() {
    for n in 0..4 {
        let x = noisy(if n == 3 { "x" } else { "_tmp" });
        if n == 0 {
            eat(x);
        } else if n == 1 {
            x.eat();
        } else if n == 2 {
            let y = x;
            y.is("y");
            println!("moved");
        }
    }
}

#[trace_memory]
fn field_out() {
    let whole = pair("left", "whole.right");
    let left = whole.left;
    left.look();
    whole.right.look();
}

#[trace_memory]
fn field_into_call() {
    let whole = pair("_tmp", "whole.right");
    eat(whole.left);
    println!("{}", whole.right.look());
}

#[trace_memory]
fn field_receiver() {
    let whole = pair("_tmp", "whole.right");
    whole.left.eat();
    println!("{}", whole.right.look());
}

#[trace_memory]
fn field_receiver_stays() {
    let whole = pair("whole.left", "whole.right");
    whole.left.look();
    println!("after");
}

#[trace_memory]
fn field_conditional() {
    for n in 0..2 {
        noisy("_tmp").look();
        let whole = pair(if n == 0 { "_tmp" } else { "whole.left" }, "whole.right");
        if n == 0 {
            eat(whole.left);
        }
        println!("after");
    }
}

#[trace_memory]
fn field_again() {
    let mut whole = pair("_tmp", "whole.right");
    eat(whole.left);
    whole.left = noisy("whole.left");
    println!("{}", whole.right.look());
}

#[trace_memory]
fn field_copied() {
    let whole = tagged("whole.value");
    let tag = whole.tag;
    println!("{tag}");
}

#[trace_memory]
fn field_deep() {
    let whole = (pair("_tmp", "whole.right"), noisy("whole.1"));
    eat(whole.0.left);
    println!("after");
}

#[trace_memory]
fn box_content() {
    let quiet_boxed = Box::new(noisy("_tmp"));
    eat(*quiet_boxed);
    println!("after");
}

#[trace_memory]
fn box_field() {
    let boxed = Box::new(pair("_tmp", "boxed.right"));
    eat(boxed.left);
    println!("after");
}

#[trace_memory]
fn box_again() {
    let mut boxed = Box::new(noisy("_tmp"));
    eat(*boxed);
    *boxed = noisy("boxed");
    println!("after");
}

#[trace_memory]
fn by_drop() {
    let x = noisy("x");
    let y = noisy("y");
    let z = noisy("z");
    drop(x);
    mem::drop(z);
    println!("after");
    std::mem::drop(y);
    let a = noisy("a");
    drop::<Noisy>(a);
    let b = (noisy("b.0"), noisy("b.1"));
    core::mem::drop(b);
}

#[trace_memory]
fn by_conditional_drop() {
    for n in 0..2 {
        let x = noisy("x");
        let y = noisy("y");
        if n == 0 {
            drop(x);
        }
        println!("after {}", y.look());
    }
}

#[trace_memory]
fn by_drop_in_expression() {
    let x = noisy("x");
    let y = noisy("y");
    let () = drop(x);
    let quiet = (drop(y), 3);
    println!("{}", quiet.1);
}

#[trace_memory]
fn by_own_drop() {
    fn drop(value: Noisy) {
        value.is("_tmp");
    }
    let x = noisy("_tmp");
    let y = noisy("y");
    drop(x);
    mem::drop(y);
}

#[trace_memory]
fn by_own_forgetting_drop() {
    fn drop<T>(value: T) {
        mem::forget(value);
    }
    let x = noisy("never");
    drop(x);
    println!("after");
}

#[trace_memory]
fn by_associated_drop() {
    struct Sink;
    impl Sink {
        fn drop(value: Noisy) {
            value.is("_tmp");
        }
    }
    let x = noisy("_tmp");
    Sink::drop(x);
    println!("after");
}

#[trace_memory]
fn by_local_drop() {
    let drop = |value: Noisy| value.is("value");
    let x = noisy("_tmp");
    drop(x);
    println!("after");
}

#[trace_memory]
fn of_a_reference() {
    let x = noisy("x");
    let reference = &x;
    drop(reference);
    let y = noisy("y");
    drop(&y);
    println!("after");
}

#[trace_memory]
fn forgotten() {
    let x = noisy("never");
    let y = noisy("never");
    let z = noisy("never");
    mem::forget(x);
    let manual = ManuallyDrop::new(y);
    look(&*manual);
    let _leaked = Box::leak(Box::new(z));
}

#[trace_memory]
fn manual() {
    let mut manual = ManuallyDrop::new(noisy("value"));
    look(&*manual);
    poke(&mut *manual);
    let value = ManuallyDrop::into_inner(manual);
    value.look();
}

#[trace_memory]
fn counted() {
    let quiet_first = Rc::new(noisy("second"));
    let second = Rc::clone(&quiet_first);
    drop(quiet_first);
    println!("after {}", second.look());
}

#[trace_memory]
fn cells() {
    let cell = RefCell::new(noisy("_tmp"));
    let old = cell.replace(noisy("cell"));
    old.is("old");
    println!("after {}", cell.borrow().look());
}

#[trace_memory]
fn question_mark(well: bool) -> Result<(), ()> {
    let x = noisy("x");
    let quiet = check(well)?;
    x.is("_tmp");
    eat(x);
    println!("{quiet}");
    Ok(())
}

#[trace_memory]
fn question_marks() {
    println!("{:?}", question_mark(true));
    println!("{:?}", question_mark(false));
}

#[trace_memory]
fn question_mark_in_arguments(well: bool) -> Result<(), ()> {
    fn take(first: Noisy, _: u8, last: Noisy) {
        eat_two(first, last);
    }
    let first = noisy("_tmp");
    let last = noisy(if well { "_tmp" } else { "last" });
    take(first, check(well)?, last);
    println!("after");
    Ok(())
}

#[trace_memory]
fn question_marks_in_arguments() {
    println!("{:?}", question_mark_in_arguments(true));
    println!("{:?}", question_mark_in_arguments(false));
}

#[trace_memory]
fn question_mark_of_local(well: bool) -> Result<(), Noisy> {
    let result = if well { Ok(noisy("value")) } else { Err(noisy("_tmp")) };
    let other = noisy("other");
    let value = result?;
    value.look();
    other.look();
    Ok(())
}

#[trace_memory]
fn question_marks_of_local() {
    let _ = question_mark_of_local(true);
    let _ = question_mark_of_local(false);
}

#[trace_memory]
fn question_mark_of_method(well: bool) -> Result<Noisy, ()> {
    let x = noisy(if well { "value" } else { "_tmp" });
    let other = noisy("other");
    let value = x.try_give(well)?;
    other.look();
    value.is("_tmp");
    Ok(value)
}

#[trace_memory]
fn question_marks_of_method() {
    let _ = question_mark_of_method(true);
    let _ = question_mark_of_method(false);
}

#[trace_memory]
fn operators() {
    struct Money(Noisy);
    impl std::ops::Add for Money {
        type Output = Self;
        fn add(self, other: Self) -> Self {
            other.0.is("_tmp");
            self
        }
    }
    impl std::ops::Neg for Money {
        type Output = Self;
        fn neg(self) -> Self {
            self
        }
    }
    impl std::ops::AddAssign for Money {
        fn add_assign(&mut self, other: Self) {
            other.0.is("_tmp");
        }
    }
    impl PartialEq for Money {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    let a = Money(noisy("sum"));
    let b = Money(noisy("b"));
    let mut sum = -(a + b);
    let c = Money(noisy("c"));
    sum += c;
    let d = Money(noisy("d"));
    println!("{}", sum == d);
}

#[trace_memory]
fn conversions() {
    let x = noisy("option");
    let option: Option<Noisy> = x.into();
    look(&option);
    let y = noisy("y");
    let z = <Noisy as Into<Option<Noisy>>>::into(y);
    look(&z);
    z.unwrap().is("_tmp");
}

#[trace_memory]
fn into_function_pointer() {
    let eater: fn(Noisy) = eat;
    let x = noisy("_tmp");
    eater(x);
    let table: [fn(Noisy); 1] = [eat];
    let y = noisy("_tmp");
    table[0](y);
    println!("after");
}

#[trace_memory]
fn in_parentheses() {
    let x = noisy("_tmp");
    let y = noisy("y");
    eat((x));
    (y).look();
    let z = noisy("z");
    (&z).look();
}

#[trace_memory]
fn nested_blocks() {
    let a = noisy("a");
    let b = {
        let inner = noisy("inner");
        let b = noisy("b");
        inner.look();
        b
    };
    {
        let c = noisy("_tmp");
        let d = noisy("d");
        {
            eat(c);
        }
        d.look();
    }
    println!("after {}", a.look() && b.look());
}

#[trace_memory]
fn block_operands() {
    let a = noisy("_tmp");
    let b = noisy("_tmp");
    eat_two({ a }, {
        let b = b;
        println!("inside");
        b
    });
    println!("after");
}

#[trace_memory]
fn labelled() {
    for n in 0..2 {
        let outer = noisy("outer");
        let value = 'found: {
            let inner = noisy("inner");
            if n == 0 {
                break 'found noisy("value");
            }
            inner.is("value");
            inner
        };
        println!("{}", value.look() && outer.look());
    }
}

#[trace_memory]
fn in_unsafe() {
    let x = noisy("_tmp");
    let y = unsafe {
        let inner = noisy("inner");
        eat(x);
        inner.pass()
    };
    y.is("y");
}

#[trace_memory]
fn vector_methods() {
    let mut quiet = Vec::new();
    let a = noisy("_tmp");
    let b = noisy("b");
    quiet.push(a);
    quiet.push(b);
    let b = quiet.pop().unwrap();
    b.look();
    look(&quiet.len());
}

#[trace_memory]
fn last_statement_call() {
    let x = noisy("_tmp");
    let y = noisy("y");
    println!("{}", y.look());
    eat(x)
}

#[trace_memory]
fn swap_and_replace() {
    let mut a = noisy("b");
    let mut b = noisy("a");
    mem::swap(&mut a, &mut b);
    let old = mem::replace(&mut a, noisy("a"));
    old.is("old");
    println!("{}", b.look());
}

#[trace_memory]
fn taken() {
    let mut a = Some(noisy("b"));
    let b = mem::take(&mut a);
    look(&b);
    mem::forget(a);
}

#[trace_memory]
fn never_reached() {
    let x = noisy("x");
    let y = noisy("y");
    if no() {
        eat_two(x, fail());
    }
    println!("{}", y.look());
}

programs! {
    into_call into_local results into_field into_containers into_nested_containers
    struct_update_of_temporary struct_update_keeps receivers receiver_at_last_use
    receiver_with_moved_arguments receiver_chain receiver_gives receiver_box receiver_of_iterator
    receiver_option conditional_if conditional_if_else conditional_and conditional_or
    conditional_in_condition conditional_match conditional_loop conditional_loop_not conditional_value
    conditional_returns twice_conditional field_out  field_into_call field_receiver
    field_receiver_stays field_conditional field_again field_copied field_deep box_content box_field
    box_again by_drop by_conditional_drop by_drop_in_expression by_own_drop by_own_forgetting_drop
    by_associated_drop by_local_drop of_a_reference forgotten manual counted cells question_marks
    question_marks_in_arguments question_marks_of_local question_marks_of_method operators conversions
    into_function_pointer in_parentheses nested_blocks block_operands labelled in_unsafe
    vector_methods last_statement_call swap_and_replace taken never_reached
}
