fn moves() -> Pair {
    let left = make();
    let right = make();
    let used_again = make();
    look(&used_again);
    let iter = used_again.into_iter();
    drop(iter);
    Pair { left, right }
}
