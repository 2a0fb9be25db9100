//! How the last reference to a block goes: by a list and not by recursion, so that a chain of any length drops in constant
//! stack. Here also a failure is reported that nobody was told of, and a derived node is cut off that nobody sees any more.

use std::cell::{Cell, RefCell};
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

use super::{Block, Flags, Node, NodeRef};
use crate::report;

/// So many drops may nest; what comes deeper is listed.
const DEEPEST: u32 = 32;

type AnyBlock = Rc<Block<dyn Node>>;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Without a destructor, so that it can be used while the thread's other values are torn down. Empty at depth 0.
    static LISTED: RefCell<ManuallyDrop<Vec<AnyBlock>>> =
        const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

/// Drops one reference.
#[inline]
pub(super) fn let_go(block: AnyBlock) {
    let header = &block.header;
    let is_last = Rc::strong_count(&block) == 1;
    let is_empty = header.has(Flags::TAKEN);
    if header.is_derived() || (is_last && !is_empty) {
        release(block);
    }
}

/// Whether values that are being dropped are nested so deeply that the next had better be listed.
pub(crate) fn is_deep() -> bool {
    DEPTH.get() >= DEEPEST
}

/// Counts the drop of something that is no block into the depth.
pub(crate) fn nested(drop_it: impl FnOnce()) {
    let depth = DEPTH.get();
    DEPTH.set(depth + 1);
    report::caught(report::PANIC_IN_DROP, None, drop_it);
    if depth == 0 {
        release_listed();
    }
    DEPTH.set(depth);
}

#[inline(never)]
fn release(block: AnyBlock) {
    if is_deep() {
        LISTED.with_borrow_mut(|listed| listed.push(block));
    } else {
        nested(|| release_one(block));
    }
}

fn release_listed() {
    while let Some(block) = LISTED.with_borrow_mut(|listed| listed.pop()) {
        report::caught(report::PANIC_IN_DROP, None, || release_one(block));
    }
    let listed = LISTED.with_borrow_mut(|listed| mem::take(&mut **listed));
    drop(listed);
}

fn release_one(block: AnyBlock) {
    let block = if is_unseen(&block) { cut_off(block) } else { block };
    let is_unhandled = Rc::strong_count(&block) == 1 && block.header.is_unhandled();
    if let Some(error) = is_unhandled.then(|| block.body.own_failure()).flatten() {
        report::unhandled(error, block.body.origin());
    }
    if Rc::strong_count(&block) == 1 && block.header.returns() {
        block.body.give_back();
    }
    drop(block);
}

/// Held by this reference and by what it follows alone, and nobody waits.
fn is_unseen(block: &AnyBlock) -> bool {
    let header = &block.header;
    header.is_derived() && !header.has_waiters() && Rc::strong_count(block) == block.body.ties() + 1
}

fn cut_off(block: AnyBlock) -> AnyBlock {
    let mut me = NodeRef(Some(block));
    // From here on its references are dropped like any other.
    me.header().clear(Flags::DERIVED);
    me.block().body.unwanted(&me);
    me.0.take().expect("held until it is dropped")
}
