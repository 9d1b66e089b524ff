//! Test with thousands of connections, in its own process because of the limit on file handles.

#![allow(
    clippy::unwrap_used,
    reason = "the shared functions panic to fail a test"
)]

use sdk_sandbox::Sandbox;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const VENDOR: &str = "parcels";

async fn sandbox() -> Sandbox {
    let document = include_str!("documents/parcels.json");
    let profile = include_str!("documents/parcels.yaml");
    Sandbox::builder()
        .document(VENDOR, document, profile)
        .start()
        .await
        .unwrap()
}

fn address(sandbox: &Sandbox) -> String {
    sandbox
        .base_url(VENDOR)
        .unwrap()
        .replace("http://", "")
        .replace("/v2", "")
}

/// Returns the status of a normal read.
async fn read_status(sandbox: &Sandbox) -> u16 {
    let url = format!("{}/boxes/box_1", sandbox.base_url(VENDOR).unwrap());
    let request = reqwest::Client::new()
        .get(url)
        .bearer_auth("parcel-standing");
    request.send().await.unwrap().status().as_u16()
}

/// Returns the peak memory of this process in MiB, or 0 if it is unknown.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    number.unwrap_or(0) / 1024
}

#[tokio::test]
async fn thousands_of_idle_connections_do_not_block_new_ones() {
    let sandbox = sandbox().await;
    let before = peak();
    let mut idle = Vec::new();
    for number in 0..5000 {
        let Ok(mut stream) = TcpStream::connect(address(&sandbox)).await else {
            break;
        };
        if number % 2 == 0 {
            let _ = stream
                .write_all(
                    b"POST /v2/boxes HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n{",
                )
                .await;
        }
        idle.push(stream);
    }
    // Client and server share the file handles of this process, so the client releases some of
    // them.
    if idle.len() < 5000 {
        idle.truncate(idle.len() / 2);
    }
    assert!(idle.len() > 100, "{}", idle.len());
    assert_eq!(read_status(&sandbox).await, 200);
    assert!(peak() < before + 300);
    drop(idle);
    assert_eq!(read_status(&sandbox).await, 200);
}
