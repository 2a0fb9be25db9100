//! Random coroutine bodies against `async fn`.
//!
//! [`generate::body`] writes one, [`batch::Workshop`] compiles and runs many at once, [`shrink::smallest`] makes one that fails small.
//! What differs, or is refused though the `async fn` compiles, is a defect of the transform.

pub mod batch;
pub mod body;
pub mod generate;
pub mod shrink;
