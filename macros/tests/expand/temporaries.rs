fn temporaries(queue: &Mutex<Vec<String>>, jobs: Vec<String>) -> usize {
    match queue.lock().unwrap().pop() {
        Some(text) => print(&text.trim().to_owned()),
        None => return 0,
    }
    let (first, _) = pair();
    let kept = &name();
    for job in jobs {
        queue.lock().unwrap().push(job);
    }
    kept.len() + first
}
