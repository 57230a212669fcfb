//! The bundle's files: in a bucket of R2, or among the worker's own files.

use usher_bundle::{Bundle, BundleError, Files, MANIFEST_FILE, Manifest, Reading, SectionEntry};
use usher_gateway::Settings;
use worker::{Bucket, Env, Fetcher};

/// Where the bundle lies.
enum Place {
    Bucket(Bucket),
    Assets(Fetcher),
    Nowhere,
}

struct BundleFiles {
    place: Place,
    folder: String,
}

/// Opens the bundle.
///
/// # Errors
/// It is not there, or is damaged.
pub(crate) async fn open(env: &Env, settings: &Settings) -> Result<Bundle, BundleError> {
    let place = match (env.bucket("BUNDLE"), env.assets("ASSETS")) {
        (Ok(bucket), _) => Place::Bucket(bucket),
        (_, Ok(assets)) => Place::Assets(assets),
        _ => Place::Nowhere,
    };
    let files = BundleFiles { place, folder: settings.bundle.clone() };
    let manifest = Manifest::parse(&files.bytes(MANIFEST_FILE).await?)?;
    Bundle::open(manifest, std::rc::Rc::new(files)).await
}

impl BundleFiles {
    async fn bytes(&self, file: &str) -> Result<Vec<u8>, BundleError> {
        let path = format!("{}/{file}", self.folder);
        let found = match &self.place {
            Place::Bucket(bucket) => from_bucket(bucket, &path).await,
            Place::Assets(assets) => from_assets(assets, &path).await,
            Place::Nowhere => Ok(None),
        };
        let unreadable =
            |what: String, next: &str| BundleError::Unreadable { what, next: next.to_owned() };
        match found {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(unreadable(
                format!("The worker has no file {path}."),
                "Deploy it with the catalogue's bundle, or bind the bucket that holds it as BUNDLE.",
            )),
            Err(_) => Err(unreadable(
                format!("The file {path} cannot be read now."),
                "Try again in a moment.",
            )),
        }
    }
}

async fn from_bucket(bucket: &Bucket, path: &str) -> worker::Result<Option<Vec<u8>>> {
    let Some(object) = bucket.get(path).execute().await? else { return Ok(None) };
    match object.body() {
        Some(body) => Ok(Some(body.bytes().await?)),
        None => Ok(None),
    }
}

async fn from_assets(assets: &Fetcher, path: &str) -> worker::Result<Option<Vec<u8>>> {
    let mut response = assets.fetch(format!("https://assets.local/{path}"), None).await?;
    match response.status_code() {
        200 => Ok(Some(response.bytes().await?)),
        _ => Ok(None),
    }
}

impl Files for BundleFiles {
    fn read<'a>(&'a self, entry: &'a SectionEntry) -> Reading<'a> {
        Box::pin(self.bytes(&entry.file))
    }
}
