//! What generated functions work with: values that say when they are dropped, and functions that move them.
//!
//! A value carries the name of the local that holds it, and a number that tells one activation of that name
//! from the next. `_tmp` is the name of a value that no traced code holds.
#![allow(warnings, reason = "generated programs use what they happen to use")]

use std::cell::Cell;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

thread_local! {
    static ACTIVATION: Cell<u32> = const { Cell::new(0) };
    static CHANCE: Cell<u64> = const { Cell::new(0) };
    static TICKS: Cell<u32> = const { Cell::new(0) };
    static HELD: Cell<u32> = const { Cell::new(0) };
}

fn activation() -> u32 {
    ACTIVATION.set(ACTIVATION.get() + 1);
    ACTIVATION.get()
}

/// Starts one run of one function; the same `round` takes the same decisions.
pub fn run(name: &str, round: u64, function: impl FnOnce()) {
    println!("# {name}");
    CHANCE.set(0x9e37_79b9_7f4a_7c15 ^ (round << 20));
    TICKS.set(0);
    if panic::catch_unwind(panic::AssertUnwindSafe(function)).is_err() {
        println!("unwound");
    }
}

/// True once in `n` times.
pub fn chance(n: u64) -> bool {
    let mut x = CHANCE.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
    CHANCE.set(x);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) % n == 0
}

/// Ends a run whose loops do not.
pub fn tick() {
    TICKS.set(TICKS.get() + 1);
    if TICKS.get() > 40 {
        fail::<()>();
    }
}

/// Bytes of the block that a noisy value has. A future that awaits nothing has fewer, and others more.
const BLOCK: usize = 3;

pub struct Noisy {
    holder: Cell<&'static str>,
    activation: Cell<u32>,
    heap: Box<[u8; BLOCK]>,
}

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {} #{}", self.holder.get(), self.activation.get());
    }
}

/// Panics when it is dropped, if nothing panics already.
pub struct Bomb {
    holder: Cell<&'static str>,
    activation: Cell<u32>,
    heap: Box<[u8; BLOCK]>,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        println!("drop {} #{}", self.holder.get(), self.activation.get());
        if !std::thread::panicking() {
            panic::resume_unwind(Box::new(()));
        }
    }
}

pub fn noisy(name: &'static str) -> Noisy {
    Noisy { holder: Cell::new(name), activation: Cell::new(activation()), heap: Box::new([1; BLOCK]) }
}

pub fn make(name: &'static str) -> Noisy {
    noisy(name)
}

pub fn bomb(name: &'static str) -> Bomb {
    Bomb { holder: Cell::new(name), activation: Cell::new(activation()), heap: Box::new([1; BLOCK]) }
}

/// Gives every value inside a new name.
pub trait Hold {
    fn hold_as(&self, name: &'static str, activation: u32);

    fn hold(&self, name: &'static str) {
        self.hold_as(name, activation());
    }
}

impl Hold for Noisy {
    fn hold_as(&self, name: &'static str, activation: u32) {
        HELD.set(HELD.get() + 1);
        self.holder.set(name);
        self.activation.set(activation);
    }
}

impl Hold for Bomb {
    fn hold_as(&self, name: &'static str, activation: u32) {
        HELD.set(HELD.get() + 1);
        self.holder.set(name);
        self.activation.set(activation);
    }
}

macro_rules! nothing_to_hold {
    ($($kind:ty)*) => {
        $(impl Hold for $kind {
            fn hold_as(&self, _: &'static str, _: u32) {}
        })*
    };
}
nothing_to_hold! { () u8 bool }

macro_rules! hold_through {
    ($($kind:ty)*) => {
        $(impl<T: Hold + ?Sized> Hold for $kind {
            fn hold_as(&self, name: &'static str, activation: u32) {
                (**self).hold_as(name, activation);
            }
        })*
    };
}
hold_through! { &T Box<T> Rc<T> ManuallyDrop<T> }

impl<T: Hold> Hold for [T] {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.iter().for_each(|value| value.hold_as(name, activation));
    }
}

impl<T: Hold, const N: usize> Hold for [T; N] {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.as_slice().hold_as(name, activation);
    }
}

impl<T: Hold> Hold for Vec<T> {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.as_slice().hold_as(name, activation);
    }
}

impl<T: Hold> Hold for Option<T> {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.iter().for_each(|value| value.hold_as(name, activation));
    }
}

impl<T: Hold, E: Hold> Hold for Result<T, E> {
    fn hold_as(&self, name: &'static str, activation: u32) {
        match self {
            Ok(value) => value.hold_as(name, activation),
            Err(value) => value.hold_as(name, activation),
        }
    }
}

impl<A: Hold, B: Hold> Hold for (A, B) {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.0.hold_as(name, activation);
        self.1.hold_as(name, activation);
    }
}

impl<A: Hold, B: Hold, C: Hold> Hold for (A, B, C) {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.0.hold_as(name, activation);
        self.1.hold_as(name, activation);
        self.2.hold_as(name, activation);
    }
}

pub struct Pair {
    pub left: Noisy,
    pub right: Noisy,
}

pub struct Tagged {
    pub value: Noisy,
    pub tag: u8,
}

pub struct Nested {
    pub pair: Pair,
    pub extra: Noisy,
}

pub struct Wrap<T> {
    pub inner: T,
}

pub enum Shape {
    Line(Noisy),
    Area { width: Noisy, height: Noisy },
}

impl Hold for Pair {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.left.hold_as(name, activation);
        self.right.hold_as(name, activation);
    }
}

impl Hold for Tagged {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.value.hold_as(name, activation);
    }
}

impl Hold for Nested {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.pair.hold_as(name, activation);
        self.extra.hold_as(name, activation);
    }
}

impl<T: Hold> Hold for Wrap<T> {
    fn hold_as(&self, name: &'static str, activation: u32) {
        self.inner.hold_as(name, activation);
    }
}

impl Hold for Shape {
    fn hold_as(&self, name: &'static str, activation: u32) {
        match self {
            Shape::Line(value) => value.hold_as(name, activation),
            Shape::Area { width, height } => {
                width.hold_as(name, activation);
                height.hold_as(name, activation);
            }
        }
    }
}

pub fn pair(name: &'static str) -> Pair {
    named(name, Pair { left: noisy(name), right: noisy(name) })
}

pub fn tagged(name: &'static str) -> Tagged {
    Tagged { value: noisy(name), tag: 1 }
}

pub fn nested(name: &'static str) -> Nested {
    named(name, Nested { pair: pair(name), extra: noisy(name) })
}

/// One of the variants.
pub fn shape(name: &'static str) -> Shape {
    if chance(2) {
        return Shape::Line(noisy(name));
    }
    named(name, Shape::Area { width: noisy(name), height: noisy(name) })
}

/// A value, or none.
pub fn maybe<T>(value: T) -> Option<T> {
    if chance(2) { Some(value) } else { gone(value) }
}

fn gone<T>(value: T) -> Option<T> {
    // Nothing is told of it: neither its drop nor the end of its block.
    std::mem::forget(value);
    None
}

/// Methods that move a value or only look at it.
pub trait Thing: Hold {
    fn look(&self) -> bool {
        true
    }

    fn poke(&mut self) -> &mut Self {
        self
    }

    fn eat(self)
    where
        Self: Sized,
    {
        self.hold("_tmp");
    }

    fn pass_on(self) -> Self
    where
        Self: Sized,
    {
        self
    }

    fn give(self) -> Option<Self>
    where
        Self: Sized,
    {
        Some(self)
    }

    fn eat_with<T: Hold>(self, other: T)
    where
        Self: Sized,
    {
        self.hold("_tmp");
        other.hold("_tmp");
    }

    fn take_in<T: Hold>(&self, other: T) -> bool
    where
        Self: Sized,
    {
        other.hold("_tmp");
        true
    }

    fn fill<T: Hold>(&mut self, other: T) -> bool
    where
        Self: Sized,
    {
        other.hold("_tmp");
        true
    }

    fn chain<T: Hold>(self, other: T) -> Self
    where
        Self: Sized,
    {
        other.hold("_tmp");
        self
    }

    fn boxed(self: Box<Self>) -> Self
    where
        Self: Sized,
    {
        *self
    }

    fn eat_counted(self: Rc<Self>)
    where
        Self: Sized,
    {
        self.hold("_tmp");
    }
}

impl<T: Hold + ?Sized> Thing for T {}

pub fn hold<T: Hold + ?Sized>(value: &T, name: &'static str) {
    value.hold(name);
}

pub fn is<T: Hold + ?Sized>(value: &T, name: &'static str) -> bool {
    value.hold(name);
    true
}

/// Says so if the value holds nothing.
pub fn named<T: Hold>(name: &'static str, value: T) -> T {
    let before = HELD.get();
    value.hold(name);
    if HELD.get() == before {
        println!("empty {name}");
    }
    value
}

pub fn pass<T: Hold>(name: &'static str, value: T) -> T {
    value.hold(name);
    value
}

pub fn unsized_box(value: Box<Noisy>) -> Box<dyn Hold> {
    value
}

pub fn boxed_once(function: impl FnOnce() + 'static) -> Box<dyn FnOnce()> {
    Box::new(function)
}

pub fn eat<T: Hold>(value: T) {
    value.hold("_tmp");
}

pub fn eat_two<A: Hold, B: Hold>(left: A, right: B) {
    left.hold("_tmp");
    right.hold("_tmp");
}

pub fn swallow<T: Hold>(value: T) -> bool {
    value.hold("_tmp");
    true
}

pub fn call<T>(function: impl FnOnce() -> T) -> T {
    function()
}

pub fn look<T: ?Sized>(_: &T) -> bool {
    true
}

pub fn poke<T: ?Sized>(_: &mut T) {}

pub fn fail<T>() -> T {
    panic::resume_unwind(Box::new(()))
}

pub fn fail_if(now: bool) -> u8 {
    if now {
        fail::<()>();
    }
    1
}

pub fn check(well: bool) -> Result<u8, u8> {
    if well { Ok(1) } else { Err(1) }
}

pub fn opt(well: bool) -> Option<u8> {
    well.then_some(1)
}

/// Pending a number of times.
pub struct Yield(pub u32);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

/// Polls a future until it is ready, or at most `polls` times, and drops it.
pub fn drive<T>(future: impl Future<Output = T>, polls: u32) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..polls {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
    }
    None
}
