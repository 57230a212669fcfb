//! Streams to the database: through Hyperdrive, or straight to where it is.

use std::io;

use usher_gateway::Refusal;
use usher_remote::mysql::{Address, Connect};
use worker::{Env, Hyperdrive, SecureTransport, Socket};

/// How the database is reached.
pub(crate) enum Dial {
    Hyperdrive(Hyperdrive),
    Direct { host: String, port: u16 },
}

/// The database that is set, if one is: the binding `HYPERDRIVE`, or the address in
/// `USHER_MYSQL`.
pub(crate) fn database(env: &Env) -> Result<Option<(Address, Dial)>, Refusal> {
    let hyperdrive = env.hyperdrive("HYPERDRIVE").ok();
    let written = match &hyperdrive {
        Some(hyperdrive) => hyperdrive.connection_string(),
        None => match env.var("USHER_MYSQL") {
            Ok(address) => address.to_string(),
            Err(_) => return Ok(None),
        },
    };
    let name = if hyperdrive.is_some() { "HYPERDRIVE" } else { "USHER_MYSQL" };
    let address: Address = written.parse().map_err(|error| {
        let what = format!("The worker's setting {name} cannot be used. {error}");
        Refusal::new(503, "wrong_setting", what)
    })?;
    let dial = match hyperdrive {
        Some(hyperdrive) => Dial::Hyperdrive(hyperdrive),
        None => Dial::Direct { host: address.host.clone(), port: address.port },
    };
    Ok(Some((address, dial)))
}

impl Connect for Dial {
    type Stream = Socket;

    async fn connect(&self) -> io::Result<Socket> {
        let socket = match self {
            Self::Hyperdrive(hyperdrive) => hyperdrive.connect(),
            Self::Direct { host, port } => Socket::builder()
                .secure_transport(SecureTransport::Off)
                .connect(host.as_str(), *port),
        };
        let socket = socket.map_err(io::Error::other)?;
        socket.opened().await.map_err(io::Error::other)?;
        Ok(socket)
    }
}
