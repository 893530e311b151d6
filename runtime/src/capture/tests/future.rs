//! The frames of futures.

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::private as p;
use crate::record::{Fact, How};

use super::{FUNCTION, enter, facts, letters};

/// A future that is pending once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

type Traced = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// In a future around it.
fn traced() -> Traced {
    Box::pin(p::future(|| &FUNCTION, async {
        let s = black_box(String::from("hello"));
        let _guard = p::keep(p::bind(&s, 0));
        Yield(false).await;
        drop(black_box(Box::new(1_u8)));
    }))
}

/// In place.
fn traced_in_place() -> Traced {
    Box::pin(async {
        let mut frame = p::enter_async(|| &FUNCTION);
        let s = black_box(String::from("hello"));
        let _guard = p::keep(p::bind(&s, 0));
        p::awaited(&mut frame, pin!(Yield(false))).await;
        drop(black_box(Box::new(1_u8)));
    })
}

fn poll(future: &mut Traced) -> bool {
    let waker = Waker::noop();
    future.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
}

#[test]
fn a_future_leaves_the_thread_while_it_waits() {
    for traced in [traced, traced_in_place] {
        let facts = facts(|| {
            let mut future = traced();
            assert!(!poll(&mut future));
            // Whatever happens meanwhile is not in its frame.
            let _frame = enter();
            drop(black_box(Box::new(2_u8)));
            assert!(poll(&mut future));
        });
        assert_eq!(letters(&facts).replace('T', ""), "(Ab-(AF+AFsdF.))E");
    }
}

#[test]
fn a_future_that_is_dropped_unfinished_is_dropped_in_its_frame() {
    for traced in [traced, traced_in_place] {
        let facts = facts(|| {
            let mut future = traced();
            assert!(!poll(&mut future));
            drop(future);
            drop(traced());
        });
        assert_eq!(letters(&facts).replace('T', ""), "(Ab-+sdF.)E");
        let ends: Vec<How> = facts
            .iter()
            .filter_map(|fact| if let Fact::Exit { how, .. } = fact { Some(*how) } else { None })
            .collect();
        assert_eq!(ends, [How::Cancelled]);
    }
}

#[test]
fn a_future_goes_on_elsewhere() {
    for traced in [traced, traced_in_place] {
        let facts = facts(|| {
            let _frame = enter();
            let mut future = traced();
            std::thread::scope(|scope| {
                scope.spawn(|| assert!(!poll(&mut future))).join().expect("it waits");
            });
            assert!(poll(&mut future));
        });
        assert!(letters(&facts).contains("+AFsdF.)"), "{}", letters(&facts));
    }
}

/// What a future carries beside its own.
#[test]
fn what_lies_in_a_future_is_small() {
    assert_eq!(size_of::<p::AsyncFrame>(), 3);
    assert_eq!(size_of::<p::Awaited<'_, u8>>(), size_of::<usize>() + 3);
    assert_eq!(size_of::<p::Kept>(), 3);
    assert_eq!(size_of::<p::Body>(), 0);
    assert_eq!(size_of::<crate::capture::future::Traced<()>>(), 6);
}
