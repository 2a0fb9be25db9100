#[kaa::coroutine(policy = pass_last)]
fn number_of(last: Option<InProgress<u32>>) -> u32 {
    if last.is_some() { 1 } else { 0 }
}
