//! Tests the guarantees of the limiter: it enforces the limits and serves callers in order, and a
//! future that isn't polled doesn't block other callers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Waker};

use tokio::time::Instant;

use super::*;

const LEASE: Duration = Duration::from_secs(60);

fn limiter(requests: u32, per_seconds: u32, concurrent: Option<u32>) -> Limiter {
    Limiter::new(Some(Limits {
        requests,
        per_seconds,
        concurrent,
    }))
}

type Admission<'l> = Pin<Box<dyn Future<Output = Result<Permit, TooLate>> + 'l>>;

/// Returns a caller that has been polled once and is still waiting.
fn kept(limiter: &Limiter) -> Admission<'_> {
    let mut admission: Admission<'_> = Box::pin(limiter.admit(None, LEASE));
    let polled = admission
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "a turn is available immediately");
    admission
}

#[tokio::test(start_paused = true)]
async fn no_period_contains_more_requests_than_the_limit() {
    let limiter = limiter(3, 10, None);
    let started = Instant::now();
    let mut seconds = Vec::new();
    for _ in 0..8 {
        drop(limiter.admit(None, LEASE).await);
        seconds.push(started.elapsed().as_secs());
    }
    assert_eq!(seconds, [0, 0, 0, 10, 10, 10, 20, 20]);
}

#[tokio::test(start_paused = true)]
async fn callers_are_served_in_order_and_canceled_callers_use_no_turn() {
    let limiter = Arc::new(limiter(1, 10, None));
    drop(limiter.admit(None, LEASE).await);
    let started = Instant::now();
    let turns = Arc::new(Mutex::new(Vec::new()));
    let waiting: Vec<_> = (0..4)
        .map(|number| {
            let (limiter, turns) = (Arc::clone(&limiter), Arc::clone(&turns));
            tokio::spawn(async move {
                drop(limiter.admit(None, LEASE).await);
                turns
                    .lock()
                    .unwrap()
                    .push((number, started.elapsed().as_secs()));
            })
        })
        .collect();
    tokio::task::yield_now().await;
    waiting[0].abort();
    waiting[2].abort();
    for task in waiting {
        let _ = task.await;
    }
    assert_eq!(*turns.lock().unwrap(), [(1, 10), (3, 20)]);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_permit_frees_its_slot() {
    let limiter = limiter(0, 0, Some(2));
    let (one, _two) = (
        limiter.admit(None, LEASE).await,
        limiter.admit(None, LEASE).await,
    );
    let late = tokio::time::timeout(Duration::from_secs(1), limiter.admit(None, LEASE));
    assert!(late.await.is_err());
    drop(one);
    limiter.admit(None, LEASE).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_not_dropped_expires_with_its_lease() {
    let limiter = limiter(0, 0, Some(1));
    let started = Instant::now();
    let kept = limiter.admit(None, Duration::from_secs(7)).await.unwrap();
    let second = limiter.admit(None, LEASE).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 7);
    // A permit that has ended doesn't free the slot of another permit.
    drop(kept);
    let late = tokio::time::timeout(Duration::from_secs(1), limiter.admit(None, LEASE));
    assert!(late.await.is_err());
    drop(second);
    let soon = Instant::now() + Duration::from_secs(3);
    let _until_soon = limiter.admit(Some(soon), LEASE).await.unwrap();
    limiter.admit(None, LEASE).await.unwrap();
    assert_eq!(Instant::now().duration_since(soon).as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_unpolled_callers_delay_the_next_one_by_less_than_two_seconds() {
    for limiter in [limiter(0, 0, Some(1)), limiter(1, 1, None)] {
        let first = limiter.admit(None, LEASE).await.unwrap();
        let mut waiting: Vec<_> = (0..1000).map(|_| kept(&limiter)).collect();
        drop(first);
        let started = Instant::now();
        drop(limiter.admit(None, LEASE).await.unwrap());
        assert!(
            started.elapsed() < Duration::from_secs(2),
            "{:?}",
            started.elapsed()
        );
        // The waiting callers still get their turns.
        drop(waiting.pop().unwrap().await.unwrap());
        drop(waiting.swap_remove(0).await.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_turn_after_the_deadline_is_rejected_immediately_even_behind_a_queue() {
    let limiter = limiter(2, 10, None);
    let started = Instant::now();
    drop(limiter.admit(None, LEASE).await);
    tokio::time::advance(Duration::from_secs(4)).await;
    drop(limiter.admit(None, LEASE).await);
    let admit = |seconds| limiter.admit(Some(started + Duration::from_secs(seconds)), LEASE);
    let mut queue = Vec::new();
    for (turn, wait) in [(10, 6), (14, 10), (20, 16), (24, 20), (30, 26)] {
        let late = admit(turn - 1).await.err().unwrap();
        assert_eq!(late.wait.as_secs(), wait);
        assert_eq!(
            started.elapsed().as_secs(),
            4,
            "the failure must be immediate"
        );
        let mut fits: Admission<'_> = Box::pin(admit(turn));
        let polled = fits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        queue.push(fits);
    }
    let late = admit(5).await.err().unwrap();
    assert_eq!(
        late.to_string(),
        "rate limited locally: next slot in 30 s, after the deadline (limit: 2 requests per 10 s)"
    );
    for (place, second) in [10, 14, 20, 24, 30].into_iter().enumerate() {
        queue[place].as_mut().await.unwrap();
        assert_eq!(started.elapsed().as_secs(), second);
    }
}

#[test]
fn an_idle_runtime_does_not_block_callers_in_another_runtime() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let (idle, ended, live) = (runtime(), runtime(), runtime());
    let limiter = limiter(0, 0, Some(1));
    let lease = Duration::from_millis(100);
    let _held = live.block_on(limiter.admit(None, lease)).unwrap();
    let _waits = [&idle, &ended].map(|runtime| {
        let _inside = runtime.enter();
        kept(&limiter)
    });
    ended.shutdown_background();
    let permit = live.block_on(async {
        tokio::time::timeout(Duration::from_secs(30), limiter.admit(None, lease)).await
    });
    permit.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_concurrency_limit_of_zero_still_allows_one_request() {
    limiter(0, 1, Some(0)).admit(None, LEASE).await.unwrap();
    Limiter::new(None).admit(None, LEASE).await.unwrap();
}

/// SplitMix64, which returns the same numbers for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Runs a limiter with callers of all kinds: never polled, polled once and then kept, polled again
/// late, and dropped. Their permits are kept or released.
async fn run_random_callers(seed: u64) {
    let mut dice = Dice(seed);
    let concurrent = (dice.roll(3) > 0).then(|| 1 + dice.roll(3));
    let requests = if concurrent.is_none() { 1 } else { 0 } + dice.roll(4);
    let limiter = limiter(
        u32::try_from(requests).unwrap(),
        1,
        concurrent.map(|slots| u32::try_from(slots).unwrap()),
    );
    let lease = Duration::from_secs(5);
    let sent = Mutex::new(Vec::new());
    let mut callers: Vec<Admission<'_>> = Vec::new();
    let mut permits = Vec::new();
    for _ in 0..4 + dice.roll(12) {
        match dice.roll(6) {
            0 | 1 => callers.push(Box::pin(limiter.admit(None, lease))),
            2 if !callers.is_empty() => {
                let which = usize::try_from(dice.roll(callers.len() as u64)).unwrap();
                drop(callers.swap_remove(which));
            }
            3 if !permits.is_empty() => drop(permits.pop()),
            4 => tokio::time::sleep(Duration::from_millis(dice.roll(1500))).await,
            _ if !callers.is_empty() => {
                let which = usize::try_from(dice.roll(callers.len() as u64)).unwrap();
                let mut context = Context::from_waker(Waker::noop());
                if let std::task::Poll::Ready(permit) = callers[which].as_mut().poll(&mut context) {
                    sent.lock().unwrap().push(Instant::now());
                    permits.push((Instant::now(), permit.unwrap()));
                    drop(callers.swap_remove(which));
                }
            }
            _ => {}
        }
    }
    let started = Instant::now();
    drop(limiter.admit(None, lease).await.unwrap());
    sent.lock().unwrap().push(Instant::now());
    // Allows for the lease, plus one second per caller ahead, one for this caller, and one for
    // lapsed offers.
    let most = lease + Duration::from_secs(2 + callers.len() as u64);
    assert!(
        started.elapsed() <= most,
        "seed {seed}: blocked for {:?}",
        started.elapsed()
    );
    let sent = sent.into_inner().unwrap();
    if requests > 0 {
        let beyond = usize::try_from(requests).unwrap();
        for (first, last) in sent.iter().zip(sent.iter().skip(beyond)) {
            assert!(
                *last - *first >= Duration::from_secs(1),
                "seed {seed}: too many requests in one period"
            );
        }
    }
    if let Some(slots) = concurrent {
        let now = Instant::now();
        let live = permits.iter().filter(|(taken, _)| *taken + lease > now);
        assert!(
            live.count() as u64 <= slots,
            "seed {seed}: too many permits"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn abandoned_dropped_and_slow_callers_never_block_another_caller() {
    for seed in 0..10_000 {
        let outcome =
            tokio::time::timeout(Duration::from_secs(3600), run_random_callers(seed)).await;
        assert!(outcome.is_ok(), "seed {seed}: another caller hangs");
    }
}
