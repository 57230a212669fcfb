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
    if let Ok(hyperdrive) = env.hyperdrive("HYPERDRIVE") {
        let address = Address {
            host: hyperdrive.host(),
            port: hyperdrive.port(),
            user: hyperdrive.user(),
            password: hyperdrive.password(),
            database: hyperdrive.database(),
        };
        return Ok(Some((address, Dial::Hyperdrive(hyperdrive))));
    }
    let Ok(written) = env.var("USHER_MYSQL") else { return Ok(None) };
    let address: Address = written.to_string().parse().map_err(|error| {
        let what = format!("The worker's setting USHER_MYSQL cannot be used: {error}.");
        Refusal::new(503, "wrong_setting", what)
    })?;
    let dial = Dial::Direct { host: address.host.clone(), port: address.port };
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
