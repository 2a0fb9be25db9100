//! What is read into: one buffer for all who read on a loop, and another when it was given away with what stands in it.

use std::cell::{Cell, RefCell};

use bytes::Bytes;

/// So much is read at once.
const SIZE: usize = 64 * 1024;

/// What is shorter is copied: given away, it would hold a whole buffer.
const WORTH_A_BUFFER: usize = SIZE / 4;

/// So many buffers a thread has, given away or spare: 4 MiB. When all are given away, what is read is copied.
const MOST_BUFFERS: usize = 64;

thread_local! {
    /// They come back from whoever has dropped the last of the bytes in them.
    static SPARE: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
    static BUFFERS: Cell<usize> = const { Cell::new(0) };
}

/// The buffer of one loop.
#[derive(Default)]
pub(crate) struct ReadBuffer {
    /// None before the first use, and while it is lent.
    buffer: Cell<Option<Box<[u8]>>>,
}

impl ReadBuffer {
    /// Lends it. What `read` has read into its beginning can be taken out as bytes.
    pub(crate) fn lend<R>(&self, read: impl FnOnce(&mut Lent) -> R) -> R {
        let buffer = self.buffer.take().unwrap_or_else(|| vec![0; SIZE].into());
        let mut lent = Lent { buffer };
        let result = read(&mut lent);
        self.buffer.set(Some(lent.buffer));
        result
    }
}

/// Another buffer, if there may be one more.
fn another() -> Option<Box<[u8]>> {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop()).ok()?;
    spare.or_else(|| {
        let buffers = BUFFERS.get();
        (buffers < MOST_BUFFERS).then(|| {
            BUFFERS.set(buffers + 1);
            vec![0; SIZE].into()
        })
    })
}

/// A buffer that is read into.
pub(crate) struct Lent {
    buffer: Box<[u8]>,
}

impl Lent {
    pub(crate) fn all(&mut self) -> &mut [u8] {
        &mut self.buffer
    }

    /// Its beginning.
    pub(crate) fn read(&self, length: usize) -> &[u8] {
        &self.buffer[..length]
    }

    /// The same, to keep: a copy, or the buffer itself, and then another takes its place.
    pub(crate) fn take(&mut self, length: usize) -> Bytes {
        let is_worth = length >= WORTH_A_BUFFER;
        match is_worth.then(another).flatten() {
            Some(next) => {
                let buffer = std::mem::replace(&mut self.buffer, next);
                Bytes::from_owner(Given { buffer, length })
            }
            None => Bytes::copy_from_slice(self.read(length)),
        }
    }
}

/// A buffer that was given away.
struct Given {
    buffer: Box<[u8]>,
    length: usize,
}

impl AsRef<[u8]> for Given {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        // In another thread than it was made in, which has its own, there may be too many. At the end of a thread there is nothing to keep
        // it for.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MOST_BUFFERS {
                spare.push(buffer);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_not_copied_and_its_buffer_comes_back() {
        let buffer = ReadBuffer::default();
        let fill = |byte: u8, length: usize| {
            buffer.lend(|lent| {
                lent.all()[..length].fill(byte);
                let place = lent.all().as_ptr();
                (lent.take(length), place)
            })
        };
        let (short, _) = fill(1, 10);
        let (long, place) = fill(2, WORTH_A_BUFFER);
        assert_eq!((long.as_ptr(), long.len()), (place, WORTH_A_BUFFER));
        let (other, elsewhere) = fill(3, WORTH_A_BUFFER);
        assert_ne!(elsewhere, place);
        assert!(short.iter().all(|byte| *byte == 1) && long.iter().all(|byte| *byte == 2));
        drop((long, other));
        let places = [fill(4, WORTH_A_BUFFER).1, fill(5, WORTH_A_BUFFER).1];
        assert!(places.contains(&place) || places.contains(&elsewhere));
    }

    #[test]
    fn when_all_are_given_away_what_is_read_is_copied() {
        let buffer = ReadBuffer::default();
        let take = || buffer.lend(|lent| (lent.all().as_ptr(), lent.take(WORTH_A_BUFFER)));
        let given: Vec<_> = (0..=MOST_BUFFERS).map(|_| take()).collect();
        let copied = given.iter().filter(|(place, bytes)| *place != bytes.as_ptr()).count();
        assert_eq!(copied, 1);
    }
}
