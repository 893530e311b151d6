//! Calls of methods and associated functions that are followed, of `core`, and by what stands for a reference.
use std::future::Future;
use std::cell::{Cell, RefCell};
use trace_memory::trace_memory;

#[derive(Clone, Copy)]
enum Shape {
    Round(f32),
    Square { side: f32 },
}

struct Mixer<'a, const N: usize> {
    samples: [f32; N],
    position: Cell<usize>,
    gains: &'a [f32],
    last: Option<Shape>,
    list: Vec<f32>,
}

#[trace_memory(stack_only(deep))]
impl<'a, const N: usize> Mixer<'a, N> {
    pub fn next(&mut self) -> Option<f32> {
        let at = self.position.get();
        self.position.set((at + 1) % N);
        let gain = *self.gains.get(at)?;
        self.samples[at] *= gain;
        self.last = Some(Shape::Round(self.samples[at]));
        Some(self.peak() + self.last.as_ref().map_or(0.0, Self::area))
    }

    fn peak(&self) -> f32 {
        let loudest = self.samples.iter().chain(&self.list).copied().fold(0.0, f32::max);
        loudest.clamp(-1.0, 1.0) - -loudest + self.list.len() as f32
    }

    pub fn area(shape: &Shape) -> f32 {
        match *shape {
            Shape::Round(radius) => radius.powi(2) * std::f32::consts::PI,
            Shape::Square { side } => side * side,
        }
    }

    pub fn louder(&mut self) -> Result<usize, core::num::ParseIntError> {
        for sample in &mut self.samples {
            *sample += 0.5;
        }
        let digits = "12".trim();
        let number: usize = digits.parse()?;
        Ok(number + digits.len() + Mixer::<'a, N>::next(self).is_some() as usize)
    }
}

struct Lock(RefCell<Counter>);

struct Counter(u32);

#[trace_memory(stack_only(deep))]
impl Counter {
    fn count(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(1);
        self.0
    }

    async fn later(&mut self) -> u32 {
        self.count()
    }
}

#[trace_memory(stack_only(deep))]
fn counted(lock: &Lock) -> u32 {
    let count = lock.0.borrow_mut().count();
    count + lock.0.borrow().0
}

#[trace_memory(stack_only(deep, trust(push, eq)))]
fn trusted(list: &mut Stack, left: Shape) -> bool {
    list.push(1) && Same(left) == Same(left)
}

struct Stack([u8; 4], usize);

impl Stack {
    fn push(&mut self, item: u8) -> bool {
        self.0[self.1] = item;
        self.1 += 1;
        true
    }
}

struct Same(Shape);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        matches!((self.0, other.0), (Shape::Square { .. }, Shape::Square { .. }))
    }
}

#[trace_memory(stack_only(deep))]
async fn awaited(counter: &mut Counter) -> u32 {
    counter.later().await + awaited_too(counter).await
}

#[trace_memory(stack_only(deep))]
async fn awaited_too(counter: &mut Counter) -> u32 {
    counter.count()
}

fn main() {
    let mut mixer = Mixer::<4> {
        samples: [1.0, 2.0, 3.0, 4.0],
        position: Cell::new(0),
        gains: &[1.0, 0.5],
        last: None,
        list: Vec::new(),
    };
    assert!(mixer.next().is_some());
    assert_eq!(mixer.louder(), Ok(15));
    let lock = Lock(RefCell::new(Counter(3)));
    assert_eq!(counted(&lock), 8);
    assert!(trusted(&mut Stack([0; 4], 0), Shape::Square { side: 1.0 }));
    let mut counter = Counter(0);
    let mut future = std::pin::pin!(awaited(&mut counter));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_ready());
}
