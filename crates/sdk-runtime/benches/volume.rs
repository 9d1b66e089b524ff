//! Measures long lists and large files: the time compared with a handwritten loop, and the memory
//! compared with a short list or a small file.
//!
//! Run it with `cargo bench -p sdk-runtime --bench volume`. Each case runs in its own process,
//! which also runs the server, and prints its peak memory. The benchmark runs on Linux only.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)] // Nothing here is published.

#[path = "../tests/acme/mod.rs"]
mod acme;
#[path = "support/volume_server.rs"]
mod volume_server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use acme::auth::Credentials;
use acme::generated::{Client, Request};
use acme::shop::{ExportThings, ListByCursor, UploadThing};
use sdk_runtime::object::{Object, Properties, object};
use sdk_runtime::{File, Json, Operation, PagedOperation, TypedOperation, reqwest, serde_json};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess};
use tokio::io::AsyncWriteExt;

const MIB: u64 = 1 << 20;
/// Maximum difference in memory between the large and the small case.
const MAX_GROWTH: u64 = 8 * MIB;
const CASES: [(&str, u64, u64); 3] = [
    ("items", 10_000, 1_000_000),
    ("upload", MIB, 1 << 30),
    ("download", MIB, 1 << 30),
];

/// A list item of typical size, deserialized in the same way as generated types.
pub struct Record {
    id: u64,
    #[allow(dead_code)]
    name: String,
    #[allow(dead_code)]
    labels: BTreeMap<String, String>,
}

impl Object for Record {
    const NAME: &'static str = "Record";
    const NAMES: &'static [&'static str] = &["id", "name", "labels"];

    fn read<'de, A: MapAccess<'de>>(mut properties: Properties<A>) -> Result<Self, A::Error> {
        let (mut id, mut name, mut labels) = (None, None, None);
        while let Some(place) = properties.next(Self::NAMES)? {
            match place {
                0 => id = Some(properties.value()?),
                1 => name = Some(properties.value()?),
                2 => labels = Some(properties.map()?.unwrap_or_default()),
                _ => properties.skip()?,
            }
        }
        Ok(Self {
            id: properties.or_missing(id, "id")?,
            name: properties.or_missing(name, "name")?,
            labels: properties.or_missing(labels, "labels")?,
        })
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

/// A page of records.
pub struct Records {
    items: Vec<Record>,
}

impl Object for Records {
    const NAME: &'static str = "Records";
    const NAMES: &'static [&'static str] = &["items"];

    fn read<'de, A: MapAccess<'de>>(mut properties: Properties<A>) -> Result<Self, A::Error> {
        let mut items = None;
        while let Some(place) = properties.next(Self::NAMES)? {
            match place {
                0 => items = Some(properties.list()?.unwrap_or_default()),
                _ => properties.skip()?,
            }
        }
        Ok(Self {
            items: properties.or_missing(items, "items")?,
        })
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

/// The same record, deserialized by serde's derived code.
#[derive(Deserialize)]
struct PlainRecord {
    id: u64,
    #[allow(dead_code)]
    name: String,
    #[allow(dead_code)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RecordsWithNext {
    items: Vec<PlainRecord>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next: Option<String>,
}

struct ListRecords;

impl TypedOperation for ListRecords {
    type Answer = Json<Records>;
    const OPERATION: &'static Operation = <ListByCursor as TypedOperation>::OPERATION;
}

impl PagedOperation for ListRecords {
    type Item = Record;

    fn items(answer: &mut Records) -> Option<&mut Vec<Record>> {
        Some(&mut answer.items)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, case, who, size] = &arguments[..] {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let taken = runtime.block_on(run(case, who, size.parse().unwrap()));
        println!("{} {}", taken.as_micros(), peak());
        return;
    }
    let mut failed = false;
    println!("case      size        sdk s   loop s  ratio   sdk MiB  loop MiB");
    for (case, small, large) in CASES {
        let mut peaks = Vec::new();
        for size in [small, large] {
            let (sdk, own) = (
                run_in_process(case, "sdk", size),
                run_in_process(case, "loop", size),
            );
            println!(
                "{case:<9} {size:<11} {:<7.2} {:<7.2} {:<7.2} {:<8.1} {:.1}",
                sdk.0,
                own.0,
                sdk.0 / own.0,
                sdk.1 as f64 / MIB as f64,
                own.1 as f64 / MIB as f64,
            );
            peaks.push(sdk.1);
        }
        let more = peaks[1].saturating_sub(peaks[0]);
        println!(
            "{case}: the large case uses {:.1} MiB more (allowed: 8)",
            more as f64 / MIB as f64
        );
        failed |= more > MAX_GROWTH;
    }
    assert!(!failed, "memory grows with the size");
}

/// Runs a case twice, each time in a separate process.
///
/// Returns the shorter time, in seconds, and the larger memory peak, in bytes.
fn run_in_process(case: &str, who: &str, size: u64) -> (f64, u64) {
    let once = || {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([case, who, &size.to_string()])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{case} {who}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).unwrap();
        let (time, peak) = text.trim().split_once(' ').unwrap();
        (
            time.parse::<f64>().unwrap() / 1e6,
            peak.parse::<u64>().unwrap(),
        )
    };
    let (first, second) = (once(), once());
    (first.0.min(second.0), first.1.max(second.1))
}

/// Returns the peak memory of this process.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse::<u64>().unwrap() * 1024
}

async fn run(case: &str, who: &str, size: u64) -> Duration {
    let url = volume_server::start(size).await;
    let client = Client::builder()
        .base_url(&url)
        .credentials(Credentials::api_key("k"))
        .token_source(FixedToken)
        .build()
        .unwrap();
    let http = reqwest::Client::builder().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    match (case, who) {
        ("items", "sdk") => items(&client, size).await,
        ("items", _) => items_by_hand(&http, &url, size).await,
        ("upload", "sdk") => {
            let file = File::path(create_sparse_file(folder.path(), size));
            let call = Request::<UploadThing>::new(&client).set("path.id", "x");
            let call = call
                .with_media("application/octet-stream")
                .with_upload(file);
            call.with_timeout(Duration::from_secs(600)).await.unwrap();
        }
        ("upload", _) => {
            let file = tokio::fs::File::open(create_sparse_file(folder.path(), size))
                .await
                .unwrap();
            let call = http
                .put(format!("{url}/things/x/file"))
                .header("content-length", size);
            call.body(reqwest::Body::from(file))
                .send()
                .await
                .unwrap()
                .error_for_status()
                .unwrap();
        }
        ("download", "sdk") => {
            let download = Request::<ExportThings>::new(&client)
                .await
                .unwrap()
                .into_inner();
            assert_eq!(
                download.save_to(folder.path().join("out")).await.unwrap(),
                size
            );
        }
        _ => download_by_hand(&http, &url, &folder.path().join("out"), size).await,
    }
    begun.elapsed()
}

async fn items(client: &Client, size: u64) {
    let mut items = Request::<ListRecords>::new(client)
        .set("limit", 100)
        .items();
    let mut expected = 0;
    while let Some(item) = items.try_next().await.unwrap() {
        assert_eq!(item.id, expected);
        expected += 1;
    }
    assert_eq!(expected, size);
}

async fn items_by_hand(http: &reqwest::Client, url: &str, size: u64) {
    let (mut expected, mut after) = (0, String::new());
    loop {
        let call = http.get(format!("{url}/by-cursor?limit=100&after={after}"));
        let body = call
            .bearer_auth("t")
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        let page: RecordsWithNext = serde_json::from_slice(&body).unwrap();
        for item in page.items {
            assert_eq!(item.id, expected);
            expected += 1;
        }
        match page.meta.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(expected, size);
}

async fn download_by_hand(http: &reqwest::Client, url: &str, path: &Path, size: u64) {
    let mut answer = http.get(format!("{url}/export")).send().await.unwrap();
    let mut file = tokio::fs::File::create(path).await.unwrap();
    let mut written = 0;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        file.write_all(&chunk).await.unwrap();
        written += chunk.len() as u64;
    }
    file.flush().await.unwrap();
    // Writes the bytes to disk before returning, like `save_to`.
    file.sync_all().await.unwrap();
    assert_eq!(written, size);
}

fn create_sparse_file(folder: &Path, size: u64) -> PathBuf {
    let path = folder.join("in");
    std::fs::File::create(&path).unwrap().set_len(size).unwrap();
    path
}

/// Supplies a token without an exchange.
struct FixedToken;

impl sdk_runtime::TokenSource for FixedToken {
    fn exchange<'a>(
        &'a self,
        _: sdk_runtime::Exchange<'a>,
    ) -> sdk_runtime::BoxFuture<'a, Result<sdk_runtime::AccessToken, sdk_runtime::Error>> {
        Box::pin(async { Ok(sdk_runtime::AccessToken::new("t").with_expires_in(3600)) })
    }
}
