//! What the tools read: the bundle, and in its place a database and a search service
//! where they are set.

use std::rc::Rc;

use usher_gateway::{Refusal, Settings};
use usher_names::Names;
use usher_tools::{BundleCatalogue, BundlePorts, BundleRanking, BundleSearch, Ports, Sets};
use worker::Env;

use crate::{files, state};

/// The ports of one request.
pub(crate) struct EdgePorts {
    bundle: Rc<BundlePorts>,
    sets: Sets,
}

impl EdgePorts {
    /// Ports over the open bundle, which is opened if it is not.
    pub(crate) async fn open(env: &Env, settings: &Settings) -> Result<Self, Refusal> {
        Ok(Self { bundle: catalogue(env, settings).await?, sets: Sets::default() })
    }

    /// The bundle's own ports.
    pub(crate) fn of_bundle(&self) -> &BundlePorts {
        &self.bundle
    }
}

/// The open bundle. Two requests that come first each open it: none waits for what
/// another one reads.
pub(crate) async fn catalogue(env: &Env, settings: &Settings) -> Result<Rc<BundlePorts>, Refusal> {
    if let Some(open) = state::with(|state| state.catalogue.borrow().clone()) {
        return Ok(open);
    }
    let bundle = files::open(env, settings)
        .await
        .map_err(|error| Refusal::new(503, "no_catalogue", error.to_string()).after(5))?;
    let open = Rc::new(BundlePorts::new(bundle));
    state::with(|state| *state.catalogue.borrow_mut() = Some(Rc::clone(&open)));
    Ok(open)
}

impl Ports for EdgePorts {
    type Catalogue = BundleCatalogue;
    type Ranking = BundleRanking;
    type Search = BundleSearch;

    fn names(&self) -> &Names {
        self.bundle.names()
    }

    fn sets(&self) -> &Sets {
        &self.sets
    }

    fn catalogue(&self) -> &BundleCatalogue {
        self.bundle.catalogue()
    }

    fn ranking(&self) -> &BundleRanking {
        self.bundle.ranking()
    }

    fn search(&self) -> &BundleSearch {
        self.bundle.search()
    }
}
