//! A generator as a stream, in async code.

#![cfg(feature = "futures")]

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use kaa::prelude::*;

#[kaa::generator]
fn count(upto: u32) -> kaa::Result<u32> {
    for n in 0..upto {
        yield_!()?;
        emit_!(n)?;
    }
    Err(kaa::Error::message("no more"))
}

async fn collect<S: Stream + Unpin>(mut stream: S) -> Vec<S::Item> {
    let mut items = Vec::new();
    while let Some(item) = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
        items.push(item);
    }
    items
}

#[test]
fn its_items_are_the_values_and_a_failure_before_the_end() {
    let items = kaa::inprogress(collect(count(3))).wait().unwrap();
    let items: Vec<_> = items.into_iter().map(|item| item.map_err(String::from)).collect();
    assert_eq!(items, [Ok(0), Ok(1), Ok(2), Err("no more".to_owned())]);
}

#[test]
fn a_stream_that_is_polled_twice_asks_once() {
    let collected = async {
        let mut counting = count(2);
        let mut first = true;
        let items = poll_fn(|context| {
            let item = Pin::new(&mut counting).poll_next(context);
            // Polled once more, although nothing has woken it.
            if std::mem::take(&mut first) {
                assert!(item.is_pending());
                return Pin::new(&mut counting).poll_next(context);
            }
            item
        });
        let first = items.await;
        (first, collect(counting).await.len())
    };
    let (first, rest) = kaa::inprogress(collected).wait().unwrap();
    assert_eq!((first.unwrap().unwrap(), rest), (0, 2));
}
