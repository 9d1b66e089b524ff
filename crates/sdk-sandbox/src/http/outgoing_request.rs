//! Sends requests over plain HTTP, by default only to loopback addresses.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http::{Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};

/// Maximum size of a response body in bytes.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Posts a JSON body, and returns the status and the body of the response.
///
/// The returned body is empty if the body of the response is truncated or too long. The error is a
/// message that explains the failure. Unless `anywhere` is set, only loopback addresses are called,
/// and only the host name `localhost` is resolved.
pub(crate) async fn post(
    url: &str,
    anywhere: bool,
    headers: &[(String, String)],
    body: Bytes,
) -> Result<(u16, Bytes), String> {
    let uri: Uri = url
        .parse()
        .map_err(|e| format!("{url} is not a URL: {e}"))?;
    if uri.scheme_str() != Some("http") {
        return Err(format!("{url} is not a plain HTTP URL"));
    }
    let authority = uri
        .authority()
        .ok_or_else(|| format!("{url} has no host"))?;
    let address = address(
        authority.host(),
        authority.port_u16().unwrap_or(80),
        anywhere,
    )
    .await?;
    let failed = |e: &dyn std::fmt::Display| format!("could not reach {url}: {e}");
    let stream = TcpStream::connect(address).await.map_err(|e| failed(&e))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| failed(&e))?;
    // The task ends when `sender` is dropped.
    tokio::spawn(connection);
    let target = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::post(target).header(header::HOST, authority.as_str());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(body)).map_err(|e| failed(&e))?;
    let answer = sender.send_request(request).await.map_err(|e| failed(&e))?;
    let status = answer.status().as_u16();
    // The status alone decides whether the delivery succeeded, so an unreadable body is accepted.
    let read = Limited::new(answer.into_body(), MAX_RESPONSE_BYTES)
        .collect()
        .await;
    Ok((status, read.map(|body| body.to_bytes()).unwrap_or_default()))
}

async fn address(host: &str, port: u16, anywhere: bool) -> Result<SocketAddr, String> {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_local_name = host.eq_ignore_ascii_case("localhost");
    let refused = || {
        format!(
            "{host} is not a loopback address; allow other addresses with `Builder::webhooks_anywhere`"
        )
    };
    if let Ok(ip) = literal.parse::<IpAddr>() {
        let is_allowed = anywhere || ip.is_loopback();
        return is_allowed
            .then(|| SocketAddr::new(ip, port))
            .ok_or_else(refused);
    }
    if !anywhere && !is_local_name {
        return Err(refused());
    }
    let found = lookup_host((host, port)).await;
    let mut found = found.map_err(|e| format!("could not resolve {host}: {e}"))?;
    let address = found.find(|address| anywhere || address.ip().is_loopback());
    address.ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_loopback_addresses_are_called_unless_others_are_allowed() {
        for host in ["127.0.0.1", "[::1]"] {
            assert!(address(host, 80, false).await.is_ok(), "{host}");
        }
        for host in [
            "192.0.2.1",
            "[2001:db8::1]",
            "example.com",
            "localhost.example.com",
        ] {
            let refused = address(host, 80, false).await.unwrap_err();
            assert!(refused.contains("not a loopback address"), "{refused}");
        }
        assert!(address("192.0.2.1", 80, true).await.is_ok());
    }

    #[tokio::test]
    async fn an_https_url_is_rejected() {
        let refused = post("https://127.0.0.1/", true, &[], Bytes::new()).await;
        assert_eq!(
            refused,
            Err("https://127.0.0.1/ is not a plain HTTP URL".to_owned())
        );
    }
}
