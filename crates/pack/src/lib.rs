//! Dataset bytes in, bundle bytes out: readers, cleaning, training.
