//! The frames of futures.

use std::hint::black_box;
use std::pin::Pin;
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

type Traced = Pin<Box<dyn Future<Output = ()> + Send>>;

fn traced() -> Traced {
    Box::pin(p::future(|| &FUNCTION, async {
        let s = black_box(String::from("hello"));
        let _guard = p::bind(&s, 0);
        Yield(false).await;
        drop(black_box(Box::new(1_u8)));
    }))
}

fn poll(future: &mut Traced) -> bool {
    let waker = Waker::noop();
    future.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
}

#[test]
fn a_future_leaves_the_thread_while_it_waits() {
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

#[test]
fn a_future_that_is_dropped_unfinished_is_dropped_in_its_frame() {
    let facts = facts(|| {
        let mut future = traced();
        assert!(!poll(&mut future));
        drop(future);
        drop(traced());
    });
    let ends: Vec<How> = facts
        .iter()
        .filter_map(|fact| if let Fact::Exit { how, .. } = fact { Some(*how) } else { None })
        .collect();
    assert_eq!(ends, [How::Cancelled]);
}
