#[kaa::coroutine]
pub fn admit(name: String, guests: Vec<String>) -> io::Result<bool> {
    if name.len() > 3 && yield_!(ask(name.clone()))? == "ann" || guests.is_empty() {
        return Ok(true);
    }
    if let Some(first) = guests.first().cloned()
        && yield_!(ask(first))? == name
    {
        println!("{name} is {}", yield_!(ask("first"))?);
    }
    Ok(false)
}
