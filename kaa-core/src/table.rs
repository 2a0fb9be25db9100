//! The tasks of this thread. They are owned here: dropping handles never stops work.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;

use slotmap::SlotMap;

use crate::block::NodeRef;
use crate::queue::TaskId;
use crate::report;

pub(crate) struct Table {
    tasks: RefCell<SlotMap<TaskId, Entry>>,
    /// Counts the tasks that ever were, so that the newest are known.
    started: Cell<u64>,
}

struct Entry {
    node: NodeRef,
    serial: u64,
}

thread_local! {
    static TABLE: Table = Table { tasks: RefCell::new(SlotMap::with_key()), started: Cell::new(0) };
}

/// Lends the table; nothing at the end of the thread.
#[inline]
pub(crate) fn with<R>(use_it: impl FnOnce(&Table) -> R) -> Option<R> {
    TABLE.try_with(use_it).ok()
}

impl Drop for Table {
    /// The thread ends, and with it whatever has driven its tasks.
    fn drop(&mut self) {
        report::loop_ended();
    }
}

impl Table {
    #[inline]
    pub(crate) fn insert(&self, node: NodeRef) -> TaskId {
        let serial = self.started.replace(self.started.get() + 1);
        self.tasks.borrow_mut().insert(Entry { node, serial })
    }

    /// To be dropped where the table is not borrowed.
    #[inline]
    pub(crate) fn remove(&self, id: TaskId) -> Option<NodeRef> {
        self.tasks.borrow_mut().remove(id).map(|entry| entry.node)
    }

    #[inline]
    pub(crate) fn get(&self, id: TaskId) -> Option<NodeRef> {
        self.tasks.borrow().get(id).map(|entry| entry.node.clone())
    }

    pub(crate) fn len(&self) -> usize {
        self.tasks.borrow().len()
    }

    pub(crate) fn newest_first(&self) -> Vec<TaskId> {
        let tasks = self.tasks.borrow();
        let mut by_age: Vec<_> = tasks.iter().map(|(id, entry)| (entry.serial, id)).collect();
        by_age.sort_unstable_by_key(|&(serial, _)| Reverse(serial));
        by_age.into_iter().map(|(_, id)| id).collect()
    }
}
