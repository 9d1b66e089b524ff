//! HTTP listeners on loopback.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::http::outgoing_body::OutgoingBody;
use crate::http::resettable_stream::ResettableStream;

/// Maximum number of connections per listener. If this number is reached, a new connection closes
/// the oldest one. A timeout for idle connections would be simpler, but it would expire too early
/// in tests that pause tokio's clock.
const MAX_CONNECTIONS: usize = 4096;

/// Binds a loopback port. Port 0 selects a free port.
pub(crate) async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves connections in a background task. Aborting the returned handle ends the task and closes
/// the connections. If `answer` returns `Err`, the connection is reset.
pub(crate) fn serve<F, A>(listener: TcpListener, answer: F) -> AbortHandle
where
    F: Fn(http::Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = io::Result<Response<OutgoingBody>>> + Send + 'static,
{
    let answer = Arc::new(answer);
    let accept = async move {
        let mut connections = JoinSet::new();
        let mut order: VecDeque<AbortHandle> = VecDeque::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        if order.len() >= MAX_CONNECTIONS {
                            order.retain(|connection| !connection.is_finished());
                        }
                        if order.len() >= MAX_CONNECTIONS {
                            close_oldest(&mut order);
                        }
                        order.push_back(connections.spawn(serve_connection(stream, Arc::clone(&answer))));
                    }
                    // The most likely cause is that the process ran out of file handles.
                    Err(_) => {
                        close_oldest(&mut order);
                        tokio::task::yield_now().await;
                    }
                },
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
            }
        }
    };
    tokio::spawn(accept).abort_handle()
}

fn close_oldest(order: &mut VecDeque<AbortHandle>) {
    if let Some(oldest) = order.pop_front() {
        oldest.abort();
    }
}

async fn serve_connection<F, A>(stream: TcpStream, answer: Arc<F>)
where
    F: Fn(http::Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = io::Result<Response<OutgoingBody>>> + Send + 'static,
{
    let _ = stream.set_nodelay(true);
    let (stream, reset_handle) = ResettableStream::new(stream);
    let answer = |request| {
        let answered = answer(request);
        let reset_handle = reset_handle.clone();
        async move { answered.await.inspect_err(|_| reset_handle.reset()) }
    };
    // An error here means that the client disconnected or sent an invalid request, or that a fault
    // closed the connection.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await;
}
