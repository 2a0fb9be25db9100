//! An established connection: who waits to read, and what waits to be written.

mod reads;
mod writes;

use std::io;
use std::rc::Rc;

use kaa_core::{Error, InProgress, Promise, Result};

use super::Chunk;
use super::state::{give_up, settle};
use super::tcp;
use crate::error::SocketError;
use crate::fd::Descriptor;
use crate::sys::poll::Interest;
use reads::Reads;
use writes::Writes;
