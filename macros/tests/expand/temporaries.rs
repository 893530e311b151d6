fn temporaries(queue: &Mutex<Vec<String>>) -> usize {
    queue.lock().unwrap().push(name());
    match queue.lock().unwrap().pop() {
        Some(text) => print(&text.trim().to_owned()),
        None => fail(Box::new("empty")),
    }
    fail(Box::new("on purpose"));
    let kept = &name();
    kept.len()
}
