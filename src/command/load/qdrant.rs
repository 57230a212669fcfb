use std::env;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use usher_remote::qdrant::{COLLECTION, Fetch, Method, Unreachable, load};

use super::{Catalogue, INTERRUPTED};
use crate::command::{log, progress_bar};
use crate::network;

/// How long Qdrant may take for an answer: it answers when a batch is stored.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(crate) struct Qdrant {
    /// http://host:6333, Qdrant's REST interface
    url: String,
    #[command(flatten)]
    catalogue: Catalogue,
    /// What the collections are called, before their version
    #[arg(long, value_name = "NAME", default_value = COLLECTION)]
    collection: String,
    /// The environment variable that holds the key
    #[arg(long, value_name = "VAR", default_value = "QDRANT_API_KEY")]
    api_key_env: String,
}

impl Qdrant {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.collection.is_empty() || !self.collection.chars().all(plain) {
            bail!(
                "{:?} is no name for a collection: take letters, digits, - and _",
                self.collection
            );
        }
        let server = Server::new(&self.url, env::var(&self.api_key_env).ok())?;
        let bundle = self.catalogue.open()?;
        let bar = progress_bar(0);
        let loading = async {
            let mut progress = |done, total| {
                bar.set_length(total);
                bar.set_position(done);
                bar.set_message("points");
            };
            Ok(load(&server, &bundle, &self.collection, &mut progress).await?)
        };
        let loaded = super::run(loading);
        bar.finish_and_clear();
        let Some(loaded) = loaded? else { return Ok(ExitCode::from(INTERRUPTED)) };
        let name = &bundle.manifest().name;
        let collection = format!("{}-{}", self.collection, loaded.version);
        if loaded.before == loaded.total {
            log(format_args!("{name} is in {} already, as {collection}.", self.url));
        } else {
            let total = loaded.total;
            log(format_args!("{name} is in {} as {collection}: {total} points.", self.url));
        }
        for dropped in &loaded.dropped {
            log(format_args!("{dropped} was deleted."));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Qdrant's REST interface at an address.
struct Server {
    client: reqwest::Client,
    address: String,
    key: Option<String>,
}

impl Server {
    fn new(address: &str, key: Option<String>) -> Result<Self> {
        let address = address.trim_end_matches('/');
        let url = reqwest::Url::parse(address).ok();
        if !url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.username().is_empty()
        }) {
            bail!(
                "the address of Qdrant is not one: write http://host:6333, with the key in an environment variable"
            );
        }
        let client = network::client(PATIENCE).context("the network cannot be used")?;
        Ok(Self { client, address: address.to_owned(), key })
    }
}

impl Fetch for Server {
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), Unreachable> {
        let unreachable = |error: reqwest::Error| Unreachable(network::reason(&error));
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.client.request(method, format!("{}{path}", self.address));
        if let Some(key) = &self.key {
            request = request.header("api-key", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        Ok((status, response.bytes().await.map_err(unreachable)?.to_vec()))
    }
}
