//! Parameters and receivers.
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

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use drops_support::{Noisy, Pair, Tagged, check, eat, look, noisy, pair, pass, tagged};
use trace_memory::trace_memory;

#[trace_memory]
fn one(a: Noisy) {
    println!("{}", a.look());
}

#[trace_memory]
fn unused(_a: Noisy, _b: Noisy) {
    println!("inside");
}

#[trace_memory]
fn wild(_: Noisy, b: Noisy, _: Noisy) {
    println!("{}", b.look());
}

#[trace_memory]
fn empty(_a: Noisy) {}

#[trace_memory]
fn several(a: Noisy, b: &Noisy, c: Noisy, d: u8) -> bool {
    let local = noisy("local");
    println!("{} {d}", a.look() && b.look() && c.look());
    local.look()
}

#[trace_memory]
fn moved(a: Noisy, b: Noisy) -> Noisy {
    eat(a);
    b
}

#[trace_memory]
fn moved_sometimes(a: Noisy, b: Noisy, first: bool) {
    if first {
        return eat(a);
    }
    eat(b);
}

#[trace_memory]
fn mutable(mut a: Noisy, mut b: Noisy) {
    a.poke();
    b = a.pass();
    b.is("b");
}

#[trace_memory]
fn tuple((a, b): (Noisy, Noisy), c: Noisy) {
    println!("{}", a.look() && b.look() && c.look());
}

#[trace_memory]
fn tuple_wild((a, _): (Noisy, Noisy), (_, d): (Noisy, Noisy)) {
    println!("{}", a.look() && d.look());
}

#[trace_memory]
fn structure(Pair { left, right }: Pair, Tagged { value, .. }: Tagged) {
    println!("{}", left.look() && right.look() && value.look());
}

#[trace_memory]
fn array([a, .., c]: [Noisy; 3]) {
    println!("{}", a.look() && c.look());
}

#[trace_memory]
fn by_ref(ref a: Noisy, (ref b, c): (Noisy, Noisy)) {
    println!("{}", a.look() && b.look() && c.look());
}

#[trace_memory]
fn tail_borrows(a: std::cell::RefCell<Noisy>) -> bool {
    a.borrow().look()
}

#[trace_memory]
fn tail_temporary(a: Noisy) -> bool {
    let b = noisy("b");
    noisy("_tmp").take_in(noisy("_tmp")) && a.look() && b.look()
}

#[trace_memory]
fn shadows(a: Noisy) {
    let a = (a, noisy("a.1"));
    println!("{}", a.0.look());
}

#[trace_memory]
fn early(a: Noisy, well: bool) -> Result<Noisy, ()> {
    let local = noisy("local");
    check(well)?;
    local.look();
    Ok(a)
}

#[trace_memory]
fn diverges(a: Noisy) -> ! {
    a.look();
    drops_support::fail()
}

#[trace_memory]
fn gives_impl(a: Noisy) -> impl Fn() -> bool {
    let local = noisy("local");
    local.look();
    move || a.look()
}

#[trace_memory]
fn gives_dyn(a: Noisy, first: bool) -> Box<dyn Fn() -> bool> {
    if first {
        return Box::new(|| true);
    }
    Box::new(move || a.look())
}

#[trace_memory]
fn gives_reference<'a>(a: &'a Noisy, b: Noisy) -> &'a Noisy {
    b.look();
    a
}

#[trace_memory]
fn takes_impl(a: impl FnOnce() -> bool, b: Noisy) {
    println!("{}", a() && b.look());
}

#[trace_memory]
fn generic<T, const N: usize>(a: [T; N], b: T) -> T {
    look(&a);
    b
}

#[trace_memory]
unsafe extern "C" fn foreign(a: Box<Noisy>) {
    println!("{}", a.look());
}

fn functions() {
    one(noisy("a"));
    unused(noisy("_a"), noisy("_b"));
    wild(noisy("_tmp"), noisy("b"), noisy("_tmp"));
    empty(noisy("_a"));
    several(noisy("a"), &noisy("_tmp"), noisy("c"), 1);
    moved(noisy("_tmp"), noisy("_tmp"));
    moved_sometimes(noisy("_tmp"), noisy("b"), true);
    moved_sometimes(noisy("a"), noisy("_tmp"), false);
    mutable(noisy("b"), noisy("b"));
    let _ = early(noisy("_tmp"), true);
    let _ = early(noisy("a"), false);
}

fn patterns() {
    tuple((noisy("a"), noisy("b")), noisy("c"));
    tuple_wild((noisy("a"), noisy("_tmp")), (noisy("_tmp"), noisy("d")));
    structure(pair("left", "right"), Tagged { value: noisy("value"), tag: 1 });
    array([noisy("a"), noisy("_tmp"), noisy("c")]);
    by_ref(noisy("_tmp"), (noisy("_tmp"), noisy("c")));
}

fn tails() {
    tail_borrows(std::cell::RefCell::new(noisy("a")));
    tail_temporary(noisy("a"));
    shadows(noisy("a.0"));
}

fn diverging() {
    diverges(noisy("a"));
}

fn results() {
    let quiet = gives_impl(noisy("_tmp"));
    quiet();
    drop(quiet);
    gives_dyn(noisy("a"), true)();
    gives_dyn(noisy("_tmp"), false)();
    gives_reference(&noisy("_tmp"), noisy("b")).look();
}

fn generics() {
    let inside = noisy("_tmp");
    takes_impl(move || inside.look(), noisy("b"));
    generic([noisy("a.0"), noisy("a.1")], noisy("_tmp"));
    generic([1, 2], 3);
    // SAFETY: the function does nothing unsafe.
    unsafe { foreign(Box::new(noisy("a"))) };
}

struct Owner {
    first: Noisy,
    second: Noisy,
}

fn owner() -> Owner {
    // Keeps the log of one owner's fields apart from that of another's.
    noisy("_tmp").look();
    Owner { first: noisy("self.first"), second: noisy("self.second") }
}

impl Owner {
    #[trace_memory]
    fn by_value(self) {
        println!("{}", self.first.look());
    }

    #[trace_memory]
    fn by_value_and(self, a: Noisy, _b: Noisy) -> bool {
        let local = noisy("local");
        self.first.look() && a.look() && local.look()
    }

    #[trace_memory]
    fn by_value_unused(self) {}

    #[trace_memory]
    fn by_value_out(self) -> Self {
        self
    }

    #[trace_memory]
    fn by_value_early(self, first: bool) -> Option<Self> {
        if first {
            return Some(self);
        }
        self.second.look();
        None
    }

    #[trace_memory]
    fn by_value_taken_apart(self) -> Noisy {
        let Self { first, second } = self;
        second.is("second");
        first
    }

    #[trace_memory]
    fn by_value_question(self, well: bool) -> Result<(), ()> {
        let local = noisy("local");
        check(well)?;
        local.look();
        println!("well");
        Ok(())
    }

    #[trace_memory]
    fn mutable(mut self) {
        self.first = noisy("self.first");
        println!("after");
    }

    #[trace_memory]
    fn replaced(mut self) {
        self = owner();
        noisy("_tmp").look();
        println!("{}", self.second.look());
    }

    #[trace_memory]
    fn dropped(self) {
        drop(self);
        println!("after");
    }

    #[trace_memory]
    fn captured(self) -> impl FnOnce() -> bool {
        move || self.second.look()
    }

    #[trace_memory]
    fn builder(mut self, a: Noisy) -> Self {
        a.is("old");
        let old = std::mem::replace(&mut self.first, a);
        self.first.is("_tmp");
        old.is("old");
        self
    }

    #[trace_memory]
    fn boxed(self: Box<Self>) {
        println!("{}", self.first.look());
    }

    #[trace_memory]
    fn counted(self: Rc<Self>) {
        println!("{}", self.first.look());
    }

    #[trace_memory]
    fn shared(self: Arc<Self>, other: Noisy) -> Arc<Self> {
        other.look();
        self
    }

    #[trace_memory]
    fn pinned(self: Pin<Box<Self>>) {
        println!("{}", self.first.look());
    }

    #[trace_memory]
    fn borrowed(&self, a: Noisy) -> &Noisy {
        a.look();
        &self.first
    }

    #[trace_memory]
    fn changed(&mut self, a: Noisy) -> &mut Noisy {
        a.is("_tmp");
        let local = noisy("local");
        self.first = a;
        local.look();
        &mut self.first
    }

    #[trace_memory]
    #[track_caller]
    fn tracked(self, a: Noisy) {
        println!("{}", self.first.look() && a.look());
    }

    #[trace_memory]
    fn new(first: Noisy, second: Noisy) -> Self {
        Self { first, second }
    }
}

fn rename(owner: Owner) -> Owner {
    owner.first.is("_tmp");
    owner.second.is("_tmp");
    owner
}

fn receivers() {
    owner().by_value();
    owner().by_value_and(noisy("a"), noisy("_b"));
    owner().by_value_unused();
    rename(owner()).by_value_out();
    rename(owner()).by_value_early(true);
    owner().by_value_early(false);
    rename(owner()).by_value_taken_apart();
    owner().by_value_question(true).unwrap();
    owner().by_value_question(false).unwrap_err();
}

fn receivers_changed() {
    let mut quiet = owner();
    quiet.first.is("_tmp");
    quiet.mutable();
    owner().replaced();
    owner().dropped();
    let taken = owner();
    taken.second.is("_tmp");
    taken.captured()();
    let mut quiet = rename(owner()).builder(noisy("_tmp"));
    quiet.borrowed(noisy("a"));
    quiet.changed(noisy("_tmp")).look();
    Owner::new(noisy("_tmp"), noisy("_tmp"));
}

fn receivers_behind_pointers() {
    Box::new(owner()).boxed();
    Rc::new(owner()).counted();
    Arc::new(rename(owner())).shared(noisy("other"));
    Box::pin(owner()).pinned();
    owner().tracked(noisy("a"));
}

trait Speak {
    fn speak(self, other: Noisy);

    #[trace_memory]
    fn speak_twice(self, other: Noisy)
    where
        Self: Sized,
    {
        let local = noisy("local");
        println!("{}", local.look() && other.look());
    }
}

impl Speak for Noisy {
    #[trace_memory]
    fn speak(self, other: Noisy) {
        println!("{}", self.look() && other.look());
    }
}

impl Speak for u8 {
    #[trace_memory]
    fn speak(self, other: Noisy) {
        println!("{self} {}", other.look());
    }
}

fn traits() {
    noisy("self").speak(noisy("other"));
    noisy("self").speak_twice(noisy("other"));
    1.speak(noisy("other"));
    1.speak_twice(noisy("other"));
    pass(tagged("_tmp"));
}

programs! {
    functions patterns tails diverging results generics receivers receivers_changed
    receivers_behind_pointers traits
}
