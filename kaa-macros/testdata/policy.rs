#[kaa::coroutine(policy = synchronized, group = "disk", interval = self.pause, progress)]
pub fn copy(self: Rc<Self>, progress: Rc<InProgressStatus>, blocks: u64) -> io::Result<u64> {
    for block in 0..blocks {
        progress.set(block, blocks);
        yield_!(self.copy_one(block))?;
    }
    Ok(blocks)
}
