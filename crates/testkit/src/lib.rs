//! For tests only: a tiny catalogue, packed in memory.
