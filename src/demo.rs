//! The demo bundle that the binary carries, packed by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/demo.rs"));
