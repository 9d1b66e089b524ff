//! Compares the cost of a call with handwritten code that uses reqwest and `serde_json`. Also
//! measures the cost of reading a cached token, and the waiting time of concurrent first calls.
#![allow(missing_docs, clippy::unwrap_used)] // Nothing here is published.

#[path = "../tests/acme/mod.rs"]
mod acme;
mod support;

use std::alloc::System;
use std::hint::black_box;
use std::time::{Duration, Instant};

use acme::auth::Credentials;
use acme::generated::Client;
use acme::generated::things::Things;
use criterion::{Criterion, criterion_group, criterion_main};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::{Server, median, runtime, thread_time};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Makes the call in handwritten code, with an existing HTTP client and a constant token.
async fn by_hand(http: &sdk_runtime::reqwest::Client, url: &str) -> Things {
    let response = http
        .get(format!("{url}/owners/o/things?version=2"))
        .header("user-agent", "acme-sdk/1.0.0")
        .header("accept", "application/json")
        .bearer_auth("token-0")
        .timeout(Duration::from_secs(60))
        .send()
        .await
        .unwrap();
    assert!(response.status().is_success());
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(&server.url)
        .credentials(Credentials::new("id", "s3cret"))
        .build()
        .unwrap()
}

fn http_client() -> sdk_runtime::reqwest::Client {
    sdk_runtime::reqwest::Client::builder()
        .redirect(sdk_runtime::reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

/// Returns the average number of allocations per run of the work, and their average total size.
fn measure_allocations(mut work: impl FnMut()) -> (f64, f64) {
    const RUNS: u32 = 500;
    let region = Region::new(ALLOCATOR);
    for _ in 0..RUNS {
        work();
    }
    let change = region.change();
    let mean = |sum: usize| sum as f64 / f64::from(RUNS);
    (mean(change.allocations), mean(change.bytes_allocated))
}

fn calls(criterion: &mut Criterion) {
    let server = Server::start(Duration::ZERO);
    let runtime = runtime();
    let (client, http) = (client(&server), http_client());
    let mut group = criterion.benchmark_group("call");
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| runtime.block_on(by_hand(&http, &server.url)));
    });
    group.bench_function("client", |bencher| {
        bencher.iter(|| runtime.block_on(client.list_things("o").send()).unwrap());
    });
    group.finish();
    let (allocations, bytes) =
        measure_allocations(|| drop(runtime.block_on(by_hand(&http, &server.url))));
    println!("call by hand: {allocations:.1} allocations, {bytes:.0} bytes in total");
    let (allocations, bytes) =
        measure_allocations(|| drop(runtime.block_on(client.list_things("o").send()).unwrap()));
    println!("call: {allocations:.1} allocations, {bytes:.0} bytes in total");
    let future = std::mem::size_of_val(&client.list_things("o").send());
    println!("the future of a call: {future} bytes");
    ratio(
        || drop(black_box(runtime.block_on(by_hand(&http, &server.url)))),
        || {
            drop(black_box(
                runtime.block_on(client.list_things("o").send()).unwrap(),
            ))
        },
    );
}

/// Prints the processor time of a handwritten call and of a call by the client.
///
/// The calls alternate in the order A B B A, so that each of the two follows itself as often as
/// it follows the other. A wake-up of the server's thread costs more or less depending on what ran
/// before.
fn ratio(mut by_hand: impl FnMut(), mut client: impl FnMut()) {
    const ROUNDS: usize = 41;
    const CALLS: u32 = 200;
    let time = |work: &mut dyn FnMut()| {
        let before = thread_time();
        work();
        thread_time() - before
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (mut our, mut their) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..CALLS / 2 {
            their += time(&mut by_hand);
            our += time(&mut client);
            our += time(&mut client);
            their += time(&mut by_hand);
        }
        ours.push(our / CALLS);
        theirs.push(their / CALLS);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "call: {:.2} µs of processor time, by hand {:.2} µs: ratio {:.3} (limit 1.05)",
        ours.as_secs_f64() * 1e6,
        theirs.as_secs_f64() * 1e6,
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

fn token(criterion: &mut Criterion) {
    let server = Server::start(Duration::ZERO);
    let runtime = runtime();
    let client = client(&server);
    runtime.block_on(client.access_token()).unwrap();
    let look = |times: u64| {
        runtime.block_on(async {
            let started = Instant::now();
            for _ in 0..times {
                black_box(client.access_token().await.unwrap());
            }
            started.elapsed()
        })
    };
    criterion.bench_function("token at hand", |bencher| bencher.iter_custom(look));
    const LOOKUPS: u64 = 1_000_000;
    let region = Region::new(ALLOCATOR);
    let took = look(LOOKUPS);
    println!(
        "cached token: {} ns (limit 150 ns), {:.2} allocations (limit 1)",
        took.as_nanos() / u128::from(LOOKUPS),
        region.change().allocations as f64 / LOOKUPS as f64
    );
}

/// All callers need a token at the same time, before the first token exists.
fn first_calls(_: &mut Criterion) {
    const CALLERS: usize = 10_000;
    let exchange = Duration::from_millis(100);
    let server = Server::start(exchange);
    let runtime = runtime();
    let mut ratios = Vec::new();
    for round in 1..=11 {
        let alone = client(&server);
        let one = runtime.block_on(async {
            let started = Instant::now();
            alone.access_token().await.unwrap();
            started.elapsed()
        });
        let client = client(&server);
        let mut waits: Vec<Duration> = runtime.block_on(async {
            let callers: Vec<_> = (0..CALLERS)
                .map(|_| {
                    let client = client.clone();
                    tokio::spawn(async move {
                        let started = Instant::now();
                        client.access_token().await.unwrap();
                        started.elapsed()
                    })
                })
                .collect();
            let mut waits = Vec::with_capacity(CALLERS);
            for caller in callers {
                waits.push(caller.await.unwrap());
            }
            waits
        });
        let exchanges = server.exchanges.load(std::sync::atomic::Ordering::SeqCst);
        assert_eq!(
            exchanges,
            2 * round,
            "each client needs exactly one exchange"
        );
        waits.sort();
        ratios.push(waits[CALLERS * 99 / 100].as_secs_f64() / one.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{CALLERS} first calls: one exchange, p99 of the wait is {:.3} times the duration of an exchange, at worst {:.3} (limit 2)",
        ratios[ratios.len() / 2],
        ratios[ratios.len() - 1]
    );
}

criterion_group!(benches, calls, token, first_calls);
criterion_main!(benches);
