//! Listeners on loopback: HTTP in, HTTP out.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};

use crate::outgoing::Outgoing;

/// The most connections of a listener; further ones wait.
const CONNECTIONS: usize = 4096;
/// How long the head of a request may take.
const HEAD_TIME: Duration = Duration::from_secs(120);

/// Takes a port of loopback; 0 takes a free one.
pub(crate) async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the handle is aborted, which closes the connections, too. An `Err` closes a connection.
pub(crate) fn serve<F, A>(listener: TcpListener, answer: F) -> AbortHandle
where
    F: Fn(http::Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = io::Result<Response<Outgoing>>> + Send,
{
    let answer = Arc::new(answer);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let accept = async move {
        let mut connections = JoinSet::new();
        loop {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                return;
            };
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let answer = Arc::clone(&answer);
                        connections.spawn(async move {
                            converse(stream, answer).await;
                            drop(place);
                        });
                    }
                    // Most likely out of file handles: those of closed connections come back.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                },
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
            }
            while connections.try_join_next().is_some() {}
        }
    };
    tokio::spawn(accept).abort_handle()
}

async fn converse<F, A>(stream: TcpStream, answer: Arc<F>)
where
    F: Fn(http::Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = io::Result<Response<Outgoing>>> + Send,
{
    let _ = stream.set_nodelay(true);
    // An error here is a client that hung up or a fault that cut the line.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service_fn(|request| answer(request)))
        .await;
}
