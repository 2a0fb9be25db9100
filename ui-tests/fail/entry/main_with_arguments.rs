#[kaa::main]
fn main(name: String) -> kaa::Result<()> { //~ ERROR nobody calls it with arguments
    println!("{name}");
    yield_!()
}
