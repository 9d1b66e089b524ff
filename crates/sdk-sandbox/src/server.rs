//! The listener of one vendor: HTTP in, HTTP out, on loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::refusal::{Kind, Refusal};
use crate::request::{Reply, Request};
use crate::vendor::{Outcome, Vendor};

/// The largest body that is read.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Takes a port of loopback; 0 takes a free one.
pub(crate) async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves a vendor until the handle is aborted, which closes its connections, too.
pub(crate) fn serve(listener: TcpListener, vendor: Arc<Vendor>) -> AbortHandle {
    let accept = async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(converse(stream, Arc::clone(&vendor)));
                    }
                    // Most likely out of file handles: those of closed connections come back.
                    Err(_) => tokio::task::yield_now().await,
                },
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
            }
        }
    };
    tokio::spawn(accept).abort_handle()
}

async fn converse(stream: TcpStream, vendor: Arc<Vendor>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &vendor));
    // An error here is a client that hung up or a fault that cut the line.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// An `Err` makes hyper close the connection without an answer.
async fn respond(
    request: http::Request<Incoming>,
    vendor: &Vendor,
) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let outcome = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => vendor.answer(&Request::new(&parts, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            vendor.refuse(&Refusal::new(Kind::TooLarge, "the body is too large"))
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    match outcome {
        Outcome::Reply(reply) => Ok(response(reply)),
        Outcome::Late(time, reply) => {
            tokio::time::sleep(time).await;
            Ok(response(reply))
        }
        Outcome::Cut => Err(io::ErrorKind::ConnectionReset.into()),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
        // A name or value that HTTP does not allow comes from a document or a test; it is left out.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
