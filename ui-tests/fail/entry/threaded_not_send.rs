use std::rc::Rc;

#[kaa::threaded]
fn length(text: Rc<str>) -> usize { //~ ERROR it cannot be sent to another thread
    text.len()
}

fn main() {}
