#[kaa::coroutine]
pub fn drain(queue: Rc<RefCell<Vec<u32>>>) -> io::Result<u32> {
    let mut sum = 0;
    while let Some(job) = queue.borrow_mut().pop() {
        sum += yield_!(ask(job * 10))?;
        if job > 1 {
            queue.borrow_mut().push(job - 1);
        }
    }
    Ok(sum)
}
