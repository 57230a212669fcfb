//! What the tools read: the bundle, and in its place a database and a search service
//! where they are set.

use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, select};
use usher_bundle::sections::Interaction;
use usher_bundle::{ItemRow, UserRow};
use usher_gateway::{Refusal, Settings};
use usher_names::Names;
use usher_protocol::Id;
use usher_remote::mysql::MySqlCatalogue;
use usher_remote::qdrant::QdrantSearch;
use usher_tools::{
    BundlePorts, BundleRanking, Catalogue, Conditions, Group, ItemFacts, Likes, Nearest, Ports,
    Search, Sets, Unavailable, UserFacts,
};
use worker::{Delay, Env};

use crate::database::{Dial, database};
use crate::search_service::SearchService;
use crate::{files, state};

/// The ports of one request: a connection to a database may not outlive it.
pub(crate) struct EdgePorts {
    bundle: Rc<BundlePorts>,
    sets: Sets,
    catalogue: EdgeCatalogue,
    search: EdgeSearch,
}

/// Items, users and interactions: of the bundle, or of a database.
pub(crate) enum EdgeCatalogue {
    Bundle(Rc<BundlePorts>),
    Database(Box<MySqlCatalogue<Dial>>),
}

/// Items by their text: by the bundle's vectors, or by a search service's.
pub(crate) enum EdgeSearch {
    Bundle(Rc<BundlePorts>),
    Service(QdrantSearch<SearchService>),
}

impl EdgePorts {
    /// Ports over the open bundle, which is opened if it is not, and over what is set.
    pub(crate) async fn open(env: &Env, settings: &Settings) -> Result<Self, Refusal> {
        let bundle = open_bundle(env, settings).await?;
        let shared = || Rc::clone(bundle.bundle());
        let catalogue = match database(env)? {
            Some((address, dial)) => {
                EdgeCatalogue::Database(Box::new(MySqlCatalogue::new(shared(), address, dial)))
            }
            None => EdgeCatalogue::Bundle(Rc::clone(&bundle)),
        };
        let search = match settings.qdrant.clone().map(SearchService) {
            Some(service) => EdgeSearch::Service(match &settings.qdrant_collection {
                Some(name) => QdrantSearch::of_collection(shared(), name, service),
                None => QdrantSearch::new(shared(), service),
            }),
            None => EdgeSearch::Bundle(Rc::clone(&bundle)),
        };
        Ok(Self { bundle, sets: Sets::default(), catalogue, search })
    }

    /// The bundle's own ports.
    pub(crate) fn of_bundle(&self) -> &BundlePorts {
        &self.bundle
    }

    /// Whether the database answers and holds this catalogue; nothing if none is set.
    pub(crate) async fn database(&self) -> Option<Result<(), Unavailable>> {
        match &self.catalogue {
            EdgeCatalogue::Bundle(_) => None,
            EdgeCatalogue::Database(database) => {
                Some(in_time("The database", database.check()).await)
            }
        }
    }

    /// Whether the search service answers and holds this catalogue; nothing if none is set.
    pub(crate) async fn search_service(&self) -> Option<Result<(), Unavailable>> {
        match &self.search {
            EdgeSearch::Bundle(_) => None,
            EdgeSearch::Service(service) => Some(in_time("Qdrant", service.check()).await),
        }
    }
}

/// The open bundle. Two requests that come first each open it: none waits for what
/// another one reads.
async fn open_bundle(env: &Env, settings: &Settings) -> Result<Rc<BundlePorts>, Refusal> {
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
    type Catalogue = EdgeCatalogue;
    type Ranking = BundleRanking;
    type Search = EdgeSearch;

    fn names(&self) -> &Names {
        self.bundle.names()
    }

    fn sets(&self) -> &Sets {
        &self.sets
    }

    fn catalogue(&self) -> &EdgeCatalogue {
        &self.catalogue
    }

    fn ranking(&self) -> &BundleRanking {
        self.bundle.ranking()
    }

    fn search(&self) -> &EdgeSearch {
        &self.search
    }
}

/// How long a part may take before it is done without.
const PATIENCE: Duration = Duration::from_secs(15);

/// An answer, unless it does not come: a part may accept a connection and be silent.
async fn in_time<T>(
    part: &str,
    answer: impl Future<Output = Result<T, Unavailable>>,
) -> Result<T, Unavailable> {
    match select(Box::pin(answer), Delay::from(PATIENCE)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Unavailable {
            what: format!("{part} did not answer in {} seconds.", PATIENCE.as_secs()),
            next: "Try again in a moment.".to_owned(),
            retryable: true,
        }),
    }
}

/// The same question to whichever it is.
macro_rules! of_either {
    ($self:ident, $catalogue:ident => $asked:expr) => {
        match $self {
            EdgeCatalogue::Bundle(ports) => {
                let $catalogue = ports.catalogue();
                $asked
            }
            EdgeCatalogue::Database($catalogue) => $asked,
        }
    };
}

impl Catalogue for EdgeCatalogue {
    fn n_items(&self) -> usize {
        of_either!(self, catalogue => catalogue.n_items())
    }

    fn n_users(&self) -> usize {
        of_either!(self, catalogue => catalogue.n_users())
    }

    fn like_threshold(&self) -> f32 {
        of_either!(self, catalogue => catalogue.like_threshold())
    }

    fn known_users(&self) -> String {
        of_either!(self, catalogue => catalogue.known_users())
    }

    fn known_items(&self) -> String {
        of_either!(self, catalogue => catalogue.known_items())
    }

    fn user(&self, id: &Id) -> Option<UserRow> {
        of_either!(self, catalogue => catalogue.user(id))
    }

    fn item(&self, id: &Id) -> Option<ItemRow> {
        of_either!(self, catalogue => catalogue.item(id))
    }

    fn item_id(&self, item: ItemRow) -> Id {
        of_either!(self, catalogue => catalogue.item_id(item))
    }

    async fn filter(&self, conditions: &Conditions) -> Result<Vec<ItemRow>, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.filter(conditions).await)
        })
        .await
    }

    async fn item_facts(
        &self,
        items: &[ItemRow],
        texts: bool,
    ) -> Result<Vec<ItemFacts>, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.item_facts(items, texts).await)
        })
        .await
    }

    async fn user_facts(&self, user: UserRow) -> Result<UserFacts, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.user_facts(user).await)
        })
        .await
    }

    async fn history(&self, user: UserRow) -> Result<Vec<Interaction>, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.history(user).await)
        })
        .await
    }

    async fn n_ratings(
        &self,
        items: &[ItemRow],
        group: Option<&Group>,
    ) -> Result<Vec<u32>, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.n_ratings(items, group).await)
        })
        .await
    }

    async fn likes(&self, items: &[ItemRow]) -> Result<Likes, Unavailable> {
        in_time("The database", async {
            of_either!(self, catalogue => catalogue.likes(items).await)
        })
        .await
    }
}

impl Search for EdgeSearch {
    async fn nearest(
        &self,
        query: &str,
        items: Option<&[ItemRow]>,
        k: usize,
    ) -> Result<Nearest, Unavailable> {
        match self {
            Self::Bundle(ports) => ports.search().nearest(query, items, k).await,
            Self::Service(service) => service.nearest(query, items, k).await,
        }
    }
}
