#![allow(dead_code, unused_macros, reason = "a function uses some of it")]

/// Gives back what it gets.
macro_rules! id {
    ($e:expr) => {
        $e
    };
}

/// What it gets, in a block.
macro_rules! block {
    ($e:expr) => {{
        let value = $e;
        value
    }};
}

/// What it gets, as statements.
macro_rules! pass {
    ($($t:tt)*) => {
        $($t)*
    };
}

mod support {
    #![allow(warnings, reason = "it is no part of what is looked at")]
    pub use std::collections::{BTreeMap, HashMap};
    pub use std::fmt::{self, Debug, Display};
    use std::future::Future;
    use std::panic::{catch_unwind, set_hook, UnwindSafe};
    use std::pin::Pin;
    pub use std::rc::Rc;
    use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
    pub use trace_memory::trace_memory;

    /// It says when it is dropped.
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub struct D(pub &'static str);

    impl Drop for D {
        fn drop(&mut self) {
            println!("drop {}", self.0);
        }
    }

    impl D {
        pub fn name(&self) -> &'static str {
            self.0
        }
        pub fn rename(&mut self, name: &'static str) -> &mut Self {
            self.0 = name;
            self
        }
        pub fn into(self) -> &'static str {
            self.0
        }
        pub fn with(self, name: &'static str) -> D {
            let _old = self;
            D(name)
        }
    }

    pub fn d(name: &'static str) -> D {
        println!("make {}", name);
        D(name)
    }

    pub fn mk(name: &'static str) -> D {
        d(name)
    }

    pub fn show<T: Debug + ?Sized>(value: &T) {
        println!("{:?}", value);
    }

    pub fn once<F: FnOnce()>(function: F) {
        function();
    }

    pub fn eat<T>(_: T) {}

    pub fn yes() -> bool {
        std::hint::black_box(true)
    }

    pub fn no() -> bool {
        std::hint::black_box(false)
    }

    pub fn same<T>(value: T) -> T {
        value
    }

    pub fn die() -> ! {
        panic!("died")
    }

    /// Pending as often as it says.
    pub struct Yield(pub u8);

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

    /// Polls a future to its end.
    pub fn now<F: Future>(future: F) -> F::Output {
        let mut future = Box::pin(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return value;
            }
        }
    }

    pub fn quiet() {
        set_hook(Box::new(|_| {}));
    }

    /// Runs a function, and says how it ends.
    pub fn run(name: &str, function: fn()) {
        println!("# {}", name);
        if let Err(panic) = catch_unwind(function) {
            println!("panic {:?}", panic.downcast_ref::<&str>());
        }
    }
}
