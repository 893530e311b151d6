//! When the temporaries of a tail, a condition and a scrutinee die is a matter of the edition.

use trace_memory::trace_memory;

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

struct Look<'a>(&'a Noisy, &'static str);

impl Drop for Look<'_> {
    fn drop(&mut self) {
        println!("drop {} of {}", self.1, (self.0).0);
    }
}

impl Noisy {
    fn look(&self, name: &'static str) -> Look<'_> {
        Look(self, name)
    }

    fn length(&self) -> usize {
        (self.0).len()
    }

    fn some(&self) -> Option<usize> {
        Some(self.length()).filter(|length| *length > 4)
    }

    #[trace_memory]
    fn consumed(self) -> usize {
        let _local = Noisy("local");
        self.look("tail").0.length()
    }
}

impl Look<'_> {
    fn length(&self) -> usize {
        self.0.length()
    }
}

#[trace_memory]
fn parameter(text: Noisy) -> usize {
    text.look("tail").length()
}

#[trace_memory]
fn parameters(left: Noisy, _: Noisy, (right, _kept): (Noisy, Noisy)) -> usize {
    left.look("left").length() + right.look("right").length()
}

#[trace_memory]
fn local_and_tail() -> usize {
    let _local = Noisy("local");
    Noisy("tail").length()
}

#[trace_memory]
fn local_and_block() -> usize {
    let length = {
        let _inner = Noisy("inner");
        Noisy("tail of the block").length()
    };
    println!("the block has ended");
    length
}

#[trace_memory]
fn condition(name: &'static str) -> usize {
    let _local = Noisy("local");
    if let Some(length) = Noisy(name).some() {
        println!("then");
        length
    } else {
        println!("else");
        0
    }
}

#[trace_memory]
fn scrutinee() -> usize {
    match Noisy("scrutinee").some() {
        Some(length) => {
            println!("arm");
            length
        }
        None => 0,
    }
}

#[trace_memory]
fn arm_without_braces(text: Noisy) -> usize {
    match text.length() {
        0 => 0,
        _ => Noisy("in an arm").length() + text.look("look").length(),
    }
}

#[trace_memory]
fn closure() -> usize {
    let read = |text: Noisy| text.look("tail of the closure").length();
    read(Noisy("argument"))
}

#[trace_memory]
fn early(text: Noisy) -> usize {
    let _local = Noisy("local");
    if text.length() > 3 {
        return text.look("returned").length();
    }
    0
}

#[trace_memory]
fn extended() -> usize {
    let look = &Noisy("extended");
    let _local = Noisy("local");
    look.length()
}

#[trace_memory]
fn main() {
    println!("{}", parameter(Noisy("parameter")));
    println!("{}", parameters(Noisy("a"), Noisy("b"), (Noisy("c"), Noisy("d"))));
    println!("{}", local_and_tail());
    println!("{}", local_and_block());
    println!("{}", condition("condition"));
    println!("{}", condition("cond"));
    println!("{}", scrutinee());
    println!("{}", arm_without_braces(Noisy("text")));
    println!("{}", closure());
    println!("{}", early(Noisy("early")));
    println!("{}", extended());
    println!("{}", Noisy("receiver").consumed());
}
