//! Simulates a corporate network on loopback.
//!
//! The network has an HTTP proxy and a TLS endpoint in front of a server. A private certificate
//! authority issues the endpoint's certificate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A running network. It stops when the test's runtime shuts down.
#[derive(Debug)]
pub struct PrivateNetwork {
    /// Base URL of the server behind TLS, with the scheme `https`.
    pub base_url: String,
    /// Certificate of the private authority, in PEM format.
    pub ca_pem: String,
    /// URL of the proxy.
    pub proxy_url: String,
    tunnels: Arc<AtomicUsize>,
}

impl PrivateNetwork {
    /// Starts a network in front of the server at `base_url`, which uses plain HTTP on loopback.
    pub async fn before(base_url: &str) -> Self {
        let rest = base_url.strip_prefix("http://").unwrap();
        let (server, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));

        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned()];
        let certificate = CertificateParams::new(names).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(terminate_tls(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            server.to_owned(),
        ));

        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
        let tunnels = Arc::new(AtomicUsize::new(0));
        tokio::spawn(tunnel(proxy, port, Arc::clone(&tunnels)));
        Self {
            base_url: format!("https://localhost:{port}{path}"),
            ca_pem: authority.pem(),
            proxy_url,
            tunnels,
        }
    }

    /// Returns the number of connections through the proxy.
    pub fn tunnels(&self) -> usize {
        self.tunnels.load(Ordering::SeqCst)
    }
}

async fn terminate_tls(listener: TcpListener, acceptor: TlsAcceptor, server: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, server) = (acceptor.clone(), server.clone());
        tokio::spawn(async move {
            // A client that doesn't trust the authority aborts the handshake.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut plain = TcpStream::connect(server).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut plain).await;
            }
        });
    }
}

/// Handles `CONNECT` requests (RFC 9110, section 9.3.6) to the server.
async fn tunnel(listener: TcpListener, port: u16, tunnels: Arc<AtomicUsize>) {
    while let Ok((stream, _)) = listener.accept().await {
        let tunnels = Arc::clone(&tunnels);
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            let mut head = (&mut stream).take(64 * 1024);
            head.read_line(&mut line).await.unwrap();
            assert!(line.starts_with("CONNECT localhost:"), "{line}");
            while !matches!(line.as_str(), "\r\n" | "") {
                line.clear();
                head.read_line(&mut line).await.unwrap();
            }
            tunnels.fetch_add(1, Ordering::SeqCst);
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        });
    }
}
