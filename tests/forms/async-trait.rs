//! `#[async_trait]`, with the attribute above, below and inside.

use async_trait::async_trait;
use trace_memory::trace_memory;

#[async_trait]
trait Fetch {
    async fn fetch(&self, key: String) -> usize;

    #[trace_memory]
    async fn twice(&mut self, key: &str) -> usize
    where
        Self: Sync + Send,
    {
        let first = self.fetch(key.to_owned()).await;
        first + self.fetch(key.to_owned()).await
    }

    async fn consume(self, key: String) -> String
    where
        Self: Sized;
}

struct Above(String);

#[trace_memory]
#[async_trait]
impl Fetch for Above {
    async fn fetch(&self, key: String) -> usize {
        let found = self.0.find(&key);
        tokio::task::yield_now().await;
        found.unwrap_or(key.len())
    }

    async fn consume(self, key: String) -> String {
        tokio::task::yield_now().await;
        self.0 + &key
    }
}

struct Below(String);

#[async_trait]
#[trace_memory]
impl Fetch for Below {
    async fn fetch(&self, key: String) -> usize {
        let found = self.0.find(&key);
        tokio::task::yield_now().await;
        found.unwrap_or(key.len())
    }

    async fn consume(self, key: String) -> String {
        tokio::task::yield_now().await;
        self.0 + &key
    }
}

struct Inside(String);

#[async_trait]
impl Fetch for Inside {
    #[trace_memory]
    async fn fetch(&self, key: String) -> usize {
        let found = self.0.find(&key);
        tokio::task::yield_now().await;
        found.unwrap_or(key.len())
    }

    #[trace_memory]
    async fn consume(self, key: String) -> String {
        tokio::task::yield_now().await;
        self.0 + &key
    }
}

#[async_trait(?Send)]
trait Local {
    async fn shared(self: std::rc::Rc<Self>) -> usize;
}

#[async_trait(?Send)]
impl Local for String {
    #[trace_memory]
    async fn shared(self: std::rc::Rc<Self>) -> usize {
        let other = self.clone();
        std::rc::Rc::strong_count(&other)
    }
}

#[trace_memory]
async fn all<F: Fetch + Sync + Send>(mut fetch: F) -> (usize, usize, String) {
    let once = fetch.fetch(String::from("x")).await;
    (once, fetch.twice("ab").await, fetch.consume(String::from("!")).await)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{:?}", all(Above(String::from("-x"))).await);
    println!("{:?}", all(Below(String::from("-x"))).await);
    println!("{:?}", all(Inside(String::from("-x"))).await);
    println!("{}", std::rc::Rc::new(String::new()).shared().await);
}
