#[kaa::main]
struct Main; //~ ERROR not a function

fn main() {}
