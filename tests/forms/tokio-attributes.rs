//! `#[tokio::main]`, with the attribute above and below.

use trace_memory::trace_memory;

#[tokio::main(flavor = "current_thread")]
#[trace_memory]
async fn below(text: String) -> usize {
    let copy = text.clone();
    tokio::task::yield_now().await;
    copy.len() + text.len()
}

#[trace_memory]
#[tokio::main(flavor = "current_thread")]
async fn above(text: String) -> Result<usize, std::num::ParseIntError> {
    let copy = text.clone();
    tokio::task::yield_now().await;
    let number: usize = copy.parse()?;
    Ok(number + text.len())
}

#[trace_memory]
async fn spawned(text: String) -> usize {
    let task = tokio::spawn(async move {
        let copy = text + "!";
        tokio::task::yield_now().await;
        copy.len()
    });
    task.await.unwrap()
}

#[trace_memory]
async fn selected(left: String, right: String) -> String {
    tokio::select! {
        biased;
        () = std::future::pending() => left,
        () = tokio::task::yield_now() => right,
    }
}

#[trace_memory]
async fn joined(left: String, right: String) -> usize {
    let (left, right) = tokio::join!(spawned(left), spawned(right));
    left + right
}

#[trace_memory]
#[tokio::main]
async fn main() {
    let names = std::thread::spawn(|| (below(String::from("ab")), above(String::from("7")), above(String::new())));
    println!("{:?}", names.join().unwrap());
    println!("{}", selected(String::from("left"), String::from("right")).await);
    println!("{}", joined(String::from("a"), String::from("bc")).await);
}
