//! Pools that the whole program knows by name.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kaa_core::Result;

use super::ThreadPool;
use crate::error::PoolError;

static POOLS: Mutex<BTreeMap<String, ThreadPool>> = Mutex::new(BTreeMap::new());

fn pools() -> MutexGuard<'static, BTreeMap<String, ThreadPool>> {
    POOLS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ThreadPool {
    /// Makes a pool that the whole program knows by its name, in all threads and until the process ends.
    ///
    /// # Errors
    ///
    /// With [`PoolError::NameTaken`] if there is one of that name.
    ///
    /// ```
    /// use kaa_notifier::{ThreadPool, Wait};
    ///
    /// ThreadPool::register("disk", 1)?;
    /// let entries = ThreadPool::named("disk")?.run(|| Ok(std::fs::read_dir(".")?.count()));
    /// println!("{} entries", entries.wait()?);
    /// # Ok::<(), kaa_core::Error>(())
    /// ```
    pub fn register(name: &str, size: usize) -> Result<ThreadPool> {
        let mut pools = pools();
        if pools.contains_key(name) {
            return Err(PoolError::NameTaken { name: name.to_owned() }.into());
        }
        let pool = ThreadPool::new(name, size);
        pools.insert(name.to_owned(), pool.clone());
        Ok(pool)
    }

    /// The pool that was [registered](Self::register) under this name.
    ///
    /// # Errors
    ///
    /// With [`PoolError::Unknown`] if there is none, which names those that there are.
    pub fn named(name: &str) -> Result<ThreadPool> {
        let pools = pools();
        pools.get(name).cloned().ok_or_else(|| {
            let known = pools.keys().cloned().collect();
            PoolError::Unknown { name: name.to_owned(), known }.into()
        })
    }
}
