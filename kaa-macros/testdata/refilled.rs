#[kaa::coroutine]
pub fn answer(request: Request) -> io::Result<String> {
    let name = request.name;
    let Config { path, .. } = yield_!(config_of(&name))?;
    yield_!(ask(request.number))?;
    Ok(name + &path)
}
