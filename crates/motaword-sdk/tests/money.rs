//! Checks that non-repeatable calls, such as calls that cost money, are never applied twice, even
//! if requests or responses are lost.
#![allow(
    clippy::field_reassign_with_default,
    clippy::unwrap_used,
    clippy::panic
)] // In a test, a panic is the failure report.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use motaword_sdk::types::{PaymentMethod, ProjectPayment};
use motaword_sdk::{Client, Error, OPERATIONS, RetryPolicy, TokenSource, VendorClient};
use sdk_runtime::{
    AccessToken, BoxFuture, Effect, Exchange, Method, Operation, Randomness, Repeat, reqwest,
};
use sdk_sandbox::Sandbox;
use serde_json::json;
use support::{Reply, Seen};
use tokio::net::{TcpListener, TcpStream};

/// Operations that charge money, or that can start billable work.
const BILLABLE: [&str; 8] = [
    "add_continuous_project_document",
    "create_subscription",
    "launch_project",
    "post_strings",
    "translate_content",
    "update_continuous_project_document",
    "update_subscription",
    "update_subscription_payment_method",
];

/// Other operations that affect payments: cards, payment codes, automatic charges, cancellations.
const PAYMENT_RELATED: [&str; 10] = [
    "cancel_project",
    "delete_continuous_project",
    "delete_credit_card",
    "delete_project",
    "delete_subscription",
    "reset_card_payment_code",
    "reset_corporate_payment_code",
    "toggle_corporate_auto_charge",
    "update_payment_info",
    "update_user_payment_info",
];

/// Other operations that must not be repeated, for example because they send an email, or create a
/// quote, a token or a record.
const NON_REPEATABLE: [&str; 40] = [
    "approve_vendor_application",
    "collect_analytics",
    "complete_continuous_document",
    "complete_continuous_language",
    "complete_continuous_project",
    "create_active_widget",
    "create_continuous_project",
    "create_document_quote",
    "create_documents_quote",
    "create_glossary",
    "create_language_quote",
    "create_languages_quote",
    "create_project",
    "create_project_documents",
    "create_style_guide",
    "create_user",
    "delete_account",
    "delete_user_account",
    "deliver_project",
    "freeze_account",
    "insert_sales_activity",
    "recreate_project",
    "reject_vendor_application",
    "reset_active_widget_token",
    "save_corporate_user",
    "save_corporate_user_group",
    "save_corporate_user_group_by_id",
    "send_email_confirmation",
    "send_pam_message",
    "send_password_reminder",
    "send_quote_email",
    "send_user_email_confirmation",
    "submit_comment",
    "submit_project_report",
    "submit_survey_answers",
    "suspend_user",
    "trigger_callback",
    "unfreeze_account",
    "use_document_as_draft",
    "use_document_as_regular",
];

fn operation(id: &str) -> &'static Operation {
    let mut all = OPERATIONS.iter();
    all.find(|operation| operation.id == id)
        .unwrap_or_else(|| panic!("no operation {id}"))
}

#[test]
fn paid_and_non_repeatable_operations_are_marked() {
    let never = |id: &str| operation(id).repeat == Repeat::Never;
    assert!(
        BILLABLE
            .iter()
            .chain(&PAYMENT_RELATED)
            .chain(&NON_REPEATABLE)
            .all(|id| never(id))
    );
    let with_money = OPERATIONS
        .iter()
        .filter(|operation| operation.effect == Some(Effect::Money))
        .map(|operation| operation.id);
    let expected: BTreeSet<_> = BILLABLE.into_iter().chain(PAYMENT_RELATED).collect();
    assert_eq!(with_money.collect::<BTreeSet<_>>(), expected);
    // Reads may be repeated, except reads that have a side effect.
    let reads = OPERATIONS
        .iter()
        .filter(|operation| operation.method == Method::Get && operation.repeat != Repeat::Safe);
    let ids: Vec<_> = reads.map(|operation| operation.id).collect();
    assert_eq!(ids, ["trigger_callback"]);
}

#[test]
fn paid_operations_document_how_to_check_whether_they_were_applied() {
    // `post_strings` is deprecated, and a payment code doesn't show whether it has been reset.
    let without = [
        "post_strings",
        "reset_card_payment_code",
        "reset_corporate_payment_code",
    ];
    for id in BILLABLE
        .iter()
        .chain(&PAYMENT_RELATED)
        .filter(|id| !without.contains(id))
    {
        let names = |text: &str| {
            OPERATIONS
                .iter()
                .any(|known| text.contains(&format!("`{}`", known.id)))
        };
        assert!(operation(id).find.is_some_and(names), "{id}");
    }
}

/// Random numbers that are the same in every run.
#[derive(Clone)]
struct Dice(Arc<AtomicUsize>);

impl Dice {
    fn new(seed: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(seed)))
    }

    fn roll(&self, sides: u64) -> u64 {
        self.next() % sides
    }
}

impl Randomness for Dice {
    fn next(&self) -> u64 {
        // SplitMix64.
        let step = self.0.fetch_add(1, Ordering::SeqCst) as u64 + 1;
        let mut z = step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Number of requests that reached the vendor, and number of requests that the vendor applied.
#[derive(Debug, Default, Clone, Copy)]
struct RequestCounts {
    requests: usize,
    applied: usize,
}

type Ledger = Arc<Mutex<BTreeMap<String, RequestCounts>>>;

fn name(seen: &Seen) -> String {
    format!("{} {}", seen.method, seen.path())
}

/// Responds, or fails at a random point: before or after reading the request, or while sending the
/// response. Applies some of the requests that it reads.
async fn serve(mut stream: TcpStream, dice: Dice, ledger: Ledger) -> Option<()> {
    let fault = dice.roll(20);
    if fault == 0 {
        return None;
    }
    let seen = support::request(&mut stream, &mut Vec::new()).await?;
    {
        let mut ledger = ledger.lock().unwrap();
        let account = ledger.entry(name(&seen)).or_default();
        account.requests += 1;
        account.applied += usize::from(matches!(fault, 2..=6 | 14..));
    }
    let answer = |status: u16, header: (&str, &str)| {
        let headers = [
            ("content-type", "application/json"),
            ("connection", "close"),
            header,
        ];
        let body = json!({"id": 1, "status": "started", "key": "k", "access_token": "t"});
        Reply::new(status, &headers, body.to_string())
    };
    let plain = ("x-request-id", "1");
    let reply = match fault {
        // The request arrives and may be applied, and then the connection closes.
        1 | 2 => return None,
        // The response is truncated.
        3 => {
            let cut = Reply::new(
                200,
                &[
                    ("content-type", "application/json"),
                    ("content-length", "9"),
                ],
                "{",
            );
            cut.write(&mut stream).await.ok()?;
            return None;
        }
        4 | 7 => answer(500, plain),
        5 | 8 => answer(503, ("retry-after", "1")),
        6 | 9 => answer(504, plain),
        10 => answer(429, plain),
        11 => answer(429, ("retry-after", "1")),
        12 => answer(401, plain),
        13 => answer(402, plain),
        _ => answer(200, plain),
    };
    reply.write(&mut stream).await.ok()
}

/// A resolver that fails for about one in eight lookups of the vendor's host name.
struct FlakyResolver(SocketAddr, Dice);

impl reqwest::dns::Resolve for FlakyResolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let known = self.1.roll(8) != 0;
        let address = self.0;
        Box::pin(async move {
            if !known {
                return Err("host not found, temporarily".into());
            }
            Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs)
        })
    }
}

/// A token source that returns a new token for each exchange, without a request that could fail.
struct CountingTokenSource(AtomicUsize);

impl TokenSource for CountingTokenSource {
    fn exchange<'a>(&'a self, _: Exchange<'a>) -> BoxFuture<'a, Result<AccessToken, Error>> {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Ok(AccessToken::new(format!("token-{count}"))) })
    }
}

async fn start_faulty_vendor(seed: usize) -> (Client, Ledger) {
    let (dice, ledger) = (Dice::new(seed), Ledger::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (server_dice, server_ledger) = (dice.clone(), Arc::clone(&ledger));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(
                stream,
                server_dice.clone(),
                Arc::clone(&server_ledger),
            ));
        }
    });
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(FlakyResolver(address, dice.clone())))
        .build()
        .unwrap();
    let client = Client::builder()
        .base_url(format!("http://vendor.test:{}", address.port()))
        .allow_plain_http()
        .http_client(http)
        .token_source(CountingTokenSource(AtomicUsize::new(0)))
        .randomness(dice)
        // The budget never runs out, so that every rule is exercised.
        .retry(RetryPolicy::new().with_budget(u32::MAX))
        .build()
        .unwrap();
    (client, ledger)
}

/// Number of calls with each outcome, and number of calls that were sent more than once.
#[derive(Debug, Default)]
struct Tally {
    succeeded: usize,
    undone: usize,
    maybe: usize,
    sent_again: usize,
}

impl Tally {
    /// Counts a call, and checks its outcome against the vendor's count.
    fn record<T>(&mut self, what: &str, account: RequestCounts, outcome: Result<T, Error>) {
        assert!(
            account.applied <= 1,
            "{what} was executed {} times",
            account.applied
        );
        self.sent_again += usize::from(account.requests > 1);
        match outcome {
            Ok(_) => {
                assert_eq!(account.applied, 1, "{what} succeeded, but was not executed");
                self.succeeded += 1;
            }
            Err(error) if error.is_maybe_applied() => self.maybe += 1,
            Err(error) => {
                assert_eq!(
                    account.applied, 0,
                    "{what} was executed, but the error reports that it was not: {error}"
                );
                self.undone += 1;
            }
        }
    }

    fn check(&self, calls: usize) {
        assert_eq!(self.succeeded + self.undone + self.maybe, calls);
        // Every outcome occurs often.
        let least = self
            .succeeded
            .min(self.undone)
            .min(self.maybe)
            .min(self.sent_again);
        assert!(least > calls / 50, "{self:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn launches_under_faults_are_charged_at_most_once_and_report_uncertainty() {
    let (client, ledger) = start_faulty_vendor(7).await;
    let mut payment = ProjectPayment::default();
    payment.payment_method = Some(PaymentMethod::Client);
    payment.card_id = Some(1);
    let mut tally = Tally::default();
    for id in 0..2_000 {
        let outcome = client.launch_project(id).body(&payment).await;
        let what = format!("POST /projects/{id}/launch");
        let account = ledger.lock().unwrap().get(&what).copied();
        tally.record(&what, account.unwrap_or_default(), outcome);
    }
    tally.check(2_000);
}

#[tokio::test(start_paused = true)]
async fn the_58_non_repeatable_operations_run_at_most_once_and_report_uncertainty() {
    let sandbox = Sandbox::builder().vendor("motaword").start().await.unwrap();
    let mut tally = Tally::default();
    let ids: Vec<&str> = BILLABLE
        .into_iter()
        .chain(PAYMENT_RELATED)
        .chain(NON_REPEATABLE)
        .collect();
    assert_eq!(ids.len(), 58);
    for (number, id) in ids.iter().enumerate() {
        let (client, ledger) = start_faulty_vendor(1_000 * number).await;
        let arguments = sandbox.sample_arguments("motaword", id).unwrap();
        for round in 0..40 {
            ledger.lock().unwrap().clear();
            let outcome = client.call(id, arguments.clone()).await;
            let accounts = ledger.lock().unwrap().clone();
            assert!(accounts.len() <= 1, "{id}: {accounts:?}");
            let account = accounts.into_values().next().unwrap_or_default();
            tally.record(&format!("{id}, round {round}"), account, outcome);
        }
    }
    tally.check(58 * 40);
}
