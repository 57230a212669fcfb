use std::cell::RefCell;
use std::rc::Rc;

use futures::future::join3;
use usher_bundle::sections::{Embedder, Vectors};
use usher_bundle::{Bundle, BundleError, ItemRow, Section, SectionKind};
use usher_retrieval::nearest::Graph;
use usher_retrieval::{Bm25, Meaning, search};

use crate::ports::{Nearest, Search, Unavailable};

/// Text search over an open bundle.
#[derive(Debug)]
pub struct BundleSearch {
    bundle: Rc<Bundle>,
    meaning: RefCell<Option<Rc<Opened>>>,
}

/// What a search by meaning reads; kept, since opening the graph takes a while.
#[derive(Debug)]
struct Opened {
    embedder: Section<Embedder>,
    vectors: Section<Vectors>,
    graph: Option<Graph>,
}

impl BundleSearch {
    /// Text search over an open bundle.
    #[must_use]
    pub fn new(bundle: Rc<Bundle>) -> Self {
        Self { bundle, meaning: RefCell::default() }
    }

    /// Nothing if the bundle holds no meaning.
    async fn meaning(&self) -> Result<Option<Rc<Opened>>, BundleError> {
        if let Some(opened) = self.meaning.borrow().as_ref() {
            return Ok(Some(Rc::clone(opened)));
        }
        // Side by side, since they may have to come from afar.
        let bundle = &self.bundle;
        let read = join3(bundle.vectors(), bundle.embedder(), bundle.index()).await;
        let (Some(vectors), Some(embedder), index) = (read.0?, read.1?, read.2?) else {
            return Ok(None);
        };
        if embedder.get().dimensions != vectors.get().dimensions {
            return Err(BundleError::Damaged {
                file: SectionKind::Embedder.name().to_owned(),
                reason: "its vectors are not as long as the items'".to_owned(),
            });
        }
        let graph = index.map(|index| Graph::open(vectors.clone(), index.get())).transpose()?;
        let opened = Rc::new(Opened { embedder, vectors, graph });
        Ok(Some(Rc::clone(self.meaning.borrow_mut().insert(opened))))
    }
}

impl Search for BundleSearch {
    async fn nearest(
        &self,
        query: &str,
        items: Option<&[ItemRow]>,
        k: usize,
    ) -> Result<Nearest, Unavailable> {
        let postings = self.bundle.search().await?;
        let opened = self.meaning().await;
        let meaning = opened.as_ref().ok().and_then(Option::as_deref).map(|opened| Meaning {
            embedder: opened.embedder.get(),
            vectors: opened.vectors.get(),
            graph: opened.graph.as_ref(),
        });
        Ok(Nearest {
            items: search(Bm25::new(postings.get()), meaning, query, items, k),
            // What cannot be read now is done without, and told.
            words_alone: opened.err().map(Into::into),
        })
    }
}
