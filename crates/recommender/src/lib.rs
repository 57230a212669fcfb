//! Matrix factors: scoring and top-k, training, ranking metrics.
