use serde_json::{Value, json};
use usher_bundle::sections::ArchivedVectors;
use usher_bundle::{Bundle, BundleError, ItemRow};

use super::error::QdrantError;
use super::fetch::{Fetch, Method, ask};
use super::{SENTENCES, WHOLE, filled, searched};
use crate::version;

/// Numbers in the vectors of one batch: about 4 MB as JSON.
const MOST_NUMBERS: usize = 400_000;

/// A bundle's vectors were loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The bundle's version.
    pub version: String,
    /// How many points were there before: all if it was complete.
    pub before: u64,
    /// Points in all.
    pub total: u64,
    /// Older collections that were deleted.
    pub dropped: Vec<String>,
}

/// A bundle's vectors cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Load {
    /// Qdrant does not take them.
    #[error("{0}. {next}", next = .0.next())]
    Qdrant(QdrantError),
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The bundle has none.
    #[error(
        "this catalogue has no vectors: its texts are searched by their words, for which Qdrant is not needed. Pack it with `--embedder lsa` or `--embedder table` if it should have some"
    )]
    NoVectors,
}

// Not as its source: the message has all of it.
impl From<QdrantError> for Load {
    fn from(error: QdrantError) -> Self {
        Self::Qdrant(error)
    }
}

/// Loads a bundle's vectors into a collection of their own. Readers see it once it is
/// complete, when the aliases `COLLECTION-VERSION` and `COLLECTION` come to mean it. What
/// an interrupted load has brought in is not brought in again, and a complete version not
/// at all. At the end all other versions are deleted but for the one before.
///
/// # Errors
/// Qdrant or the bundle fails.
pub async fn load<F: Fetch>(
    fetch: &F,
    bundle: &Bundle,
    collection: &str,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Loaded, Load> {
    let version = version(bundle.manifest());
    let section = bundle.vectors().await?.ok_or(Load::NoVectors)?;
    let vectors = section.get();
    let rows: Vec<ItemRow> =
        bundle.catalog().rows().filter(|row| !vectors.of(row.index()).is_empty()).collect();
    let total = rows.len() as u64;
    let (alias, name) = (searched(collection, &version), filled(collection, &version));
    let aliases = aliases(fetch).await?;
    let meaning =
        |alias: &str| aliases.iter().find(|(name, _)| name == alias).map(|(_, it)| it.clone());
    let previous = meaning(collection);
    if meaning(&alias).is_some() {
        if previous.as_ref() != Some(&name) {
            switch(fetch, collection, &name, previous.is_some(), Vec::new()).await?;
        }
        return Ok(Loaded { version, before: total, total, dropped: Vec::new() });
    }
    let mut before = 0;
    match count(fetch, &name).await {
        Ok(count) => before = count,
        Err(QdrantError::NoVersion) => create(fetch, &name, vectors.dimensions.to_native()).await?,
        Err(error) => return Err(error.into()),
    }
    let mut done = 0;
    for batch in batches(vectors, &rows) {
        let end = done + batch.len() as u64;
        // A batch of which some are missing comes again: a point has its place.
        if end > before {
            let points: Vec<Value> = batch
                .iter()
                .map(|row| point(vectors, *row, bundle.catalog().item_id(*row)))
                .collect();
            let path = format!("/collections/{name}/points?wait=true");
            ask(fetch, Method::Put, &path, Some(&json!({"points": points}))).await?;
        }
        done = end;
        progress(done, total);
    }
    let first = vec![json!({"create_alias": {"collection_name": name, "alias_name": alias}})];
    switch(fetch, collection, &name, previous.is_some(), first).await?;
    let dropped = drop_older(fetch, collection, &name, previous.as_deref()).await?;
    Ok(Loaded { version, before, total, dropped })
}

/// Lets the alias `collection` mean the points of this name, after some other actions and
/// together with them.
async fn switch<F: Fetch>(
    fetch: &F,
    collection: &str,
    name: &str,
    is_there: bool,
    mut actions: Vec<Value>,
) -> Result<(), QdrantError> {
    if is_there {
        actions.push(json!({"delete_alias": {"alias_name": collection}}));
    }
    actions.push(json!({"create_alias": {"collection_name": name, "alias_name": collection}}));
    let actions = json!({"actions": actions});
    ask(fetch, Method::Post, "/collections/aliases", Some(&actions)).await.map(drop)
}

/// Rows of which each batch has vectors of not too many numbers together.
fn batches<'a>(vectors: &ArchivedVectors, rows: &'a [ItemRow]) -> Vec<&'a [ItemRow]> {
    let dimensions = vectors.dimensions.to_native() as usize;
    let mut batches = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let mut numbers = 0;
        let fits = rest.iter().take_while(|row| {
            numbers += (vectors.of(row.index()).len() + 1) * dimensions;
            numbers <= MOST_NUMBERS
        });
        let (batch, next) = rest.split_at(fits.count().clamp(1, rest.len()));
        batches.push(batch);
        rest = next;
    }
    batches
}

/// A point: the whole text's vector, and its sentences'. Of an item without sentences the
/// whole text stands for them.
fn point(vectors: &ArchivedVectors, row: ItemRow, id: &str) -> Value {
    let of_item = vectors.of(row.index());
    let (values, scales) = vectors.get(of_item);
    let dimensions = (vectors.dimensions.to_native() as usize).max(1);
    let vector = |(values, scale): (&[i8], f32)| -> Vec<f32> {
        values.iter().map(|value| f32::from(*value) * scale).collect()
    };
    let scales = scales.iter().map(|scale| scale.to_native());
    let mut all: Vec<Vec<f32>> = values.chunks(dimensions).zip(scales).map(vector).collect();
    let whole = all.first().cloned().unwrap_or_default();
    if all.len() > 1 {
        all.remove(0);
    }
    json!({
        "id": row.0,
        "vector": {WHOLE: whole, SENTENCES: all},
        "payload": {"item_id": id},
    })
}

async fn create<F: Fetch>(fetch: &F, name: &str, dimensions: u32) -> Result<(), QdrantError> {
    let body = json!({
        "vectors": {
            WHOLE: {"size": dimensions, "distance": "Dot"},
            SENTENCES: {
                "size": dimensions,
                "distance": "Dot",
                "multivector_config": {"comparator": "max_sim"},
            },
        },
    });
    ask(fetch, Method::Put, &format!("/collections/{name}"), Some(&body)).await.map(drop)
}

/// How many points a collection has.
async fn count<F: Fetch>(fetch: &F, name: &str) -> Result<u64, QdrantError> {
    let path = format!("/collections/{name}/points/count");
    let result = ask(fetch, Method::Post, &path, Some(&json!({"exact": true}))).await?;
    result["count"].as_u64().ok_or(QdrantError::Protocol)
}

/// All aliases, each with what it means.
async fn aliases<F: Fetch>(fetch: &F) -> Result<Vec<(String, String)>, QdrantError> {
    let result = ask(fetch, Method::Get, "/aliases", None).await?;
    let aliases = result["aliases"].as_array().ok_or(QdrantError::Protocol)?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let alias = |it: &Value| Some((text(&it["alias_name"])?, text(&it["collection_name"])?));
    aliases.iter().map(|it| alias(it).ok_or(QdrantError::Protocol)).collect()
}

/// Deletes the collections of other versions; their aliases go with them.
async fn drop_older<F: Fetch>(
    fetch: &F,
    collection: &str,
    new: &str,
    previous: Option<&str>,
) -> Result<Vec<String>, QdrantError> {
    let result = ask(fetch, Method::Get, "/collections", None).await?;
    let names = result["collections"].as_array().ok_or(QdrantError::Protocol)?;
    let mut dropped = Vec::new();
    let versions = filled(collection, "");
    for name in names.iter().filter_map(|it| it["name"].as_str()) {
        let is_version = name.strip_prefix(&versions).is_some_and(|version| {
            version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if is_version && name != new && Some(name) != previous {
            ask(fetch, Method::Delete, &format!("/collections/{name}"), None).await?;
            dropped.push(name.to_owned());
        }
    }
    Ok(dropped)
}
