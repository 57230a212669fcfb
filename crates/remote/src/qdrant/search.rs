use std::fmt;
use std::rc::Rc;

use serde_json::{Value, json};
use usher_bundle::{Bundle, ItemRow};
use usher_retrieval::embed::embed;
use usher_retrieval::nearest::{ItemScore, Query};
use usher_retrieval::{Bm25, Words};
use usher_tools::{Nearest, Search, Unavailable};

use super::error::QdrantError;
use super::fetch::{Fetch, Method, ask};
use super::{COLLECTION, SENTENCES, WHOLE, searched};
use crate::version;

/// Up to so many items, all are scored, as the bundle's search scores them.
const SCORED_ALL: usize = 10_000;
/// Of a larger catalogue so many are asked for by each vector.
const NEAREST: usize = 200;

/// Search over the texts of a bundle: words by the bundle's postings, meaning by the
/// vectors that were loaded into Qdrant. Where those cannot be read, words are compared
/// alone, and the answer says so.
pub struct QdrantSearch<F> {
    bundle: Rc<Bundle>,
    collection: String,
    fetch: F,
}

impl<F> fmt::Debug for QdrantSearch<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QdrantSearch").field(&self.collection).finish()
    }
}

impl<F: Fetch> QdrantSearch<F> {
    /// The search of a bundle, in the collection that `usher load qdrant` fills unless told
    /// otherwise. Nothing is asked yet.
    #[must_use]
    pub fn new(bundle: Rc<Bundle>, fetch: F) -> Self {
        Self::of_collection(bundle, COLLECTION, fetch)
    }

    /// The same in a collection of another name.
    #[must_use]
    pub fn of_collection(bundle: Rc<Bundle>, collection: &str, fetch: F) -> Self {
        let collection = searched(collection, &version(bundle.manifest()));
        Self { bundle, collection, fetch }
    }

    /// Whether Qdrant answers and holds this bundle.
    ///
    /// # Errors
    /// It does not, and why.
    pub async fn check(&self) -> Result<(), Unavailable> {
        let path = format!("/collections/{}", self.collection);
        Ok(ask(&self.fetch, Method::Get, &path, None).await.map(drop)?)
    }

    /// How near each item is by meaning, by row; negative infinity where that is not known.
    async fn meant(
        &self,
        query: &Query,
        within: Option<&[ItemRow]>,
        words: &Words<'_>,
    ) -> Result<Vec<f32>, QdrantError> {
        let n_items = self.bundle.catalog().n_items();
        let query: Vec<f32> = query.numbers().collect();
        if n_items <= SCORED_ALL {
            return self.exact(&query, None, n_items).await;
        }
        // The nearest by either vector, and what else is looked at; then all of those by
        // both vectors.
        let mut looked_at: Vec<u32> = words.looked_at().map(|item| item.0).collect();
        match within {
            Some(within) if within.len() <= SCORED_ALL => {
                looked_at.extend(within.iter().map(|item| item.0));
            }
            _ => {
                let filter = within
                    .map(|within| with_id(&within.iter().map(|item| item.0).collect::<Vec<_>>()));
                let found = self.query(&query, filter, NEAREST, false).await?;
                looked_at.extend(found.iter().flatten().map(|(item, _)| *item));
            }
        }
        looked_at.sort_unstable();
        looked_at.dedup();
        self.exact(&query, Some(&looked_at), n_items).await
    }

    /// How near items are, exactly: those of some rows, or all.
    async fn exact(
        &self,
        query: &[f32],
        rows: Option<&[u32]>,
        n_items: usize,
    ) -> Result<Vec<f32>, QdrantError> {
        let limit = rows.map_or(n_items, <[u32]>::len);
        let found = self.query(query, rows.map(with_id), limit, true).await?;
        let mut scores = vec![(f32::NEG_INFINITY, f32::NEG_INFINITY); n_items];
        let [whole, sentences] = found;
        for (item, score) in whole {
            if let Some(place) = scores.get_mut(item as usize) {
                place.0 = score;
            }
        }
        for (item, score) in sentences {
            if let Some(place) = scores.get_mut(item as usize) {
                place.1 = score;
            }
        }
        let near = |(whole, best_sentence)| ItemScore { whole, best_sentence }.near();
        Ok(scores.into_iter().map(near).collect())
    }

    /// The nearest points by each of the two vectors.
    async fn query(
        &self,
        query: &[f32],
        filter: Option<Value>,
        limit: usize,
        exact: bool,
    ) -> Result<[Vec<(u32, f32)>; 2], QdrantError> {
        if limit == 0 {
            return Ok([Vec::new(), Vec::new()]);
        }
        let search = |using: &str, query: Value| {
            let mut search = json!({
                "query": query,
                "using": using,
                "limit": limit,
                "params": {"exact": exact},
                "with_payload": false,
            });
            if let Some(filter) = &filter {
                search["filter"] = filter.clone();
            }
            search
        };
        let body =
            json!({"searches": [search(WHOLE, json!(query)), search(SENTENCES, json!([query]))]});
        let path = format!("/collections/{}/points/query/batch", self.collection);
        let result = ask(&self.fetch, Method::Post, &path, Some(&body)).await?;
        match result.as_array().map(Vec::as_slice) {
            Some([whole, sentences]) => Ok([points(whole)?, points(sentences)?]),
            _ => Err(QdrantError::Protocol),
        }
    }
}

fn with_id(rows: &[u32]) -> Value {
    json!({"must": [{"has_id": rows}]})
}

/// The rows of points and their scores.
fn points(answer: &Value) -> Result<Vec<(u32, f32)>, QdrantError> {
    let points = answer["points"].as_array().ok_or(QdrantError::Protocol)?;
    let point = |point: &Value| {
        let row = point["id"].as_u64().and_then(|row| u32::try_from(row).ok())?;
        let score = point["score"].as_f64().filter(|score| score.is_finite())?;
        // A score was a number of 32 bits before it was written.
        Some((row, score as f32))
    };
    points.iter().map(|it| point(it).ok_or(QdrantError::Protocol)).collect()
}

impl<F: Fetch> Search for QdrantSearch<F> {
    async fn nearest(
        &self,
        query: &str,
        items: Option<&[ItemRow]>,
        k: usize,
    ) -> Result<Nearest, Unavailable> {
        let nothing = Nearest { items: Vec::new(), words_alone: None };
        let postings = self.bundle.search().await?;
        let Some(words) = Words::of(Bm25::new(postings.get()), query) else { return Ok(nothing) };
        let embedder = self.bundle.embedder().await;
        let (meant, words_alone) = match embedder {
            Ok(Some(embedder)) => match embed(embedder.get(), query) {
                Some(vector) => match self.meant(&Query::new(&vector), items, &words).await {
                    Ok(meant) => (Some((embedder.get().pieces(), meant)), None),
                    Err(error) => (None, Some(error.into())),
                },
                None => (None, None),
            },
            Ok(None) => (None, None),
            Err(error) => (None, Some(error.into())),
        };
        // What cannot be read now is done without, and told.
        Ok(Nearest { items: words.rank(meant, items, k), words_alone })
    }
}
