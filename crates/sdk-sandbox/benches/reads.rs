//! Measures the start-up time of the sandbox, and the number of authorized reads per second.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that prints its results"
)]

use std::time::{Duration, Instant};

use sdk_sandbox::Sandbox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 16;
const RUN_DURATION: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    // The first sandbox of the process is measured, before anything is cached.
    let begun = Instant::now();
    let all = Sandbox::start().await.unwrap();
    println!(
        "start-up with {} vendors: {:.1} ms (limit 100 ms)",
        all.vendors().len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    drop(all);
    let document = include_str!("../tests/documents/parcels.json");
    let profile = include_str!("../tests/documents/parcels.yaml");
    let sandbox = Sandbox::builder()
        .document("parcels", document, profile)
        .start()
        .await
        .unwrap();
    let base = sandbox.base_url("parcels").unwrap().replace("http://", "");
    let host = base.split('/').next().unwrap().to_owned();
    for path in ["/v2/parcels/7", "/v2/boxes?limit=100"] {
        let begun = Instant::now();
        let connections: Vec<_> = (0..CONNECTIONS)
            .map(|_| tokio::spawn(read(host.clone(), path, begun)))
            .collect();
        let mut count = 0;
        for connection in connections {
            count += connection.await.unwrap();
        }
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        println!("GET {path}: {rate:.0} requests per second over {CONNECTIONS} connections");
    }
}

/// Sends reads over one connection until the time is up.
async fn read(host: String, path: &str, begun: Instant) -> usize {
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer parcel-standing\r\n\r\n"
    );
    let mut buffer = vec![0; 256 * 1024];
    let mut count = 0;
    while begun.elapsed() < RUN_DURATION {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut filled = 0;
        loop {
            filled += stream.read(&mut buffer[filled..]).await.unwrap();
            let head = buffer[..filled]
                .windows(4)
                .position(|window| window == b"\r\n\r\n");
            if let Some(head) = head {
                let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
                assert!(text.starts_with("http/1.1 200"), "{text}");
                let length = text
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.unwrap().parse().unwrap();
                if filled >= head + 4 + length {
                    break;
                }
            }
        }
        count += 1;
    }
    count
}
