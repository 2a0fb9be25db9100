#[kaa::coroutine]
pub fn sign(names: Vec<String>, pen: Option<Guard>) -> io::Result<String> {
    let line: String = names.into_iter().map(|name| name + ";").collect();
    let pen = pen.unwrap();
    let write = move |text: &str| note(format_args!("{text} by {}", pen.name()));
    let signed = yield_!(ask(line))?;
    write(&signed);
    Ok(signed)
}
