//! Macros of the user's, of the module and of the function, and what stands in them.

extern crate trace_memory;

macro_rules! id {
    ($value:expr) => {
        $value
    };
}

macro_rules! each {
    ($value:expr) => {
        Iterator::map($value, |x| x)
    };
}

macro_rules! nothing {
    ($($value:expr),*) => {};
}

#[trace_memory::trace_memory]
fn promoted(n: u8) -> &'static [Option<u8>] {
    match n {
        0 => &id!([Some(1), None]),
        _ => id!(&[None]),
    }
}

fn two<'a>(text: &'a String, numbers: &Vec<u8>) -> (Option<&'a str>, usize) {
    (Some(text), numbers.len())
}

#[trace_memory::trace_memory]
fn part(text: &String) -> &str {
    id!(two(text, &vec![1])).0.expect("there is one")
}

#[trace_memory::trace_memory]
fn closure_in_value(list: Vec<String>) -> usize {
    let mut length = 0;
    for text in each!(list.into_iter()) {
        length += text.len();
    }
    length
}

#[trace_memory::trace_memory]
fn of_the_function(text: String, number: u8) -> Result<usize, String> {
    let error;
    macro_rules! length {
        () => {
            text.len()
        };
    }
    macro_rules! bail {
        ($value:expr) => {{
            error = $value;
            return Err(error);
        }};
    }
    if number == 0 {
        bail!(String::from("zero"));
    }
    Ok(length!() + length!())
}

#[trace_memory::trace_memory]
fn places(mut list: Vec<String>) -> String {
    macro_rules! at {
        ($index:expr) => {
            list[$index]
        };
    }
    at!(0) = String::from("new");
    at!(0).push('!');
    println!(concat!("{}", " {}"), at!(0), at!(1));
    nothing!(list);
    list.remove(1)
}

fn main() {
    println!("{:?} {:?} {}", promoted(0), promoted(1), part(&String::from("part")));
    println!("{}", closure_in_value(vec![String::from("a"), String::from("bc")]));
    for number in 0..2 {
        println!("{:?}", of_the_function(String::from("text"), number));
    }
    println!("{}", places(vec![String::from("a"), String::from("b")]));
}
