//! A method called through a borrowed `Box`.

use std::hint::black_box;

use trace_memory::trace_memory;

trait Shape {
    fn grow(&mut self, by: f32);
    fn area(&self) -> f32;
}

struct Square(f32);

impl Shape for Square {
    fn grow(&mut self, by: f32) {
        self.0 *= by;
    }

    fn area(&self) -> f32 {
        self.0 * self.0
    }
}

#[trace_memory(stack_only)]
fn f(shape: &mut dyn Shape) -> f32 {
    shape.grow(2.0);
    shape.area()
}

fn main() {
    let mut square: Box<dyn Shape> = Box::new(Square(1.0));
    black_box(f(square.as_mut()));
}
