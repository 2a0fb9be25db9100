#[kaa::coroutine]
pub fn first(names: Vec<&'static str>) -> io::Result<usize> {
    let length = 'found: {
        for name in names {
            let answer = yield_!(ask(name))?;
            if answer != "nobody" {
                break 'found answer.len();
            }
        }
        0
    };
    Ok(length)
}
