fn assignments(flag: bool) {
    let late;
    let mut list = Vec::new();
    list.push(1);
    if flag {
        list = other();
    }
    late = list;
}
