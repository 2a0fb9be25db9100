#[kaa::main]
fn main() { //~ ERROR nothing is waited for, so the loop would not run
    println!("hello");
}
