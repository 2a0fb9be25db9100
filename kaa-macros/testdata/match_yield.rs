#[kaa::coroutine]
pub fn connect(site: String) -> kaa::Result<()> {
    let sock = Socket::new();
    match yield_!(sock.connect(&site).timeout(Duration::from_secs(3))) {
        Ok(()) => println!("Connected to remote site successfully"),
        Err(e) => println!("Connect failed: {e}"),
    }
    Ok(())
}
