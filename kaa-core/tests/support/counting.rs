//! Counts what a test allocates. It counts the whole program: a test that uses it is alone in its file.

#![allow(unsafe_code, reason = "an allocator that counts is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is handed on to the system's allocator as it came; counting touches none of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's own obligation.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's own obligation.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Allocations made by `code`, and bytes that are held after it.
pub(crate) fn cost<R>(code: impl FnOnce() -> R) -> (usize, isize, R) {
    let before = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
    let result = code();
    let bytes = BYTES.load(Relaxed).cast_signed() - before.1.cast_signed();
    (ALLOCATIONS.load(Relaxed) - before.0, bytes, result)
}
