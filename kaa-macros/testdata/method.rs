#[kaa::coroutine]
pub fn greet(self: Rc<Self>, by: &'static str) -> io::Result<Rc<Self>> {
    let name = yield_!(ask(self.name.clone()))?;
    self.greeted.set(self.greeted.get() + Self::STEP);
    note(format_args!("{by} greets {name}"));
    Ok(self)
}
