fn patterns(pair: (String, String)) {
    let (a, b) = make_two();
    match pair {
        (x, _) if x.is_empty() => consume(x),
        (ref x, y) => look(x, y),
    }
    if let Some(value) = find(&a) && value.ok() {
        consume(b);
    }
    for item in all() {
        consume(item);
    }
}
