//! Reads orders and ships them: a program for `cargo trace-memory`, whose page (`docs/cli.md`) shows what is said of it.
//!
//! ```text
//! TRACE_MEMORY=bin:orders.bin cargo run --example orders
//! cargo trace-memory summary orders.bin
//! ```

use std::thread;

use trace_memory::trace_memory;

struct Order {
    customer: String,
    prices: Vec<u32>,
}

#[trace_memory]
fn main() {
    let lines = ["ada 3 4 5 6 7 8", "express grace 12", "linus", "express barbara 1 2"];
    let orders = read(&lines);
    let rates = Box::leak(Box::new([1_u32, 2, 3]));
    for order in orders {
        ship(order, rates);
    }
    let counted = thread::Builder::new().name("counter".into()).spawn(count);
    assert!(counted.is_ok_and(|counted| counted.join().is_ok_and(|sum| sum == 6)));
}

#[trace_memory]
fn read(lines: &[&str]) -> Vec<Order> {
    let mut orders = Vec::new();
    for line in lines {
        orders.push(parse(line));
    }
    orders
}

#[trace_memory]
fn parse(line: &str) -> Order {
    let mut prices = if std::env::var_os("CAREFUL").is_some() { Vec::with_capacity(6) } else { Vec::new() };
    let mut customer = String::new();
    for word in line.split(' ') {
        match word.parse() {
            Ok(price) => prices.push(price),
            Err(_) => customer = word.to_owned(),
        }
    }
    if line.starts_with("express") {
        customer.insert(0, '!');
    }
    Order { customer, prices }
}

#[trace_memory]
fn ship(order: Order, rates: &[u32]) -> u32 {
    let label = label(&order.customer);
    let parcel = Box::new(order.prices.len());
    if order.customer.starts_with('!') {
        drop(label);
        return 0;
    }
    let mut sum = 0;
    for price in &order.prices {
        let slip = price.to_string();
        sum += slip.len();
    }
    drop(parcel);
    rates.first().copied().unwrap_or(0) * u32::try_from(sum).unwrap_or(0)
}

#[trace_memory]
fn label(customer: &str) -> String {
    let loud = customer.to_uppercase();
    format!("To: {loud}")
}

#[trace_memory]
fn count() -> u32 {
    let list = vec![1, 2, 3];
    list.iter().sum()
}
