#[kaa::coroutine]
pub fn lengths(names: Vec<Guard>) -> io::Result<usize> {
    let mut total = 0;
    for name in names {
        if name.name() == "skip" {
            continue;
        }
        total += yield_!(ask(name.name().len()))?;
        if total > 100 {
            break;
        }
    }
    note(total);
    Ok(total)
}
