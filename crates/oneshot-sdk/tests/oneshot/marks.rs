//! The operations that cost money, create signatures, or may be repeated. The lists come from the
//! vendor's documentation, not from our spec.

use std::collections::BTreeSet;

use oneshot_sdk::OPERATIONS;
use sdk_runtime::{Effect, Method, Operation, Paging, Repeat};

fn ids(fits: impl Fn(&Operation) -> bool) -> BTreeSet<&'static str> {
    let all = OPERATIONS.iter().filter(|operation| fits(operation));
    all.map(|operation| operation.id).collect()
}

const MONEY: [&str; 7] = [
    "authorize_permit2",
    "execute_contract_method",
    "execute_contract_method_as_delegator",
    "execute_contract_method_batch",
    "execute_contract_method_batch_as_delegator",
    "settle_x402_payment",
    "transfer_from_wallet",
];

const SIGNATURES: [&str; 4] = [
    "create_wallet_signature",
    "get_wallet_signature",
    "redelegate",
    "redelegate_with_delegation_data",
];

/// Calls that create a new object each time, and the rotation of a key.
const CREATING: [&str; 9] = [
    "add_struct_param",
    "create_contract_event",
    "create_contract_method",
    "create_delegation",
    "create_wallet",
    "create_webhook_endpoint",
    "create_webhook_trigger",
    "import_contract_methods_from_abi",
    "rotate_webhook_endpoint_key",
];

/// POST requests that only read, and one write that may be repeated.
const SAFE_POSTS: [&str; 8] = [
    "assure_contract_methods_from_prompt",
    "encode_contract_method",
    "estimate_contract_method",
    "read_contract_method",
    "search_contract_event_logs",
    "search_prompts",
    "test_contract_method",
    "verify_x402_payment",
];

#[test]
fn seven_operations_cost_money_and_four_create_signatures() {
    assert_eq!(
        ids(|operation| operation.effect == Some(Effect::Money)),
        MONEY.into()
    );
    assert_eq!(
        ids(|operation| operation.effect == Some(Effect::Signature)),
        SIGNATURES.into()
    );
}

#[test]
fn operations_that_cost_money_sign_or_create_are_never_repeated() {
    let all = MONEY.into_iter().chain(SIGNATURES).chain(CREATING);
    assert_eq!(
        ids(|operation| operation.repeat == Repeat::Never && !operation.token),
        all.collect()
    );
}

#[test]
fn idempotent_posts_are_safe_to_repeat() {
    let is_safe_post = |operation: &Operation| {
        operation.method == Method::Post && operation.repeat == Repeat::Safe
    };
    let mut safe = ids(is_safe_post);
    safe.remove("get_access_token");
    assert_eq!(safe, SAFE_POSTS.into());
}

#[test]
fn operations_that_cost_money_or_create_document_how_to_check_the_outcome() {
    for id in MONEY.into_iter().chain(CREATING) {
        let operation = OPERATIONS.iter().find(|known| known.id == id).unwrap();
        let find = operation.find.or(operation.start.map(|start| start.find));
        assert!(find.is_some_and(|find| !find.is_empty()), "{id}");
    }
}

#[test]
fn ten_lists_are_paged_starting_at_page_1() {
    let lists = [
        "list_chains",
        "list_contract_events",
        "list_contract_methods",
        "list_delegations",
        "list_endpoint_webhooks",
        "list_transactions",
        "list_wallets",
        "list_webhook_delivery_attempts",
        "list_webhook_endpoints",
        "list_webhook_triggers",
    ];
    assert_eq!(ids(|operation| operation.paging.is_some()), lists.into());
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.paging.is_some())
    {
        let Some(Paging::Page {
            page, first, items, ..
        }) = operation.paging
        else {
            panic!("{}", operation.id);
        };
        assert_eq!(
            (page, first, items),
            ("page", 1, "/response"),
            "{}",
            operation.id
        );
    }
}
