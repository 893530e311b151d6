//! Shapes of code as people write it: what is inferred, coerced, taken in steps, left out by `cfg`.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block,
    dead_code,
    dropping_references,
    static_mut_refs,
    unused,
    unused_qualifications,
    reason = "odd code is what is tested"
)]

#[macro_use]
mod drops_support;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::{Debug, Display, Write as _};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use drops_support::{Noisy, Pair, Tagged, check, eat, fail, look, no, noisy, pair, pass, tagged, yes};
use trace_memory::trace_memory;

#[trace_memory]
fn mapped_local() {
    let quiet_v = vec![1, 2];
    let it = quiet_v.iter();
    let x = noisy("x");
    let m = it.map(|v| v + 1);
    let quiet: Vec<i32> = m.collect();
    println!("{quiet:?} {}", x.look());
}

#[trace_memory]
fn filtered_local() {
    let names = vec![noisy("_tmp"), noisy("kept.0")].into_iter();
    let mut first = true;
    let x = noisy("x");
    let kept: Vec<Noisy> = names
        .filter(|n| {
            let skip = first;
            first = false;
            !skip && n.look()
        })
        .collect();
    println!("{} {}", kept.len(), x.look());
}

#[trace_memory]
fn into_iter_mapped() {
    let list = vec![noisy("n"), noisy("n")];
    let x = noisy("x");
    let quiet = list.into_iter().map(|n| n.look()).collect::<Vec<_>>();
    println!("{quiet:?}");
}

#[trace_memory]
fn owned_iterator_mapped() {
    let it = vec![noisy("m.0"), noisy("m.1")].into_iter();
    let m = it.map(|n| n);
    let x = noisy("x");
    println!("{:?}", m.size_hint());
}

#[trace_memory]
fn owned_iterator_chain() {
    let it = vec![noisy("z.0")].into_iter();
    let other = vec![noisy("z.1")].into_iter();
    let c = it.chain(other);
    let z = c.filter(|n| n.look());
    println!("{:?}", z.size_hint());
}

#[trace_memory]
fn argument_temporary() {
    let o = None::<&String>;
    let x = noisy("x");
    println!("{}", o.unwrap_or(&String::from("none")));
    let quiet = Some(String::from("a"));
    println!("{}", quiet.as_ref().unwrap_or(&String::from("none")));
    let some = Some(noisy("_tmp"));
    println!("{}", some.unwrap_or(noisy("_tmp")).look());
}

#[trace_memory]
fn argument_temporary_noisy() {
    let o: Option<&Noisy> = None;
    println!("{}", o.unwrap_or(&noisy("_tmp")).look());
    let x = noisy("x");
    let r = Some(&x);
    println!("{}", r.unwrap_or(&noisy("_tmp")).look());
}

#[trace_memory]
fn scoped_threads() {
    let total = Mutex::new(noisy("total"));
    let x = noisy("x");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let quiet = total.lock().unwrap();
            println!("{}", quiet.look());
        });
    });
    let y = Mutex::new(noisy("_tmp"));
    std::thread::scope(|scope| {
        scope.spawn(|| println!("{}", y.lock().unwrap().look())).join().unwrap();
        eat(y_of());
    });
    y.into_inner().unwrap().eat();
}
fn y_of() -> Noisy {
    noisy("_tmp")
}

#[trace_memory]
fn scoped_moves() {
    let total = Mutex::new(noisy("_tmp"));
    let x = noisy("x");
    let z = std::thread::scope(|scope| {
        let handle = scope.spawn(move || total.lock().unwrap().look());
        handle.join().unwrap()
    });
    println!("{z}");
}

#[trace_memory]
fn parts_in_two_steps() {
    let whole = (noisy("a"), noisy("b"));
    let x = noisy("x");
    let (a, _) = whole;
    let (_, b) = whole;
    println!("{}", a.look() && b.look() && x.look());
}

#[trace_memory]
fn part_in_one_step() {
    let whole = (noisy("a"), noisy("whole"));
    let x = noisy("x");
    let (a, _) = whole;
    println!("{}", a.look() && x.look());
}

#[trace_memory]
fn struct_parts_in_two_steps() {
    let p = pair("left", "right");
    let x = noisy("x");
    let Pair { left, .. } = p;
    let Pair { right, .. } = p;
    println!("{}", left.look() && right.look() && x.look());
}

#[trace_memory]
fn cfg_lets() {
    #[cfg(any())]
    let x = noisy("never");
    #[cfg(not(any()))]
    let x = noisy("x");
    let y = noisy("_tmp");
    #[cfg(any())]
    eat(x);
    #[cfg(not(any()))]
    eat(y);
    let z = noisy("z");
    #[cfg(any())]
    {
        eat(z);
    }
    println!("{}", x.look());
}

#[trace_memory]
fn cfg_params(#[cfg(any())] a: Noisy, #[cfg(not(any()))] a: Noisy, #[cfg(any())] b: u8, c: Noisy) {
    println!("{}", a.look());
    eat(c);
}

fn cfg_parameters() {
    cfg_params(noisy("a"), noisy("_tmp"));
}

#[trace_memory]
fn cfg_arms() {
    let x = Some(noisy("v"));
    let y = noisy("_tmp");
    match x {
        #[cfg(any())]
        Some(w) => eat(w),
        #[cfg(not(any()))]
        Some(v) => {
            eat(y);
            println!("{}", v.look());
        }
        _ => {}
    }
    println!("after");
}

#[trace_memory]
fn cfg_match_whole() {
    let x = Some(noisy("x"));
    match x {
        #[cfg(any())]
        Some(w) => eat(w),
        Some(_) => println!("some"),
        None => {}
    }
    println!("after");
}

#[trace_memory]
fn if_receiver_one(c: bool) {
    let x = noisy(if c { "_tmp" } else { "x" });
    let y = noisy(if c { "y" } else { "_tmp" });
    let q = if c { x } else { y }.look();
    println!("{q}");
}
fn if_receiver() {
    if_receiver_one(true);
    if_receiver_one(false);
}

#[trace_memory]
fn block_reference() {
    let x = noisy("_tmp");
    let y = noisy("y");
    look(&{ x });
    let z = noisy("_tmp");
    let r = &{ z };
    println!("{}", r.look());
}

#[trace_memory]
fn wild_if_one(c: bool) {
    let x = noisy(if c { "_tmp" } else { "x" });
    let y = noisy(if c { "y" } else { "_tmp" });
    let _ = if c { x } else { y };
    println!("after");
}
fn wild_if() {
    wild_if_one(true);
    wild_if_one(false);
}

#[trace_memory]
fn moves_and_names() {
    let x = noisy("_tmp");
    let y = noisy("y");
    eat(x);
    println!("{}", stringify!(x));
    let w = noisy("_tmp");
    w.eat();
    println!("{}", "{w}");
    let z = noisy("_tmp");
    pass(z).is("_tmp");
    #[cfg(any())]
    look(&z);
}

#[trace_memory]
fn method_then_names() {
    let x = noisy("_tmp");
    let y = noisy("y");
    x.eat();
    println!("{}", stringify!(x));
    println!("{{x}}");
    let z = noisy("_tmp");
    z.eat();
    if cfg!(any()) {
        println!("z");
    }
    #[cfg(any())]
    z.look();
}

fn say(x: Noisy) -> bool {
    x.is("_tmp");
    true
}

#[trace_memory]
fn not_or_return_one(c: bool) -> bool {
    let x = noisy(if c { "_tmp" } else { "x" });
    !c || return say(x);
    look(&x);
    false
}
fn not_or_return() {
    println!("{}", not_or_return_one(true));
    println!("{}", not_or_return_one(false));
}

#[trace_memory]
fn and_break() {
    let mut i = 0;
    let x = noisy("_tmp");
    let y = noisy("y");
    let r = loop {
        i += 1;
        i > 2 && break say(x);
    };
    println!("{r}");
}

struct Sink(u8);
impl Sink {
    fn take_in(&self, other: Keeper) -> bool {
        other.0.is("_tmp");
        true
    }
    fn see(&self, other: &Keeper) -> bool {
        other.0.look()
    }
}
struct Keeper(Noisy);
impl Keeper {
    #[trace_memory]
    fn into_sink(self, sink: &Sink) -> bool {
        let y = noisy("y");
        sink.take_in(self)
    }
    #[trace_memory]
    fn seen_by_sink(self) -> bool {
        let sink = Sink(1);
        let y = noisy("y");
        sink.see(&self)
    }
    #[trace_memory]
    fn into_own(self) {
        let sink = Sink(1);
        let y = noisy("y");
        println!("{}", sink.take_in(self));
    }
}
fn self_as_argument() {
    Keeper(noisy("_tmp")).into_sink(&Sink(0));
    Keeper(noisy("self")).seen_by_sink();
    Keeper(noisy("_tmp")).into_own();
}

#[trace_memory]
fn struct_base_moved() {
    let base = tagged("t.value");
    let x = noisy("x");
    let t = Tagged { tag: 2, ..base };
    println!("{}", t.value.look());
}

#[trace_memory]
fn field_again_after_pattern() {
    let mut p = pair("left", "right");
    let x = noisy("x");
    let Pair { left, right } = p;
    p.left = noisy("_tmp");
    println!("{}", left.look() && right.look());
    eat(p.left);
}

struct Bomb(Noisy, bool);
impl Drop for Bomb {
    fn drop(&mut self) {
        if self.1 {
            fail()
        }
    }
}

#[trace_memory]
fn destructor_in_assignment() {
    let y = noisy("y");
    let mut b = Bomb(noisy("b"), true);
    b = Bomb(noisy("b"), false);
    println!("not here {}", b.0.look());
}

fn dynamic(v: Box<dyn Fn(u8) -> u8>, n: u8) -> u8 {
    v(n)
}
fn slice_of(v: &[String], n: usize) -> &str {
    &v[n]
}
fn mutate(v: &mut Vec<u8>, n: usize) {
    v.push(u8::try_from(n).unwrap());
}
fn shown(v: &dyn Display, other: String) -> String {
    format!("{v}{other}")
}

#[trace_memory]
fn coercions() {
    let quiet_list = vec![String::from("a"), String::from("b")];
    let extra = String::from("e");
    let quiet = shown(&quiet_list[0], extra);
    println!("{quiet} {}", slice_of(&quiet_list, quiet_list.len() - 1));
    let mut quiet_bytes = vec![1];
    quiet_bytes.push(quiet_bytes.len() as u8);
    mutate(&mut quiet_bytes, quiet_list.len());
    let r = &mut quiet_bytes;
    mutate(r, 3);
    mutate(r, r.len());
    r.push(4);
    let add = 2;
    println!("{} {quiet_bytes:?}", dynamic(Box::new(move |n| n + add), quiet_bytes[0]));
}

#[trace_memory]
fn two_phase() {
    let mut quiet_list = vec![1, 2];
    let mut quiet_map: HashMap<String, Vec<usize>> = HashMap::new();
    let name = String::from("k");
    quiet_list.push(quiet_list.iter().sum());
    quiet_list.insert(quiet_list.len(), 7);
    quiet_list.extend_from_within(..quiet_list.len().min(1));
    quiet_map.entry(name.clone()).or_default().push(quiet_list.len());
    let at = quiet_list.len() - 1;
    quiet_list.swap(0, at);
    quiet_list.truncate(quiet_list.len() - 1);
    quiet_map.insert(name, vec![]);
    let last = quiet_list.last_mut().unwrap();
    *last += 1;
    quiet_list.retain(|n| *n != 2);
    println!("{quiet_list:?} {quiet_map:?}");
}

#[trace_memory]
fn inferred_from_outside() -> Result<Vec<u64>, std::num::ParseIntError> {
    let quiet_text = String::from("1,2,3");
    let parts = quiet_text.split(',');
    let numbers = parts.map(|p| p.parse());
    numbers.collect()
}

#[trace_memory]
fn inferred_into() -> Box<dyn std::error::Error> {
    let text = String::from("oops");
    text.into()
}

#[trace_memory]
fn inferred_parse(s: &str) -> Option<i32> {
    let quiet_text = s.to_string();
    let t = quiet_text.trim();
    t.parse().ok()
}

#[trace_memory]
fn inferred_default<T: Default + Debug>(o: Option<T>) -> String {
    let quiet_v = o.unwrap_or_default();
    format!("{quiet_v:?}")
}

#[trace_memory]
fn inferred_sum(v: Vec<f32>) -> f32 {
    let it = v.into_iter();
    let total: f32 = it.map(|x| x * 2.0).sum();
    total
}

fn inference() {
    println!(
        "{:?} {} {:?} {} {}",
        inferred_from_outside(),
        inferred_into(),
        inferred_parse(" 7 "),
        inferred_default(None::<Vec<u8>>),
        inferred_sum(vec![1.0, 2.5])
    );
}

#[trace_memory]
fn lifetimes<'a>(all: &'a [String], key: &'a str, spare: &'a mut Option<String>) -> &'a str {
    let quiet_wanted = key.to_owned();
    let found = all.iter().find(|s| **s == quiet_wanted);
    match found {
        Some(s) => s,
        None => spare.get_or_insert_with(|| quiet_wanted),
    }
}

#[trace_memory]
fn reborrowed(list: &mut Vec<Noisy>) -> Option<&mut Noisy> {
    let x = noisy("x");
    list.push(noisy("_tmp"));
    if x.look() {
        return list.iter_mut().find(|n| n.look());
    }
    list.first_mut()
}

fn borrows() {
    let all = [String::from("a")];
    println!("{} {}", lifetimes(&all, "a", &mut None), lifetimes(&all, "b", &mut None));
    println!("{}", reborrowed(&mut Vec::new()).is_some());
}

fn questions() {
    for n in 0..2 {
        println!("{:?}", questions_q(n));
    }
}
#[trace_memory]
fn questions_q(n: u8) -> Result<u8, ()> {
    let x = noisy("x");
    let y = noisy("y");
    let t = (check(n > 0)?, x.look() as u8);
    let w = y.take_in(noisy("_tmp"));
    Ok(t.0 + t.1 + w as u8)
}

#[trace_memory]
fn continue_in_operand() {
    for n in 0..2 {
        let x = noisy(if n == 0 { "x" } else { "_tmp" });
        let y = noisy("y");
        x.take_in(match n {
            0 => continue,
            _ => noisy("_tmp"),
        });
        eat(x);
        println!("{}", y.look());
    }
}

#[trace_memory]
fn labelled_operand() {
    let x = noisy("x");
    let r = 'found: {
        let y = noisy("y");
        println!("{}", y.take_in(if x.look() { break 'found 1 } else { noisy("_tmp") }));
        2
    };
    println!("{r}");
}

static mut COUNTER: u32 = 0;

#[trace_memory]
fn unsafe_things() -> u32 {
    let x = noisy("x");
    let p = &x as *const Noisy;
    let y = noisy("_tmp");
    unsafe {
        COUNTER += 1;
        println!("{}", (*p).look());
        eat(y);
        let c = COUNTER;
        c + u32::from((*p).look())
    }
}
fn unsafes() {
    println!("{}", unsafe_things());
}

#[trace_memory]
fn raw_names() {
    let r#type = noisy("r#type");
    let r#match = noisy("_tmp");
    let r#in = Some(noisy("_tmp"));
    eat(r#match);
    if let Some(r#fn) = r#in {
        r#fn.is("r#fn");
        println!("{}", r#fn.look());
    }
    println!("{}", r#type.look());
}

#[trace_memory]
fn ref_mut() {
    let mut x = Some(noisy("x"));
    let y = noisy("_tmp");
    if let Some(ref mut inner) = x {
        inner.poke();
        inner.fill(y);
    }
    match x {
        Some(ref mut v) if v.look() => {
            v.poke();
        }
        ref mut other => {
            *other = None;
        }
    }
    let (ref mut a, b) = (noisy("_tmp"), noisy("b"));
    a.poke();
    println!("{}", b.look());
}

#[trace_memory]
fn slices() {
    let list = [noisy("a"), noisy("mid.0"), noisy("c")];
    let [a, mid @ .., c] = list;
    println!("{}", a.look() && c.look() && mid[0].look());
    let v = vec![noisy("v.0"), noisy("v.1")];
    if let [first, .., last] = v.as_slice() {
        println!("{}", first.look() && last.look());
    }
    let [one, two] = <[Noisy; 2]>::try_from(v).unwrap_or_else(|_| fail());
    one.is("one");
    two.is("two");
}

#[trace_memory]
fn box_moves() {
    let quiet_b = Box::new(noisy("y"));
    let x = noisy("x");
    let y = *quiet_b;
    println!("{}", y.look() && x.look());
    let quiet_c = Box::new((noisy("l"), noisy("r")));
    let (l, r) = *quiet_c;
    println!("{}", l.look() && r.look());
}

#[trace_memory]
fn counted() {
    let a = Rc::new(RefCell::new(noisy("_tmp")));
    let quiet_b = Rc::clone(&a);
    quiet_b.borrow().is("a");
    let quiet_c = Arc::new(Mutex::new(1));
    let quiet_d = Arc::clone(&quiet_c);
    std::thread::spawn(move || *quiet_d.lock().unwrap() += 1).join().unwrap();
    println!("{}", quiet_c.lock().unwrap());
    drop(quiet_b);
    println!("after {}", a.borrow().look());
}

#[trace_memory]
fn by_value_iterators() {
    let list = vec![noisy("n"), noisy("n"), noisy("_tmp")];
    let x = noisy("x");
    for (i, n) in list.into_iter().enumerate() {
        if i == 2 {
            eat(n);
        } else {
            println!("{}", n.look());
        }
    }
    let other = [noisy("_tmp"), noisy("_tmp")];
    other.into_iter().for_each(eat);
    let third = vec![noisy("_tmp"), noisy("big")];
    let big = third.into_iter().max_by_key(|n| usize::from(n.look()));
    println!("{} {}", big.is_some(), x.look());
}

#[trace_memory]
fn sorted() {
    let mut quiet_list = vec![String::from("bb"), String::from("a")];
    let quiet_order: BTreeMap<String, u8> = BTreeMap::from([(String::from("a"), 1)]);
    let x = noisy("x");
    quiet_list.sort_by_key(|s| quiet_order.get(s).copied().unwrap_or(9));
    quiet_list.sort_by_key(|quiet_s| std::cmp::Reverse(quiet_s.clone()));
    quiet_list.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then(b.cmp(a)));
    println!("{quiet_list:?} {}", x.look());
}

#[trace_memory]
fn option_methods() {
    let mut o = Some(noisy("_tmp"));
    let t = o.take();
    t.unwrap().is("_tmp");
    o.insert(noisy("_tmp")).look();
    let old = o.replace(noisy("o"));
    old.as_ref().unwrap().is("old");
    let q = o.get_or_insert_with(|| noisy("_tmp"));
    println!("{}", q.look());
    let z = Some(noisy("z"));
    let w = z.filter(|n| n.look()).or_else(|| Some(noisy("_tmp")));
    w.as_ref().unwrap().is("w");
    let e = w.as_ref().map_or(0, |n| u8::from(n.look()));
    println!("{e}");
    let k = Some(noisy("_tmp"));
    let zipped = k.zip(Some(noisy("_tmp")));
    if let Some((a, b)) = zipped {
        a.is("a");
        b.is("b");
    }
    println!("after");
}

#[trace_memory]
fn strings() {
    let a = String::from("a");
    let b = String::from("b");
    let x = noisy("x");
    let quiet = a + &b + "c";
    let mut quiet_s = quiet.clone() + &quiet;
    quiet_s += &quiet;
    quiet_s.push_str(&b.repeat(2));
    write!(quiet_s, "{quiet}").unwrap();
    let quiet_owned: String = quiet.chars().rev().collect();
    let quiet_joined = [quiet_s, quiet_owned].concat();
    println!("{quiet_joined} {} {b}", x.look());
    let quiet_b = b;
    println!("{quiet_b}");
}

struct Wrapper(Noisy);
impl std::ops::Add for Wrapper {
    type Output = Wrapper;
    fn add(self, o: Self) -> Self {
        o.0.is("_tmp");
        self
    }
}
impl std::ops::Neg for Wrapper {
    type Output = Wrapper;
    fn neg(self) -> Self {
        self
    }
}
impl std::ops::AddAssign for Wrapper {
    fn add_assign(&mut self, o: Self) {
        o.0.is("_tmp");
    }
}
impl std::ops::Index<Noisy> for Wrapper {
    type Output = Noisy;
    fn index(&self, o: Noisy) -> &Noisy {
        o.is("_tmp");
        &self.0
    }
}
#[trace_memory]
fn operators() {
    let a = Wrapper(noisy("c"));
    let b = Wrapper(noisy("_tmp"));
    let c = -(a + b);
    let mut d = Wrapper(noisy("d"));
    let e = Wrapper(noisy("_tmp"));
    d += e;
    let i = noisy("_tmp");
    println!("{}", c.0.look() && d[i].look());
}

fn gives_impl(quiet_list: Vec<Noisy>) -> impl Iterator<Item = Noisy> {
    quiet_list.into_iter()
}
#[trace_memory]
fn impl_return(list: Vec<Noisy>, skip: usize) -> impl Iterator<Item = bool> + 'static {
    let x = noisy("x");
    println!("{}", x.look());
    list.into_iter().skip(skip).map(|n| n.look())
}
#[trace_memory]
fn impl_returns() {
    let it = impl_return(vec![noisy("_tmp"), noisy("n")], 1);
    println!("{}", it.count());
    let all = gives_impl(vec![noisy("n"), noisy("n")]);
    for n in all {
        println!("{}", n.look());
    }
}

trait Visit {
    fn visit(&mut self, n: Noisy) -> bool;
    fn end(self: Box<Self>) -> usize;
}
struct Counter(usize, Noisy);
impl Visit for Counter {
    #[trace_memory]
    fn visit(&mut self, n: Noisy) -> bool {
        self.0 += 1;
        n.look()
    }
    #[trace_memory]
    fn end(self: Box<Self>) -> usize {
        let Counter(quiet_n, ref noisy) = *self;
        noisy.is("self");
        quiet_n
    }
}
#[trace_memory]
fn objects() {
    let mut v: Box<dyn Visit> = Box::new(Counter(0, noisy("_tmp")));
    let a = noisy("n");
    v.visit(a);
    let mut quiet_all: Vec<Box<dyn Visit>> = vec![v];
    let b = noisy("n");
    quiet_all.iter_mut().for_each(|v| {
        v.visit(noisy("n"));
    });
    quiet_all[0].visit(b);
    let w = quiet_all.remove(0);
    println!("{}", w.end());
}

#[trace_memory]
fn const_generic<T: Debug, const N: usize>(items: [T; N], f: impl Fn(&T) -> bool) -> Option<[T; N]> {
    let x = noisy("x");
    if items.iter().all(f) && x.look() { Some(items) } else { None }
}
fn const_generics() {
    println!("{:?}", const_generic([1, 2], |n| *n > 0));
    println!("{:?}", const_generic(["a"], |n| n.is_empty()));
}

#[trace_memory]
fn chains_one(n: u8) -> &'static str {
    let a = Some(noisy(if n == 0 { "v" } else { "a" }));
    let b: Result<Noisy, Noisy> = if n == 1 {
        Ok(noisy("w"))
    } else if n == 2 {
        Err(noisy("b"))
    } else {
        Err(noisy("b"))
    };
    let c = noisy(if n == 2 { "_tmp" } else { "c" });
    let d = vec![noisy("d.0")];
    if n == 0 && let_some(&a) {
        let Some(v) = a else { return "no" };
        println!("{}", v.look());
        "zero"
    } else if let (1, Ok(w)) = (n, b) {
        println!("{}", w.look());
        "one"
    } else if n == 2 {
        eat(c);
        "two"
    } else if d.is_empty() {
        "empty"
    } else {
        "other"
    }
}
fn let_some(a: &Option<Noisy>) -> bool {
    a.is_some()
}
fn chains() {
    println!("{}", chains_one(0));
}

#[trace_memory]
fn async_left() {
    let x = noisy("_tmp");
    let y = noisy("y");
    let quiet_future = async move {
        x.is("_tmp");
        std::future::ready(1).await
    };
    drop(quiet_future_of(quiet_future));
    println!("{}", y.look());
}
fn quiet_future_of<F: std::future::Future>(f: F) -> F {
    f
}

#[trace_memory]
fn labels() {
    let x = noisy("x");
    let mut quiet_found = Vec::new();
    'outer: for i in 0..3 {
        let y = noisy("y");
        for j in 0..3 {
            let z = noisy(if (i, j) == (1, 1) { "_tmp" } else { "z" });
            if j > i {
                continue 'outer;
            }
            if (i, j) == (1, 1) {
                quiet_found.push((i, z));
                break 'outer;
            }
            println!("{}", y.look() && z.look());
        }
    }
    println!("{} {}", quiet_found.len(), x.look());
    quiet_found.into_iter().for_each(|(_, n)| {
        n.is("n");
    });
}

macro_rules! make_fn {
    ($name:ident, $arg:ident) => {
        #[trace_memory]
        fn $name($arg: Noisy) {
            let x = noisy("_tmp");
            let inner = noisy("inner");
            eat(x);
            println!("{}", $arg.look() && inner.look());
        }
    };
    ($name:ident { $($field:ident),* }) => {
        #[trace_memory]
        fn $name() {
            $( let $field = noisy(stringify!($field)); let x = noisy("_tmp"); x.eat(); )*
            let x = noisy("x");
            $( println!("{}", $field.take_in(noisy("_tmp"))); )*
            x.look();
        }
    };
}
make_fn!(hygienic, x);
make_fn!(hygienic_many { x1, y1 });
make_fn!(hygienic_same { x });
fn hygiene() {
    hygienic(noisy("x"));
}

/// An iterator of a type without a name, which may hold its borrow until it is dropped.
struct Keys(Vec<Noisy>);

impl Keys {
    fn keys(&self) -> impl Iterator<Item = &Noisy> {
        self.0.iter()
    }
}

fn counted_and(list: Vec<u8>, _: impl Sized) -> usize {
    list.len()
}

#[trace_memory]
fn drained_and_mentioned() {
    let mut list = vec![noisy("_tmp"), noisy("_tmp")];
    counted_and(list.drain(..).map(|_| 1).collect(), list.len());
    list.push(noisy("_tmp"));
    counted_and(list.drain(..).map(|_| 1).collect(), list);
    let keys = Keys(vec![noisy("_tmp")]);
    counted_and(keys.keys().map(|_| 1).collect(), keys);
}

#[trace_memory]
fn drained_and_filled() {
    let mut list = vec![noisy("_tmp"), noisy("_tmp")];
    if let Some(last) = list.drain(..).last() {
        list.push(last);
    }
    match list.drain(..).last() {
        Some(last) => list.push(last),
        None => list.clear(),
    }
    let keys = Keys(list);
    keys.0[0].is("keys");
}

#[trace_memory]
fn drained_in_a_tail() {
    fn by_vec() -> usize {
        let mut list = vec![noisy("_tmp")];
        list.drain(..).count()
    }
    #[trace_memory]
    fn traced_by_vec() -> usize {
        let mut list = vec![noisy("_tmp"), noisy("list")];
        list.drain(..1).count()
    }
    #[trace_memory]
    fn traced_by_keys() -> usize {
        let keys = Keys(vec![noisy("keys")]);
        keys.keys().count()
    }
    assert_eq!((by_vec(), traced_by_vec(), traced_by_keys()), (1, 1, 1));
}

programs! {
    mapped_local filtered_local into_iter_mapped owned_iterator_mapped owned_iterator_chain argument_temporary argument_temporary_noisy scoped_threads scoped_moves parts_in_two_steps part_in_one_step struct_parts_in_two_steps cfg_lets cfg_parameters cfg_arms cfg_match_whole if_receiver block_reference wild_if moves_and_names method_then_names not_or_return and_break self_as_argument struct_base_moved field_again_after_pattern destructor_in_assignment coercions two_phase inference borrows questions continue_in_operand labelled_operand unsafes raw_names ref_mut slices box_moves counted by_value_iterators sorted option_methods strings operators impl_returns objects const_generics chains async_left labels hygiene hygienic_many hygienic_same drained_and_mentioned drained_and_filled drained_in_a_tail
}
