//! What fuzzing does with its input. Each target is a function from bytes: it
//! panics where the product is wrong, and returns for everything else. The crate in
//! `fuzz/` drives them with libFuzzer; ordinary tests call the same functions, with
//! the inputs that are kept in `fuzz/seeds`.

mod arguments;
mod bundle;
mod dataset;
mod model_stream;
mod text;

use usher_bundle::SectionKind;

/// What is done with an input.
pub type Body = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Body); 18] = [
    ("arguments", arguments::call),
    ("dataset", dataset::pack_and_open),
    ("manifest", bundle::manifest),
    ("model_stream", model_stream::read),
    ("names", text::names),
    ("questions", text::questions),
    ("section_audience", |input| bundle::section(SectionKind::Audience, input)),
    ("section_catalog", |input| bundle::section(SectionKind::Catalog, input)),
    ("section_embedder", |input| bundle::section(SectionKind::Embedder, input)),
    ("section_factors", |input| bundle::section(SectionKind::Factors, input)),
    ("section_groups", |input| bundle::section(SectionKind::Groups, input)),
    ("section_history", |input| bundle::section(SectionKind::History, input)),
    ("section_index", |input| bundle::section(SectionKind::Index, input)),
    ("section_names", |input| bundle::section(SectionKind::Names, input)),
    ("section_search", |input| bundle::section(SectionKind::Search, input)),
    ("section_tastes", |input| bundle::section(SectionKind::Tastes, input)),
    ("section_text", |input| bundle::section(SectionKind::Text, input)),
    ("section_vectors", |input| bundle::section(SectionKind::Vectors, input)),
];

/// Gives an input to a target.
///
/// # Panics
/// There is no such target, or the product is wrong.
pub fn run(target: &str, input: &[u8]) {
    match TARGETS.iter().find(|(name, _)| *name == target) {
        Some((_, body)) => body(input),
        None => panic!("there is no target {target}"),
    }
}
