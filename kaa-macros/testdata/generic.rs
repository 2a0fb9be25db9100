#[kaa::coroutine]
pub fn show_all<Shown, const N: usize>(
    items: [Shown; N],
    width: impl Fn(&Shown) -> usize + 'static,
) -> io::Result<[usize; N]>
where
    Shown: Clone + Display + 'static,
{
    let mut widths = [0; N];
    let mut shown = 0;
    while shown < N {
        let item: Shown = yield_!(ask(items[shown].clone()))?;
        widths[shown] = width(&item);
        shown += 1;
    }
    Ok(widths)
}
