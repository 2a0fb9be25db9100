#[kaa::coroutine]
pub fn fill(mut page: Page) -> io::Result<usize> {
    let lines = &mut page.lines;
    let title = &page.title;
    lines.push(title.clone());
    while lines.len() < 3 {
        let line = yield_!(ask(title.len()))?;
        lines.push(line);
    }
    yield_!()?;
    Ok(page.lines.len())
}
