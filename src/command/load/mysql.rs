use std::env;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::Args;
use tokio::net::TcpStream;
use usher_remote::mysql::{Address, Connection, Loading, MySqlError, load};

use super::{Catalogue, INTERRUPTED};
use crate::command::{log, progress_bar};

/// Where the password may stand instead of the address.
const PASSWORD: &str = "USHER_MYSQL_PASSWORD";
/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Mysql {
    /// mysql://user:password@host:3306/database; the password may be in USHER_MYSQL_PASSWORD
    /// instead
    url: String,
    #[command(flatten)]
    catalogue: Catalogue,
    /// Versions of this catalogue that stay in the database, this one counted; older ones are
    /// dropped at the end
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
}

impl Mysql {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut address: Address = self.url.parse()?;
        if let Ok(password) = env::var(PASSWORD)
            && address.password.is_empty()
        {
            address.password = password;
        }
        let bundle = self.catalogue.open()?;
        let bar = progress_bar(0);
        let loading = async {
            let failed = |error: MySqlError| anyhow!("{error}. {}", error.next());
            let stream = connect(&address).await.map_err(|error| {
                failed(MySqlError::Unreachable { detail: format!("{address}: {error}") })
            })?;
            let opened = Connection::open(stream, &address);
            let opened = tokio::time::timeout(CONNECT, opened).await.map_err(|_| {
                let detail = format!("{address} does not speak as MySQL does");
                failed(MySqlError::Unreachable { detail })
            })?;
            let mut connection = opened.map_err(failed)?;
            let mut progress = |loading: Loading| {
                bar.set_length(loading.total);
                bar.set_position(loading.done);
                bar.set_message(loading.what);
            };
            Ok(load(&mut connection, &bundle, usize::from(self.keep), &mut progress).await?)
        };
        let loaded = super::run(loading);
        bar.finish_and_clear();
        let Some(loaded) = loaded? else { return Ok(ExitCode::from(INTERRUPTED)) };
        let name = &bundle.manifest().name;
        let version = &loaded.version;
        if loaded.before == loaded.total {
            log(format_args!("{name} is in {address} already, as version {version}."));
        } else if loaded.before > 0 {
            let (rest, total) = (loaded.total - loaded.before, loaded.total);
            log(format_args!(
                "{name} is in {address} as version {version}: the last {rest} of {total} rows."
            ));
        } else {
            let total = loaded.total;
            log(format_args!("{name} is in {address} as version {version}: {total} rows."));
        }
        for dropped in &loaded.dropped {
            log(format_args!("The older version {dropped} of {name} was dropped."));
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn connect(address: &Address) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((address.host.as_str(), address.port));
    let stream = tokio::time::timeout(CONNECT, stream).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}
