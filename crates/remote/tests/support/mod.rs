//! What the tests of the ports share.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use usher_remote::mysql::{Address, Connect, Connection};
use usher_remote::qdrant::{Fetch, Method, Unreachable};
use usher_testkit::servers::{QdrantEngine, send};

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

/// A stream that is cut after so many bytes were sent.
pub(crate) struct Cut<S>(pub(crate) S, pub(crate) Rc<Cell<usize>>);

impl<S: AsyncRead + Unpin> AsyncRead for Cut<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cut<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(left) = self.1.get().checked_sub(bytes.len()) else {
            return Poll::Ready(Err(io::Error::other("cut")));
        };
        self.1.set(left);
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// Qdrant's engine on a port of this machine.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub(crate) port: u16,
    pub(crate) key: String,
}

impl Http {
    pub(crate) fn to(engine: &QdrantEngine, key: &str) -> Self {
        Self { port: engine.port(), key: key.to_owned() }
    }
}

impl Fetch for Http {
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), Unreachable> {
        send(self.port, &self.key, method.name(), path, body.as_deref())
            .map_err(|error| Unreachable(error.to_string()))
    }
}

/// Runs on one thread, as a worker does.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
