//! Errors about connections that could not be established.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

mod acme;
mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use acme::auth::Credentials;
use acme::generated::{Client, ClientBuilder};
use sdk_runtime::reqwest;
#[cfg(feature = "rustls")]
use support::{Reply, Script, answer};

fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::api_key("k"))
}

#[tokio::test(start_paused = true)]
async fn a_connection_error_names_host_and_port() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    let error = client.list_things("o").await.unwrap_err();
    assert!(error.to_string().contains("127.0.0.1:1:"), "{error}");
}

#[test]
fn a_call_outside_a_runtime_is_an_error_instead_of_a_panic() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = pin!(client.list_things("o").send()).poll(&mut context) else {
        panic!("the call must fail immediately");
    };
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn without_tls_a_client_for_an_https_vendor_cannot_be_built() {
    let error = builder("https://acme.example").build().unwrap_err();
    assert!(error.is_configuration(), "{error}");
    let text = error.to_string();
    for name in ["`rustls`", "`native-tls`", ".http_client("] {
        assert!(text.contains(name), "{text}");
    }
    let own = builder("https://acme.example").http_client(reqwest::Client::new());
    assert!(own.build().is_ok());
}

#[cfg(feature = "rustls")]
mod with_tls {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;

    /// Starts a server that presents an untrusted certificate.
    ///
    /// Returns the server's URL, and a counter of the connections to the server.
    async fn untrusted() -> (String, Arc<AtomicUsize>) {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let connections = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let _ = acceptor.accept(stream).await;
            }
        });
        (format!("https://localhost:{port}"), count)
    }

    #[tokio::test]
    async fn an_untrusted_certificate_is_not_retried() {
        let (url, connections) = untrusted().await;
        let client = builder(&url).http(|http| http.no_proxy()).build().unwrap();
        let error = client.list_things("o").await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
        assert_eq!(
            (error.attempts(), connections.load(Ordering::SeqCst)),
            (1, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_names_the_rejecting_proxy_without_its_password() {
        let proxy = Script::start(|_| match answer(403, &[], "") {
            Reply::Bytes(bytes) => Reply::Broken(bytes),
            other => other,
        })
        .await;
        let with_password = proxy.url.replace("http://", "http://me:hush@");
        let through =
            |http: reqwest::ClientBuilder, url: &str| http.proxy(reqwest::Proxy::all(url).unwrap());
        let given = builder("https://acme.example")
            .proxy(reqwest::Proxy::all(&with_password).unwrap())
            .build();
        let url = with_password.clone();
        let adjusted = builder("https://acme.example")
            .http(move |http| through(http, &url))
            .build();
        let own = through(reqwest::Client::builder(), &with_password).build();
        let own = builder("https://acme.example")
            .http_client(own.unwrap())
            .build();
        let refused = format!("acme.example:443: the proxy {} refused it", proxy.url);
        for client in [given, adjusted, own] {
            let error = client.unwrap().list_things("o").await.unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(error.is_connect() && text.contains(&refused), "{text}");
            assert!(!text.contains("hush"), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_names_the_unreachable_proxy() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);
        let client = builder("https://acme.example")
            .proxy(reqwest::Proxy::all(&proxy).unwrap())
            .build()
            .unwrap();
        let text = client.list_things("o").await.unwrap_err().to_string();
        let expected = format!("no connection to acme.example:443 through the proxy {proxy}");
        assert!(text.contains(&expected), "{text}");
    }
}
