//! What the fuzz targets share. A target is a name; what it does with an input is in
//! `usher_testkit::fuzz`, where ordinary tests call it too.

use std::alloc::System;

use cap::Cap;
pub use usher_testkit::fuzz::run;

/// More memory than any input may take: libFuzzer sees only what is written to.
const MOST_BYTES: usize = 2 << 30;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MOST_BYTES);
