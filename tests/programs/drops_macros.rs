//! Macros: the standard library's, and some of unknown meaning. Generics and trait objects.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::dbg_macro,
    clippy::print_stderr,
    clippy::print_stdout,
    dropping_references,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;

use std::fmt::{self, Debug, Display, Write as _};

use drops_support::{Noisy, check, eat, eat_two, look, no, noisy, swallow, yes};
use trace_memory::trace_memory;

macro_rules! borrow {
    ($value:expr) => {
        look(&$value)
    };
}

macro_rules! consume {
    ($value:expr) => {
        eat($value)
    };
}

macro_rules! consume_all {
    ($($value:ident),* $(,)?) => {
        $(eat($value);)*
    };
}

macro_rules! hidden_local {
    () => {
        let x = noisy("_tmp");
        look(&x);
    };
}

macro_rules! bail_unless {
    ($condition:expr) => {
        if !$condition {
            return;
        }
    };
}

#[trace_memory]
fn borrowed() {
    let x = noisy("x");
    let y = noisy("y");
    borrow!(x);
    println!("{}", borrow!(y));
}

#[trace_memory]
fn consumed() {
    let x = noisy("_tmp");
    let y = noisy("y");
    let z = noisy("_tmp");
    consume!(x);
    println!("after");
    let () = consume!(z);
    println!("{}", y.look());
}

#[trace_memory]
fn several_consumed() {
    let x = noisy("_tmp");
    let y = noisy("_tmp");
    let z = noisy("z");
    consume_all!(x, y);
    println!("{}", z.look());
}

#[trace_memory]
fn expression_arguments() {
    let x = noisy("_tmp");
    let y = noisy("y");
    consume!(x.pass());
    borrow!(y.look());
    println!("after");
}

#[trace_memory]
fn conditional_one(first: bool) {
    let x = noisy(if first { "_tmp" } else { "x" });
    if first {
        consume!(x);
    }
    println!("after");
}

fn conditional() {
    conditional_one(true);
    conditional_one(false);
}

#[trace_memory]
fn defining() {
    let y = noisy("y");
    hidden_local!();
    let x = noisy("x");
    hidden_local!();
    println!("{}", y.look() && x.look());
}

#[trace_memory]
fn leaving() {
    let x = noisy("x");
    let y = noisy("y");
    bail_unless!(yes());
    bail_unless!(no());
    println!("{}", x.look() && y.look());
}

#[trace_memory]
fn local_macro() {
    macro_rules! local {
        ($value:expr) => {
            eat_two($value, noisy("_tmp"))
        };
    }
    let x = noisy("_tmp");
    let y = noisy("y");
    local!(x);
    println!("{}", y.look());
}

#[trace_memory]
fn vectors() {
    let x = noisy("list.0");
    let y = noisy("list.1");
    let list = vec![x, y, noisy("list.2")];
    println!("{}", list.len());
    let quiet: Vec<Option<u8>> = vec![None; 3];
    println!("{}", quiet.len());
}

struct Shown(Noisy);

impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.look())
    }
}

impl Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.look())
    }
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        self.0.look() == other.0.look()
    }
}

fn shown(name: &'static str) -> Shown {
    Shown(noisy(name))
}

#[trace_memory]
fn formatted() {
    let x = shown("x");
    let y = shown("y");
    let z = shown("z");
    let quiet = format!("{x} {} {name}", y, name = z);
    println!("{quiet} {x:?}");
    println!("{y} {:?}", z);
    let mut quiet = String::new();
    write!(quiet, "{x}").unwrap_or_default();
    println!("after");
}

#[trace_memory]
fn formatted_at_last_use() {
    let x = shown("x");
    println!("{x}");
    let y = noisy("_tmp");
    println!("{}", swallow(y));
    let z = noisy("_tmp");
    println!("{:?}", z.give().is_some());
    println!("after");
}

#[trace_memory]
fn asserted() {
    let x = shown("x");
    let y = shown("y");
    assert_eq!(x, y);
    assert!(x == y, "{x}");
    debug_assert!(x == y);
    println!("after");
}

#[trace_memory]
fn matched() {
    let x = Some(noisy("x"));
    println!("{}", matches!(x, Some(_)));
    println!("{}", matches!(x, Some(ref value) if value.look()));
    println!("{}", matches!(&x, Some(value) if value.look()));
}

#[trace_memory]
fn generic<T: Debug>(x: T, y: T) -> T {
    let z = x;
    println!("{y:?}");
    z
}

#[trace_memory]
fn generics() {
    let z = generic(shown("_tmp"), shown("y"));
    z.0.is("z");
    let number = generic(1, 2);
    println!("{z} {number}");
    println!("{:?}", generic((), ()));
}

#[trace_memory]
fn generic_option<T>(maybe: Option<T>, spare: T) -> T {
    match maybe {
        Some(value) => value,
        None => spare,
    }
}

#[trace_memory]
fn generic_options() {
    let spare = noisy("spare");
    let x = generic_option(Some(noisy("x")), spare);
    println!("{}", x.look());
    println!("{}", generic_option(None, 3));
}

#[trace_memory]
fn generic_iterator<I>(quiet_items: I) -> Vec<I::Item>
where
    I: IntoIterator,
{
    let mut quiet = Vec::new();
    for item in quiet_items {
        quiet.push(item);
    }
    quiet
}

#[trace_memory]
fn generic_iterators() {
    let list = generic_iterator([noisy("list.0"), noisy("list.1")]);
    println!("{}", list.len());
    println!("{}", generic_iterator(0..3).len());
}

trait Speak {
    fn speak(&self) -> bool;
    fn end(self: Box<Self>);
}

impl Speak for Noisy {
    fn speak(&self) -> bool {
        self.look()
    }

    #[trace_memory]
    fn end(self: Box<Self>) {
        println!("{}", self.look());
    }
}

#[trace_memory]
fn trait_objects() {
    let first: Box<dyn Speak> = Box::new(noisy("first"));
    let second: Box<dyn Speak> = Box::new(noisy("self"));
    let third: &dyn Speak = &noisy("_tmp");
    println!("{}", first.speak() && third.speak());
    second.end();
    println!("after");
}

#[trace_memory]
fn question() -> Result<(), ()> {
    let x = noisy("x");
    let quiet = format!("{}", check(yes())?);
    println!("{quiet}");
    println!("{}", check(no())?);
    eat(x);
    Ok(())
}

#[trace_memory]
fn questions() {
    let _ = question();
}

#[trace_memory]
fn asserting() {
    let x = noisy("_tmp");
    let y = noisy("_tmp");
    let z = noisy("_tmp");
    let w = noisy("w");
    assert!(swallow(x));
    debug_assert!(swallow(y), "no {}", 1);
    assert_eq!(swallow(z), true);
    println!("{}", stringify!(eat(w)));
}

#[derive(Debug)]
struct Num(i32, Vec<u8>);

#[trace_memory]
fn debugging() {
    let x = noisy("_tmp");
    let quiet = Num(1, vec![]);
    let b = dbg!(swallow(x));
    let y = noisy("y");
    let quiet = dbg!(quiet);
    let (c, quiet_d) = dbg!(b, quiet);
    println!("{c} {quiet_d:?}");
}

macro_rules! ensure {
    ($c:expr, $e:expr) => {
        if !$c {
            return Err($e);
        }
    };
}
macro_rules! bail {
    ($e:expr) => {
        return Err($e)
    };
}
macro_rules! attempt {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(e) => return Err(e.into()),
        }
    };
}
macro_rules! stop {
    ($x:expr) => {
        break $x
    };
}
macro_rules! skip_unless {
    ($x:expr) => {
        if !$x {
            continue;
        }
    };
}

#[trace_memory]
fn ensure_one(c: bool) -> Result<(), ()> {
    let x = noisy("x");
    ensure!(x.look() == c, ());
    println!("after");
    Ok(())
}
fn ensures() {
    ensure_one(true);
    ensure_one(false);
}

#[trace_memory]
fn bail_one(c: bool) -> Result<(), Noisy> {
    let x = noisy("_tmp");
    let y = noisy("y");
    if c {
        bail!(x);
    }
    x.is("x");
    Ok(())
}
fn bails() {
    bail_one(true);
    bail_one(false);
}

#[trace_memory]
fn attempt_one(c: bool) -> Result<u8, ()> {
    let x = noisy(if c { "v" } else { "_tmp" });
    let v = attempt!(x.try_give(c));
    println!("after");
    let n = attempt!(check(v.look()));
    Ok(n)
}
fn attempts() {
    attempt_one(true);
    attempt_one(false);
}

#[trace_memory]
fn stops() {
    let x = noisy("y");
    let z = noisy("z");
    let y = x;
    for n in 0..2 {
        let w = noisy("w");
        skip_unless!(w.look() && n > 0);
        println!("{n}");
    }
    println!("{}", y.look());
}

#[trace_memory]
fn matched_binding() {
    let opt = Some(noisy("_tmp"));
    println!("{}", matches!(opt, Some(_v)));
    let other = Some(noisy("other"));
    println!("{}", matches!(other, Some(_)));
    let third: Result<Noisy, Noisy> = Ok(noisy("third"));
    println!("{}", matches!(third, Err(_v)));
}

macro_rules! ret {
    ($x:expr) => {
        return $x
    };
}
macro_rules! must {
    ($o:expr) => {
        match $o {
            Some(v) => v,
            None => return None,
        }
    };
}
macro_rules! next_or_break {
    ($o:expr) => {
        match $o {
            Some(v) => v,
            None => break,
        }
    };
}
macro_rules! lets {
    ($n:ident = $e:expr) => {
        let $n = $e;
    };
}
macro_rules! boxed { ($($e:expr),*) => { [$(Box::new($e) as Box<dyn Debug>),*] }; }
macro_rules! map { ($($k:expr => $v:expr),* $(,)?) => {{ let mut m = ::std::collections::HashMap::new(); $(m.insert($k, $v);)* m }}; }
macro_rules! clone { ($($n:ident),* => $e:expr) => {{ $(let $n = $n.clone();)* $e }}; }
macro_rules! my_try {
    ($e:expr) => {
        $e?
    };
}

#[trace_memory]
fn rets() -> Noisy {
    let x = noisy("_tmp");
    let y = noisy("y");
    if y.look() {
        ret!(x);
    }
    y
}
#[trace_memory]
fn musts() -> Option<u8> {
    let x = noisy("_tmp");
    let v = must!(x.give());
    v.is("v");
    let w = must!(None::<Noisy>);
    w.is("w");
    Some(1)
}
#[trace_memory]
fn next_breaks() {
    let quiet = vec![noisy("v"), noisy("v")];
    let mut quiet_it = quiet.into_iter();
    loop {
        let v = next_or_break!(quiet_it.next());
        println!("{}", v.look());
    }
    println!("after");
}
#[trace_memory]
fn next_breaks_while() {
    let quiet = vec![noisy("v")];
    let mut quiet_it = quiet.into_iter();
    while yes() {
        let v = next_or_break!(quiet_it.next());
        println!("{}", v.look());
    }
}
#[trace_memory]
fn let_macro() {
    lets!(x = noisy("_tmp"));
    println!("{}", x.look());
    let y = noisy("y");
    lets!(z = 1);
    println!("{z} {}", y.look());
}
#[trace_memory]
fn boxed_macro() {
    let quiet_a = String::from("a");
    let quiet_b = vec![1];
    let quiet_c = boxed!(quiet_a, quiet_b, 3);
    println!("{quiet_c:?}");
}
#[trace_memory]
fn map_macro() {
    let quiet_k = String::from("k");
    let v = noisy("_tmp");
    let m = map! { quiet_k => v, String::from("z") => noisy("_tmp") };
    println!("{}", m.len());
    std::mem::forget(m);
}
#[trace_memory]
fn clone_macro() {
    let quiet_name = String::from("n");
    let x = noisy("x");
    let quiet_f = clone!(quiet_name => move || println!("{quiet_name}"));
    quiet_f();
    println!("{quiet_name} {}", x.look());
}
#[trace_memory]
fn my_tries() -> Result<u8, Box<dyn std::error::Error>> {
    let x = noisy("x");
    let quiet_s = String::from("12");
    let n: u8 = my_try!(quiet_s.parse());
    println!("{}", x.look());
    let quiet_t = format!("z{n}");
    let m = my_try!(quiet_t.parse::<u8>());
    Ok(m)
}
fn run() {
    rets().is("_tmp");
    musts();
    println!("{:?}", my_tries().map_err(|e| e.to_string()));
}
#[trace_memory]
fn in_iterator_impl_ret(n: u8) -> impl Iterator<Item = u8> {
    let x = noisy("x");
    let quiet_v = vec![n];
    if map!(1 => 2).len() == n as usize {
        println!("{}", x.look());
    }
    let quiet_b = boxed!(n);
    assert_eq!(quiet_b.len(), 1);
    quiet_v.into_iter()
}
fn impls() {
    println!("{}", in_iterator_impl_ret(1).count());
}
#[trace_memory]
fn asserts_impl_ret(a: Option<String>) -> impl Debug {
    assert!(a.is_some(), "a {a:?}");
    let x = noisy("x");
    assert!(x.take_in(noisy("_tmp")));
    debug_assert!(a.as_deref().map_or(false, |s| s.len() == 1));
    let quiet = a.unwrap();
    assert!(matches!(quiet.as_str(), "a" | "b"));
    debug_assert_ne!(quiet, "z");
    quiet
}
fn asserts() {
    println!("{:?}", asserts_impl_ret(Some("a".into())));
}
#[trace_memory]
fn lifetimes_macro<'a, T: Debug + ?Sized>(s: &'a T, quiet_o: Option<&'a str>) -> Result<&'a str, String> {
    let x = noisy("x");
    let o = my_try!(quiet_o.ok_or_else(|| format!("{s:?}")));
    println!("{}", x.look());
    assert!(!o.is_empty() && x.look());
    Ok(o)
}
fn lives() {
    println!("{:?} {:?}", lifetimes_macro("s", None), lifetimes_macro(&[1][..], Some("q")));
}
thread_local! { static LOCAL: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) }; }
#[trace_memory]
fn locals_with() {
    let x = noisy("x");
    let quiet = vec![1, 2];
    LOCAL.with_borrow_mut(|l| l.extend(quiet));
    println!("{:?} {}", LOCAL.with(|l| l.borrow().len()), x.look());
}
#[trace_memory]
fn todo_arm(n: u8) -> Noisy {
    let x = noisy("_tmp");
    match n {
        0 => x,
        1 => unimplemented!("one {}", x.look()),
        _ => todo!(),
    }
}
fn todos() {
    todo_arm(0).is("_tmp");
}
struct Big {
    a: Noisy,
    b: Option<Noisy>,
    quiet_c: Vec<u8>,
}
#[trace_memory]
fn take_field() {
    let mut big = Big { a: noisy("big.a"), b: Some(noisy("b")), quiet_c: vec![1] };
    let b = big.b.take();
    let quiet = std::mem::take(&mut big.quiet_c);
    println!("{} {}", b.is_some(), quiet.len());
    big.a.poke();
}
#[trace_memory]
fn field_args() {
    let big = Big { a: noisy("big.a"), b: None, quiet_c: vec![1] };
    let x = noisy("x");
    println!("{} {}", big.a.take_in(noisy("_tmp")), big.quiet_c.len());
    let quiet_r = &big.quiet_c;
    println!("{} {}", quiet_r.iter().max().unwrap_or(&0), x.look());
    if let Some(ref b) = big.b {
        println!("{}", b.look());
    }
}
#[trace_memory]
fn shadow_chain() {
    let x = noisy("x");
    let x = {
        x.look();
        x
    };
    let y = x.give();
    let y = y.unwrap();
    let y = if y.look() { y } else { return };
    y.is("y");
    let y = match Some(1) {
        Some(n) if n > 1 => {
            drop(y);
            noisy("_tmp")
        }
        _ => y,
    };
    println!("{}", y.look());
}
#[trace_memory]
fn while_some() {
    let mut quiet = Some(noisy("_tmp"));
    let mut n = 0;
    while let Some(x) = quiet {
        n += 1;
        quiet = if n < 3 {
            Some(x)
        } else {
            x.is("x");
            None
        };
    }
    println!("{n}");
}
#[trace_memory]
fn deref_patterns() {
    let quiet_list = vec![Some(String::from("a")), None];
    let x = noisy("x");
    let quiet_v: Vec<&str> = quiet_list
        .iter()
        .map(|o| match o {
            Some(s) => s,
            None => "none",
        })
        .collect();
    let quiet_w = quiet_list.iter().flatten().map(String::as_str).collect::<String>();
    println!("{quiet_v:?} {quiet_w} {}", x.look());
}
#[trace_memory]
fn const_blocks() {
    const N: usize = 2;
    let x = [const { None::<Noisy> }; N];
    let y = noisy("y");
    static S: &str = "s";
    println!("{} {S} {}", x.len(), y.look());
    let quiet: [u8; N] = std::array::from_fn(|i| i as u8);
    println!("{quiet:?}");
    std::mem::forget(x);
}
#[trace_memory]
fn stmt_macros() {
    let x = noisy("x");
    if x.look() {
        println!("a")
    } else {
        eprintln!("b")
    }
    match x.look() {
        true => println!("t"),
        false => panic!(),
    }
    let quiet = vec![1; 3];
    print!("{}", quiet.len());
    std::println!();
    assert!(x.look(),)
}
programs! {
    borrowed consumed several_consumed  expression_arguments conditional defining leaving
    local_macro vectors formatted formatted_at_last_use asserted matched generics generic_options
    generic_iterators trait_objects questions
    asserting debugging ensures bails attempts stops matched_binding run next_breaks next_breaks_while let_macro boxed_macro map_macro clone_macro impls asserts lives locals_with todos take_field field_args shadow_chain while_some deref_patterns const_blocks stmt_macros
}
