//! Input that was read from the system and taken by nobody yet.

use std::cell::Cell;
use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use memchr::memmem;

/// What a read asks for.
pub(crate) struct Demand {
    pub(super) amount: Amount,
    /// Where in the input that stood which it was given.
    given: Cell<u64>,
    /// So much of the input was searched for a delimiter already.
    searched: Cell<usize>,
}

pub(crate) enum Amount {
    /// Whatever is there.
    Some,
    Exactly(usize),
    /// Up to and with one of these, within so many bytes.
    Until(Vec<Bytes>, usize),
    /// All up to the end of input, within so many bytes.
    All(usize),
}

impl Demand {
    pub(super) fn new(amount: Amount) -> Self {
        Demand { amount, given: Cell::new(0), searched: Cell::new(0) }
    }
}

/// What there is for a demand.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    Bytes(Bytes),
    /// More has to come first.
    NotYet,
    /// No delimiter within the bound.
    TooLong,
}

/// The input in order: what was given back, and behind it what has come last.
#[derive(Default)]
pub(super) struct Unread {
    /// By where it began in the input, and then by age: what was put together of several pieces may begin where another does. All of it
    /// stood before `live`.
    returned: BTreeMap<(u64, u64), Bytes>,
    /// The number of those that ever were.
    returns: u64,
    /// What stood before is not taken back any more.
    forgotten: u64,
    live: BytesMut,
    /// Where `live` begins.
    start: u64,
}

impl Unread {
    pub(super) fn is_empty(&self) -> bool {
        self.returned.is_empty() && self.live.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.returned.values().map(Bytes::len).sum::<usize>() + self.live.len()
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.live.extend_from_slice(bytes);
    }

    /// Gives `demand` so many bytes that have come just now. Only of use while this is empty.
    pub(super) fn pass_through(&mut self, length: usize, demand: &Demand) {
        demand.given.set(self.start);
        self.start += length as u64;
    }

    /// Nobody has taken what was given to `demand`.
    pub(super) fn take_back(&mut self, bytes: Bytes, demand: &Demand) {
        if !bytes.is_empty() && demand.given.get() >= self.forgotten {
            self.put_back(demand.given.get(), bytes);
        }
    }

    fn put_back(&mut self, at: u64, bytes: Bytes) {
        self.returns += 1;
        self.returned.insert((at, self.returns), bytes);
    }

    /// What was given until now does not come back.
    #[cfg(feature = "tls")]
    pub(super) fn forget_given(&mut self) {
        self.forgotten = self.start;
    }

    /// What there is for `demand`. At the end of the input a line need not be complete.
    pub(super) fn find(&mut self, demand: &Demand, is_end: bool) -> Found {
        let length = match &demand.amount {
            Amount::Some => self.first_piece(),
            Amount::Exactly(length) => (self.len() >= *length).then_some(*length),
            Amount::All(most) if self.len() > *most => return Found::TooLong,
            Amount::All(_) => is_end.then(|| self.len()).filter(|there| *there > 0),
            Amount::Until(delimiters, most) => {
                let there = self.len();
                match self.search(delimiters, demand) {
                    Some(length) if length <= *most => Some(length),
                    None if is_end && there <= *most => Some(there).filter(|there| *there > 0),
                    None if there < *most => None,
                    _ => return Found::TooLong,
                }
            }
        };
        length.map_or(Found::NotYet, |length| {
            demand.given.set(self.front());
            Found::Bytes(self.take(length))
        })
    }

    /// All of it.
    pub(super) fn take_all(&mut self) -> Bytes {
        self.take(self.len())
    }

    fn front(&self) -> u64 {
        self.returned.first_key_value().map_or(self.start, |(&(at, _), _)| at)
    }

    fn first_piece(&self) -> Option<usize> {
        let length =
            self.returned.first_key_value().map_or(self.live.len(), |(_, piece)| piece.len());
        (length > 0).then_some(length)
    }

    /// How far it is to the end of the first delimiter.
    fn search(&self, delimiters: &[Bytes], demand: &Demand) -> Option<usize> {
        if !self.returned.is_empty() {
            return first_end(&self.joined(), delimiters, 0);
        }
        let longest = delimiters.iter().map(Bytes::len).max().unwrap_or(0);
        let from = demand.searched.get().saturating_sub(longest.saturating_sub(1));
        demand.searched.set(self.live.len());
        first_end(&self.live, delimiters, from.min(self.live.len()))
    }

    fn joined(&self) -> Vec<u8> {
        let mut joined = Vec::with_capacity(self.len());
        self.returned.values().for_each(|piece| joined.extend_from_slice(piece));
        joined.extend_from_slice(&self.live);
        joined
    }

    fn take(&mut self, length: usize) -> Bytes {
        if self.returned.is_empty() {
            self.start += length as u64;
            return self.live.split_to(length).freeze();
        }
        let mut taken = BytesMut::with_capacity(length);
        while taken.len() < length {
            let left = length - taken.len();
            match self.returned.pop_first() {
                Some(((at, _), mut piece)) if piece.len() > left => {
                    taken.extend_from_slice(&piece.split_to(left));
                    self.put_back(at + left as u64, piece);
                }
                Some((_, piece)) => taken.extend_from_slice(&piece),
                None => {
                    self.start += left as u64;
                    taken.extend_from_slice(&self.live.split_to(left));
                }
            }
        }
        taken.freeze()
    }
}

/// Where the delimiter ends that ends first.
fn first_end(input: &[u8], delimiters: &[Bytes], from: usize) -> Option<usize> {
    let ends = delimiters.iter().filter_map(|delimiter| {
        let at = match delimiter.as_ref() {
            [byte] => memchr::memchr(*byte, &input[from..]),
            more => memmem::find(&input[from..], more),
        };
        at.map(|at| from + at + delimiter.len())
    });
    ends.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unread(input: &str) -> Unread {
        let mut unread = Unread::default();
        unread.extend(input.as_bytes());
        unread
    }

    fn until(delimiters: &[&'static str], most: usize) -> Demand {
        let delimiters = delimiters.iter().map(|text| Bytes::from(*text)).collect();
        Demand::new(Amount::Until(delimiters, most))
    }

    fn bytes(found: Found) -> Bytes {
        match found {
            Found::Bytes(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_ends_with_the_delimiter_that_ends_first() {
        let mut unread = unread("one;two\nthree");
        let demand = || until(&["\n", ";"], 100);
        assert_eq!(bytes(unread.find(&demand(), false)), "one;");
        assert_eq!(bytes(unread.find(&demand(), false)), "two\n");
        assert_eq!(unread.find(&demand(), false), Found::NotYet);
        assert_eq!(bytes(unread.find(&demand(), true)), "three");
        assert_eq!(unread.find(&demand(), true), Found::NotYet);
    }

    #[test]
    fn a_delimiter_is_found_that_comes_in_pieces() {
        let mut unread = unread("head\r\n\r");
        let demand = until(&["\r\n\r\n"], 100);
        assert_eq!(unread.find(&demand, false), Found::NotYet);
        unread.extend(b"\nbody");
        assert_eq!(bytes(unread.find(&demand, false)), "head\r\n\r\n");
    }

    #[test]
    fn a_line_that_is_too_long_stays() {
        let mut unread = unread("12345");
        assert_eq!(unread.find(&until(&["\n"], 5), false), Found::TooLong);
        unread.extend(b"\n");
        assert_eq!(unread.find(&until(&["\n"], 5), false), Found::TooLong);
        assert_eq!(bytes(unread.find(&until(&["\n"], 6), false)), "12345\n");
    }

    #[test]
    fn what_is_given_back_is_read_first_and_in_order() {
        let mut unread = unread("abcdefgh");
        let demands: Vec<_> = (0..3).map(|_| Demand::new(Amount::Exactly(2))).collect();
        let given: Vec<_> =
            demands.iter().map(|demand| bytes(unread.find(demand, false))).collect();
        for index in [2, 0] {
            unread.take_back(given[index].clone(), &demands[index]);
        }
        assert_eq!(unread.len(), 6);
        let demand = Demand::new(Amount::Exactly(3));
        assert_eq!(bytes(unread.find(&demand, false)), "abe");
        unread.take_back(Bytes::from("abe"), &demand);
        unread.take_back(given[1].clone(), &demands[1]);
        assert_eq!(unread.take_all(), "abecdfgh");
    }

    #[test]
    fn a_part_of_what_was_put_together_takes_the_place_of_nothing() {
        let mut unread = unread("abcd");
        let one = |unread: &mut Unread| {
            let demand = Demand::new(Amount::Exactly(1));
            (bytes(unread.find(&demand, false)), demand)
        };
        let [a, b, c] = [one(&mut unread), one(&mut unread), one(&mut unread)];
        unread.take_back(a.0, &a.1);
        unread.take_back(c.0, &c.1);
        let both = Demand::new(Amount::Exactly(2));
        let joined = bytes(unread.find(&both, false));
        assert_eq!(joined, "ac");
        unread.take_back(joined, &both);
        assert_eq!(one(&mut unread).0, "a");
        unread.take_back(b.0, &b.1);
        assert_eq!(unread.len(), 3);
    }

    #[test]
    fn a_delimiter_is_found_across_what_was_given_back() {
        let mut unread = unread("ab\ncd\n");
        let demand = Demand::new(Amount::Exactly(2));
        let given = bytes(unread.find(&demand, false));
        unread.take_back(given, &demand);
        assert_eq!(bytes(unread.find(&until(&["\n"], 9), false)), "ab\n");
        assert_eq!(bytes(unread.find(&until(&["\n"], 9), false)), "cd\n");
    }
}
