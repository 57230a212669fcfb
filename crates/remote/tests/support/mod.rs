//! What the tests of the ports share.

use std::io;
use std::rc::Rc;

use tokio::net::TcpStream;
use usher_bundle::Bundle;
use usher_names::Names;
use usher_remote::mysql::{Address, Connect, Connection};
use usher_tools::{BundleRanking, Catalogue, Ports, Search, Sets};

/// Sockets of this machine.
#[derive(Debug, Clone)]
pub(crate) struct Tcp(pub(crate) Address);

impl Connect for Tcp {
    type Stream = TcpStream;

    async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect((self.0.host.as_str(), self.0.port)).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// A connection, logged in.
pub(crate) async fn connection(address: &str) -> Connection<TcpStream> {
    let address: Address = address.parse().unwrap();
    let stream = Tcp(address.clone()).connect().await.unwrap();
    Connection::open(stream, &address).await.unwrap()
}

/// Ports that come from different places.
pub(crate) struct Mixed<C, S> {
    pub(crate) names: Names,
    pub(crate) sets: Sets,
    pub(crate) catalogue: C,
    pub(crate) ranking: BundleRanking,
    pub(crate) search: S,
}

impl<C, S> Mixed<C, S> {
    pub(crate) fn new(bundle: &Rc<Bundle>, catalogue: C, search: S) -> Self {
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

/// Runs on one thread, as a worker does.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
