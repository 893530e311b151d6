//! `impl`, `trait` and `mod` blocks: all functions inside are traced, but those that cannot be or are skipped.
#![deny(warnings)]

use trace_memory::trace_memory;

#[derive(Clone, Debug, Default, PartialEq)]
struct Stack<T>(Vec<T>);

#[trace_memory]
impl<T: Clone> Stack<T> {
    #![allow(dead_code)]

    const EMPTY: usize = { const fn zero() -> usize { 0 } zero() };

    /// Documented.
    #[must_use]
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    #[inline]
    fn push(&mut self, value: T) -> &mut Self {
        self.0.push(value);
        self
    }

    #[trace_memory(skip)]
    fn len(&self) -> usize {
        self.0.len() + Self::EMPTY
    }

    #[trace_memory(name = "Stack::last")]
    fn first(mut self) -> Option<T> {
        self.0.pop()
    }

    async fn asynchronous(self: Box<Self>) -> usize {
        self.len()
    }

    unsafe fn dangerous(&self) -> usize {
        self.0.capacity()
    }

    fn never(&self) -> ! {
        std::process::exit(0)
    }

    extern "C" fn foreign(number: u8) -> u8 {
        number
    }
}

#[trace_memory]
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        let last = self.0.pop();
        drop(last);
    }
}

#[trace_memory(values)]
trait Shape {
    type Unit;

    fn area(&self) -> u32;

    fn double(&self) -> u32 {
        let area = self.area();
        area + area
    }

    fn boxed<'a>(self) -> Box<dyn Shape<Unit = Self::Unit> + 'a>
    where
        Self: Sized + 'a,
    {
        Box::new(self)
    }
}

struct Square(u32);

#[trace_memory]
impl Shape for Square {
    type Unit = u32;

    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

#[trace_memory]
mod geometry {
    #![allow(clippy::needless_pass_by_value)]

    use super::Shape;

    pub struct Line {
        pub name: String,
    }

    impl Line {
        pub fn named(name: &str) -> Self {
            Self { name: name.to_owned() }
        }

        pub const fn ends() -> u32 {
            2
        }
    }

    #[trace_memory(skip)]
    impl Line {
        pub fn length(&self) -> usize {
            self.name.len()
        }
    }

    pub trait Named {
        fn name(&self) -> String {
            String::from("nobody")
        }
    }

    impl Named for Line {}

    pub mod inner {
        pub fn area(shape: &dyn super::Shape<Unit = u32>) -> u32 {
            shape.area()
        }

        macro_rules! makes {
            ($name:ident) => {
                pub fn $name() -> String {
                    String::from(stringify!($name))
                }
            };
        }

        makes!(made);

        unsafe extern "C" {
            #[allow(dead_code)]
            fn abs(number: i32) -> i32;
        }
    }

    pub fn main() -> usize {
        let line = Line::named("line");
        line.length()
    }
}

fn main() {
    let mut stack = Stack::new();
    stack.push(String::from("a")).push(String::from("b"));
    assert_eq!((stack.len(), stack.clone().first()), (2, Some(String::from("b"))));
    // SAFETY: nothing is dangerous about it.
    assert!(unsafe { stack.dangerous() } >= 2);
    assert_eq!(Stack::<u8>::foreign(3), 3);
    let future = Box::new(stack.clone()).asynchronous();
    drop(future);
    let square = Square(3);
    assert_eq!(square.double(), 18);
    assert_eq!(geometry::inner::area(&*square.boxed()), 9);
    assert_eq!(geometry::main(), 4);
    use geometry::Named as _;
    assert_eq!(geometry::Line::named("x").name(), "nobody");
    assert_eq!((geometry::Line::ends(), geometry::inner::made()), (2, String::from("made")));
    if stack.len() == 2 {
        stack.never();
    }
}
