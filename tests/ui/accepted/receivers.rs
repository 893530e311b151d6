#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Default)]
struct Text {
    inner: String,
}

impl Text {
    #[trace_memory]
    fn new(inner: &str) -> Self {
        let inner = inner.to_owned();
        Self { inner }
    }

    #[trace_memory]
    fn by_value(self) -> String {
        self.inner
    }

    #[trace_memory]
    fn by_mutable_value(mut self) -> Self {
        self.inner.push('!');
        self
    }

    #[trace_memory]
    fn reassigned(mut self, other: Self) -> Self {
        let old = self.inner.len();
        self = other;
        self.inner.push_str(&old.to_string());
        self
    }

    #[trace_memory]
    fn by_reference(&self) -> &str {
        let text = &self.inner;
        text
    }

    #[trace_memory]
    fn by_mutable_reference(&mut self) -> &mut String {
        self.inner.push('?');
        &mut self.inner
    }

    #[trace_memory]
    fn by_lifetime<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.inner.len() > other.inner.len() { self } else { other }
    }

    #[trace_memory]
    fn by_box(self: Box<Self>) -> String {
        let unboxed = *self;
        unboxed.inner
    }

    #[trace_memory]
    fn field_of_box(self: Box<Self>) -> String {
        self.inner
    }

    #[trace_memory]
    fn by_rc(self: Rc<Self>) -> usize {
        let other = Rc::clone(&self);
        Rc::strong_count(&other)
    }

    #[trace_memory]
    fn by_arc(self: Arc<Self>) -> Option<Self> {
        Arc::into_inner(self)
    }

    #[trace_memory]
    fn by_pin(self: Pin<&mut Self>) -> usize {
        let this = self.get_mut();
        this.inner.push('.');
        this.inner.len()
    }

    #[trace_memory]
    fn by_typed_value(self: Self) -> String {
        let Self { inner } = self;
        inner
    }

    #[trace_memory]
    fn by_typed_reference(self: &Self) -> usize {
        self.inner.len()
    }

    #[trace_memory]
    fn captured(self) -> impl FnOnce() -> String {
        move || self.inner
    }

    #[trace_memory]
    fn chained(self) -> String {
        self.by_mutable_value().by_mutable_value().by_value()
    }
}

trait Sized2: Sized {
    fn pair(self, other: Self) -> (Self, Self);
}

impl<T> Sized2 for T {
    #[trace_memory]
    fn pair(self, other: Self) -> (Self, Self) {
        (other, self)
    }
}

#[trace_memory]
fn main() {
    let text = Text::new("a");
    assert_eq!(text.clone().by_value(), "a");
    assert_eq!(text.clone().by_mutable_value().inner, "a!");
    assert_eq!(text.clone().reassigned(Text::new("b")).inner, "b1");
    assert_eq!(text.by_reference(), "a");
    let mut changed = text.clone();
    changed.by_mutable_reference().push('x');
    assert_eq!(changed.inner, "a?x");
    assert_eq!(text.by_lifetime(&changed).inner, "a?x");
    assert_eq!(Box::new(text.clone()).by_box(), "a");
    assert_eq!(Box::new(text.clone()).field_of_box(), "a");
    assert_eq!(Rc::new(text.clone()).by_rc(), 2);
    assert_eq!(Arc::new(text.clone()).by_arc().unwrap().inner, "a");
    assert_eq!(Pin::new(&mut changed).by_pin(), 4);
    assert_eq!(text.clone().by_typed_value(), "a");
    assert_eq!(text.by_typed_reference(), 1);
    assert_eq!(text.clone().captured()(), "a");
    assert_eq!(text.clone().chained(), "a!!");
    assert_eq!(String::from("a").pair(String::from("b")), (String::from("b"), String::from("a")));
}
