use std::rc::Rc;

use usher_bundle::Bundle;
use usher_names::Names;
use usher_tools::{BundleRanking, Catalogue, Ports, Search, Sets};

/// Ports that come from different places: names and ranking from a bundle, the others
/// from wherever.
#[derive(Debug)]
pub struct Mixed<C, S> {
    names: Names,
    sets: Sets,
    catalogue: C,
    ranking: BundleRanking,
    search: S,
}

impl<C, S> Mixed<C, S> {
    /// The ports of a bundle, but for these two.
    #[must_use]
    pub fn new(bundle: &Rc<Bundle>, catalogue: C, search: S) -> Self {
        Self {
            names: Names::new(bundle),
            sets: Sets::default(),
            ranking: BundleRanking::new(bundle.clone()),
            catalogue,
            search,
        }
    }
}

impl<C: Catalogue, S: Search> Ports for Mixed<C, S> {
    type Catalogue = C;
    type Ranking = BundleRanking;
    type Search = S;

    fn names(&self) -> &Names {
        &self.names
    }

    fn sets(&self) -> &Sets {
        &self.sets
    }

    fn catalogue(&self) -> &C {
        &self.catalogue
    }

    fn ranking(&self) -> &BundleRanking {
        &self.ranking
    }

    fn search(&self) -> &S {
        &self.search
    }
}
