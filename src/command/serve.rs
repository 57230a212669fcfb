use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use clap::Args;
use futures::executor::block_on;
use tower_http::services::ServeDir;
use usher_bundle::MANIFEST_FILE;

use super::log;
use crate::{bundle_folder, demo};

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Folder of the bundle; without it, the demo
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8321)]
    port: u16,
    /// Folder of the built page
    #[arg(long, value_name = "DIR", default_value = "dist")]
    page: PathBuf,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        if !self.page.join("index.html").is_file() {
            bail!(
                "there is no page in {}: build it with `cargo xtask web`, or name its folder with --page",
                self.page.display()
            );
        }
        // A damaged bundle is told here rather than in the browser.
        block_on(bundle_folder::open(self.bundle.as_deref())?.check())?;
        let demo = tempfile::tempdir().context("a temporary folder cannot be made")?;
        let bundle = match self.bundle {
            Some(folder) => folder,
            None => {
                let folder = demo.path().join("bundle");
                bundle_folder::write(&folder, demo::FILES.iter().copied())?;
                folder
            }
        };
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(serve(self.port, &self.page, &bundle))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn serve(port: u16, page: &Path, bundle: &Path) -> Result<()> {
    let files = |folder: &Path| ServeDir::new(folder).precompressed_br().precompressed_gzip();
    let app = Router::new()
        .nest_service("/bundle", files(bundle))
        .fallback_service(files(page))
        .layer(middleware::from_fn(add_headers));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!("port {port} cannot be used: name another with --port, or 0 for a free one")
    })?;
    log(format_args!("Usher is at http://{}/ (Ctrl-C ends it)", listener.local_addr()?));
    axum::serve(listener, app)
        .with_graceful_shutdown(async {
            // Without a signal handler the process ends at once, which is fine too.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}

/// Files of a bundle are named by their hash and never change; everything else is
/// asked for again each time.
async fn add_headers(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let forever = path.starts_with("/bundle/") && !path.ends_with(MANIFEST_FILE);
    let mut response = next.run(request).await;
    let cache = if forever && response.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Apart from other sites' pages, the browser measures time to microseconds. A
    // model's server may be asked all the same, without this page's credentials.
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "credentialless"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
