#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

use std::convert::TryFrom;
use std::fmt;
use std::iter::Sum;
use std::ops::{Deref, DerefMut, Index};

trait Shape {
    const SIDES: usize;
    type Name: AsRef<str>;

    fn name(&self) -> Self::Name;

    #[trace_memory]
    fn describe(&self) -> String {
        let name = self.name();
        format!("{} with {} sides", name.as_ref(), Self::SIDES)
    }

    #[trace_memory]
    fn consumed(self) -> Self::Name
    where
        Self: Sized,
    {
        self.name()
    }

    #[trace_memory]
    fn made() -> Vec<Self>
    where
        Self: Sized + Default,
    {
        let one = Self::default();
        vec![one]
    }
}

#[derive(Default)]
struct Square(Vec<u32>);

impl Shape for Square {
    const SIDES: usize = 4;
    type Name = String;

    #[trace_memory]
    fn name(&self) -> Self::Name {
        let name = String::from("square");
        name
    }
}

impl fmt::Display for Square {
    #[trace_memory]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        f.write_str(&name)?;
        write!(f, " {:?}", self.0)
    }
}

impl Deref for Square {
    type Target = Vec<u32>;

    #[trace_memory]
    fn deref(&self) -> &Vec<u32> {
        &self.0
    }
}

impl DerefMut for Square {
    #[trace_memory]
    fn deref_mut(&mut self) -> &mut Vec<u32> {
        &mut self.0
    }
}

impl Index<usize> for Square {
    type Output = u32;

    #[trace_memory]
    fn index(&self, index: usize) -> &u32 {
        &self.0[index]
    }
}

impl Sum for Square {
    #[trace_memory]
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut numbers = Vec::new();
        for square in all {
            numbers.extend_from_slice(&square.0);
        }
        Self(numbers)
    }
}

impl Iterator for Square {
    type Item = u32;

    #[trace_memory]
    fn next(&mut self) -> Option<Self::Item> {
        let list = &mut self.0;
        list.pop()
    }
}

impl Drop for Square {
    #[trace_memory]
    fn drop(&mut self) {
        let list = std::mem::take(&mut self.0);
        assert!(list.len() < 9);
    }
}

impl From<&str> for Square {
    #[trace_memory]
    fn from(text: &str) -> Self {
        Self(text.bytes().map(u32::from).collect())
    }
}

impl<'a> TryFrom<&'a [u32]> for Square {
    type Error = &'a [u32];

    #[trace_memory]
    fn try_from(list: &'a [u32]) -> Result<Self, Self::Error> {
        if list.is_empty() {
            return Err(list);
        }
        Ok(Self(list.to_vec()))
    }
}

#[trace_memory]
fn described(shape: &dyn fmt::Display) -> String {
    shape.to_string()
}

#[trace_memory]
fn main() {
    let mut square = Square(vec![1]);
    square.push(2);
    assert_eq!(square.describe(), "square with 4 sides");
    assert_eq!(described(&square), "square [1, 2]");
    assert_eq!((square[1], square.first()), (2, Some(&1)));
    assert_eq!(square.next(), Some(2));
    assert_eq!(square.consumed(), "square");
    assert_eq!(Square::made().len(), 1);
    let sum: Square = vec![Square(vec![1]), Square::from("!")].into_iter().sum();
    assert_eq!(sum.0, [1, 33]);
    assert_eq!(Square::try_from(&[][..]).err(), Some(&[][..]));
}
