async fn greet(name: String, times: u32) -> Result<usize, Error> {
    let hello = say(&name, times).await?;
    let later = async move { hello.len() };
    Ok(later.await)
}
