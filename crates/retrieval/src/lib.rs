//! Text search over the catalogue: tokens, BM25.
