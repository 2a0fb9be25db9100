//! Where a coroutine differs from an `async fn` on purpose: the oracle of each body is a second text, with the difference written out.
//!
//! The temporaries of a scrutinee end before the coroutine suspends. And the right side of a compound assignment is evaluated first,
//! as it is between numbers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use crate::harness::{Guard, ask, note};

type Queue = Rc<RefCell<Vec<u32>>>;

fn queue() -> Queue {
    Rc::new(RefCell::new(vec![1, 2, 3]))
}

mod drain {
    pub(crate) mod machine {
        use super::super::*;
        #[kaa::coroutine]
        pub(crate) fn drain(queue: Queue) -> io::Result<u32> {
            let mut sum = 0;
            while let Some(job) = queue.borrow_mut().pop() {
                sum += yield_!(ask(job * 10))?;
                if job == 3 {
                    queue.borrow_mut().push(5);
                }
            }
            note(queue.borrow().len());
            Ok(sum)
        }
    }

    pub(crate) mod oracle {
        use super::super::*;
        use crate::harness::oracle_yield as yield_;
        pub(crate) async fn drain(queue: Queue) -> io::Result<u32> {
            let mut sum = 0;
            loop {
                let next = queue.borrow_mut().pop();
                let Some(job) = next else { break };
                sum += yield_!(ask(job * 10))?;
                if job == 3 {
                    queue.borrow_mut().push(5);
                }
            }
            note(queue.borrow().len());
            Ok(sum)
        }
    }
}

#[test]
fn drain() {
    assert_eq!(check!(drain(queue())), ["ask 30", "ask 50", "ask 20", "ask 10", "0"]);
}

type Cache = Rc<RefCell<BTreeMap<u32, String>>>;

fn cache() -> Cache {
    Rc::new(RefCell::new(BTreeMap::from([(0, "secret".to_owned()), (1, "one".to_owned())])))
}

mod look_up {
    pub(crate) mod machine {
        use super::super::*;
        #[kaa::coroutine]
        pub(crate) fn look_up(cache: Cache, key: u32) -> io::Result<String> {
            let _open = Guard("open");
            let text = match cache.borrow().get(&key) {
                Some(text) if text == "secret" => return Err(io::Error::other("not for you")),
                Some(text) => text.clone(),
                None => {
                    let _inner = Guard("inner");
                    let text = yield_!(ask(format!("text {key}")))?;
                    cache.borrow_mut().insert(key, text.clone());
                    text
                }
            };
            note(&text);
            yield_!()?;
            Ok(text)
        }
    }

    pub(crate) mod oracle {
        use super::super::*;
        use crate::harness::oracle_yield as yield_;
        pub(crate) async fn look_up(cache: Cache, key: u32) -> io::Result<String> {
            let _open = Guard("open");
            let found = cache.borrow().get(&key).cloned();
            let text = match found {
                Some(text) if text == "secret" => return Err(io::Error::other("not for you")),
                Some(text) => text.clone(),
                None => {
                    let _inner = Guard("inner");
                    let text = yield_!(ask(format!("text {key}")))?;
                    cache.borrow_mut().insert(key, text.clone());
                    text
                }
            };
            note(&text);
            yield_!()?;
            Ok(text)
        }
    }
}

#[test]
fn look_up() {
    for key in 0..3 {
        check!(look_up(cache(), key));
    }
}

mod jumps {
    pub(crate) mod machine {
        use super::super::*;
        #[kaa::coroutine]
        pub(crate) fn jumps(queue: Queue, odd: Queue) -> io::Result<u32> {
            let mut laps = 0;
            'laps: loop {
                let _lap = Guard("lap");
                laps += 1;
                if let Some(job) = queue.borrow_mut().pop() {
                    let _job = Guard("job");
                    if job == 2 {
                        yield_!(ask("two"))?;
                        continue 'laps;
                    }
                    for n in 0..job {
                        if n == 1 {
                            odd.borrow_mut().push(n);
                            continue 'laps;
                        }
                        note(yield_!(ask(n))?);
                    }
                } else {
                    break;
                }
                note("next");
            }
            Ok(laps + odd.borrow().len() as u32)
        }
    }

    pub(crate) mod oracle {
        use super::super::*;
        use crate::harness::oracle_yield as yield_;
        pub(crate) async fn jumps(queue: Queue, odd: Queue) -> io::Result<u32> {
            let mut laps = 0;
            'laps: loop {
                let _lap = Guard("lap");
                laps += 1;
                let job = queue.borrow_mut().pop();
                if let Some(job) = job {
                    let _job = Guard("job");
                    if job == 2 {
                        yield_!(ask("two"))?;
                        continue 'laps;
                    }
                    for n in 0..job {
                        if n == 1 {
                            odd.borrow_mut().push(n);
                            continue 'laps;
                        }
                        note(yield_!(ask(n))?);
                    }
                } else {
                    break;
                }
                note("next");
            }
            Ok(laps + odd.borrow().len() as u32)
        }
    }
}

#[test]
fn jumps() {
    check!(jumps(queue(), Queue::default()));
}

#[derive(Debug, Clone, Copy)]
struct Meters(u32);

impl std::ops::AddAssign<u32> for Meters {
    fn add_assign(&mut self, more: u32) {
        self.0 += more;
    }
}

fn first() -> usize {
    note("first");
    0
}

mod overloaded_compound_assignment {
    pub(crate) mod machine {
        use super::super::*;
        #[kaa::coroutine]
        pub(crate) fn overloaded_compound_assignment() -> io::Result<u32> {
            let mut all = vec![Meters(1)];
            all[first()] += yield_!(ask(2))?;
            Ok(all[0].0)
        }
    }

    pub(crate) mod oracle {
        use super::super::*;
        use crate::harness::oracle_yield as yield_;
        pub(crate) async fn overloaded_compound_assignment() -> io::Result<u32> {
            let mut all = vec![Meters(1)];
            let more = yield_!(ask(2))?;
            all[first()] += more;
            Ok(all[0].0)
        }
    }
}

#[test]
fn overloaded_compound_assignment() {
    assert_eq!(check!(overloaded_compound_assignment()), ["ask 2", "first"]);
}
