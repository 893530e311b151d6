fn closures() -> Vec<u8> {
    let bytes = make();
    let key = make();
    let found = all().iter().filter(|item| key.contains(item)).count();
    let owned = move || bytes;
    owned()
}
