//! Compiles the generated code for names, positions and types that occur in few documents. The name
//! of the vendor's folder starts with a digit and contains a hyphen.
#![allow(clippy::unwrap_used, clippy::panic)] // Everything here runs in tests.

// Samples refer to the crate that they were generated for.
extern crate self as x2nd_corpus_sdk;

mod support;

use serde_json::json;
use support::Server as TestServer;

#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, unused_imports, clippy::module_inception)]
#[path = "../fixtures/generate/crates/x2nd-corpus-sdk/src/generated/mod.rs"]
mod generated;
#[rustfmt::skip]
#[allow(dead_code)]
#[path = "../fixtures/generate/crates/x2nd-corpus-sdk/tests/generated/every_operation.rs"]
mod every_operation;

pub use generated::*;

/// Credentials that provide a valid token.
#[derive(Debug)]
#[allow(unreachable_pub)] // The fixture is public, like the crate that it replaces.
pub struct Credentials;

impl TokenSource for Credentials {
    fn exchange<'a>(
        &'a self,
        _: Exchange<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, sdk_runtime::Error>> {
        Box::pin(async { Ok(AccessToken::new("token")) })
    }
}

impl Authenticate for Credentials {
    const VENDOR: &'static sdk_runtime::Vendor = &VENDOR;
    const VARIABLES: &'static [&'static str] = &[];

    fn from_variables(_: &Variables) -> Result<Self, sdk_runtime::Error> {
        Ok(Self)
    }
}

#[test]
fn every_operation_has_a_sample() {
    let cases = every_operation::cases();
    assert!(cases.len() >= OPERATIONS.len(), "{}", cases.len());
}

#[tokio::test]
async fn the_sandbox_accepts_every_sample_and_its_responses_are_decoded() {
    let document = include_str!("../fixtures/generate/crates/x2nd-corpus-sdk/openapi.json");
    let report = sdk_conformance::call_typed_in(document, every_operation::cases()).await;
    report.unwrap().verdict().unwrap();
}

#[tokio::test]
async fn every_parameter_and_body_arrives_as_it_was_given() {
    let document = include_str!("../fixtures/generate/crates/x2nd-corpus-sdk/openapi.json");
    let report = sdk_conformance::wire_trips::<Client>(document).await;
    report.unwrap().verdict().unwrap();
}

#[test]
fn properties_with_unusual_names_survive_a_round_trip() {
    let names = [
        "self",
        "Self",
        "type",
        "$ref",
        "",
        " ",
        "😀",
        "r#type",
        "1",
        "1st",
        "a-b",
        "a_b",
        "aB",
        "A_B",
        "ß",
        "日本",
        "value",
        "deserializer",
        "NAMES",
    ];
    let object: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(name)))
        .collect();
    let json = serde_json::Value::Object(object);
    let read: types::OddProperties = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
}

#[test]
fn a_discriminator_selects_indirect_subtypes() {
    let read = |json| serde_json::from_value::<types::Vehicle>(json).unwrap();
    assert!(matches!(
        read(json!({"kind": "car", "doors": 3})),
        types::Vehicle::Car(_)
    ));
    let truck = read(json!({"kind": "truck", "load": 1.5}));
    assert!(matches!(&truck, types::Vehicle::Truck(truck) if truck.load == 1.5));
    let pickup = json!({"kind": "Pickup", "load": 1, "open": true});
    assert!(matches!(read(pickup), types::Vehicle::Pickup(_)));
}

#[test]
fn methods_of_one_path_are_in_the_modules_of_their_tags() {
    fn tag<Op: sdk_runtime::TypedOperation>() -> (&'static str, &'static str) {
        (Op::OPERATION.tag, Op::OPERATION.path)
    }
    assert_eq!(tag::<main::GetTwoTags>(), ("main", "/two-tags"));
    assert_eq!(tag::<exports::CreateTwoTags>(), ("exports", "/two-tags"));
}

#[test]
fn operations_can_be_named_after_keywords() {
    let client = Client::builder().credentials(Credentials).build().unwrap();
    let requests = [
        format!("{:?}", client.move_()),
        format!("{:?}", client.use_()),
        format!("{:?}", client.test()),
    ];
    assert!(requests.iter().all(|request| !request.is_empty()));
}

fn client_at(url: &str) -> Client {
    let builder = Client::builder().base_url(url).credentials(Credentials);
    builder.build().unwrap()
}

#[tokio::test]
async fn objects_are_serialized_in_the_documented_style() {
    use types::{
        ListStylesBox, ListStylesInline, WireFilter, WireLine, WirePoint, WireRange, WireZone,
    };
    let server = TestServer::start(&[(200, "{}")]).await;
    let client = client_at(&server.url);
    let filter = WireFilter {
        created: Some(WireRange {
            gte: Some(5),
            zone: Some(WireZone {
                name: Some("a b".to_owned()),
            }),
            ..Default::default()
        }),
        names: Some(vec!["n".to_owned()]),
        lines: Some(vec![WireLine::new("1")]),
        ..Default::default()
    };
    let size = ListStylesBox {
        w: Some(3),
        h: Some(4),
    };
    client
        .list_styles(&ListStylesInline::new(7))
        .filter(&filter)
        .expand(["e", "f"])
        .lines([WireLine::new("2")])
        .labels(&[("k".to_owned(), "v".to_owned())].into())
        .free(&[("any".to_owned(), json!({"thing": [true]}).into())].into())
        .excluded(["f", "g"])
        .codes(["a", "b"])
        .point(&WirePoint::new(1))
        .box_(&size)
        .words(["a b", "c"])
        .colors(["red", "green"])
        .x_point(&WirePoint::new(2))
        .await
        .unwrap();
    let request = server.only();
    let query = request.line().split_once('?').unwrap().1;
    let query = query.replace("%5B", "[").replace("%5D", "]");
    assert_eq!(
        query.split('&').collect::<Vec<_>>(),
        [
            "filter[created][gte]=5",
            "filter[created][zone][name]=a%20b",
            "filter[names][0]=n",
            "filter[lines][0][price]=1",
            "inline[from]=7",
            "expand[0]=e",
            "expand[1]=f",
            "lines[0][price]=2",
            "labels[k]=v",
            "free[any][thing][0]=true",
            "excluded[0]=f",
            "excluded[1]=g",
            "codes=a",
            "codes=b",
            "x=1",
            "box=w,3,h,4",
            "words=a%20b%20c",
            "colors=red%7Cgreen",
        ]
    );
    assert_eq!(request.header("x-point"), Some("x,2"));
}

#[tokio::test]
async fn a_parameter_accepts_each_variant_of_a_union() {
    use types::{ListStylesInline, WireCoupon, WireCoupons};
    let server = TestServer::start(&[(200, "{}")]).await;
    let client = client_at(&server.url);
    let inline = ListStylesInline::new(7);
    let coupon = WireCoupons::from(WireCoupon::new("summer"));
    client.list_styles(&inline).coupons(&coupon).await.unwrap();
    client
        .list_styles(&inline)
        .coupons(&"".into())
        .await
        .unwrap();
    for coupons in [json!(["summer"]), json!({"code": "summer"}), json!("")] {
        let arguments = json!({"inline": {"from": 7}, "coupons": coupons});
        client.call("list_styles", arguments).await.unwrap();
    }
    let coupons = server.requests().into_iter().map(|request| {
        let (_, coupons) = request.line().split_once("inline%5Bfrom%5D=7&").unwrap();
        coupons.replace("%5B", "[").replace("%5D", "]")
    });
    assert_eq!(
        coupons.collect::<Vec<_>>(),
        [
            "coupons[code]=summer",
            "coupons=",
            "coupons[0]=summer",
            "coupons[code]=summer",
            "coupons=",
        ]
    );
}

#[tokio::test]
async fn form_fields_are_serialized_in_the_style_of_their_encoding() {
    use types::{WireFilter, WireForm, WireLine, WirePoint, WireRange};
    let server = TestServer::start(&[(200, "{}")]).await;
    let client = client_at(&server.url);
    let form = WireForm {
        filter: Some(WireFilter {
            created: Some(WireRange {
                lt: Some(9),
                ..Default::default()
            }),
            ..Default::default()
        }),
        expand: Some(vec!["e".to_owned()]),
        lines: Some(vec![WireLine::new("1"), WireLine::new("2")]),
        ids: Some(vec![1, 2]),
        words: Some(vec!["a".to_owned(), "b".to_owned()]),
        point: Some(WirePoint::new(3)),
        plain: Some(WirePoint::new(4)),
        list: Some(vec!["p".to_owned(), "q".to_owned()]),
        ..WireForm::new("n")
    };
    client.send_styled_form(&form).await.unwrap();
    client.send_plain_form().body(&form).await.unwrap();
    let requests = server.requests();
    let fields = |index: usize| {
        let body = requests[index]
            .body()
            .replace("%5B", "[")
            .replace("%5D", "]");
        body.split('&').map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        fields(0),
        [
            "name=n",
            "filter[created][lt]=9",
            "expand[0]=e",
            "lines[0][price]=1",
            "lines[1][price]=2",
            "ids=1%2C2",
            "words=a%7Cb",
            "x=3",
            "plain=%7B%22x%22%3A4%7D",
            "list=p",
            "list=q",
        ]
    );
    assert!(fields(1).contains(&"point=%7B%22x%22%3A3%7D".to_owned()));
}

#[tokio::test]
async fn operations_of_one_path_send_their_distinguishing_values() {
    let server = TestServer::start(&[
        (200, "{}"),
        (204, ""),
        (200, "{}"),
        (200, "\"a\""),
        (200, "7"),
    ])
    .await;
    let client = client_at(&server.url);
    client.list_action_things().await.unwrap();
    client.delete_action_things().await.unwrap();
    client.read_action().limit(3).await.unwrap();
    client.find_action("a&b/c").await.unwrap();
    client.update_store_target().await.unwrap();
    let requests = server.requests();
    let lines: Vec<&str> = requests.iter().map(|request| request.line()).collect();
    assert_eq!(
        lines,
        [
            "POST /?Action=ListThings",
            "POST /?Action=DropThings",
            "GET /actions?Action=Read&flag&limit=3",
            "GET /actions?Action=Find&key=a%26b%2Fc",
            "PUT /",
        ]
    );
    assert_eq!(requests[4].header("x-target"), Some("Store.Put"));
}

#[tokio::test]
async fn a_response_is_decoded_by_its_status() {
    use main::{CreateOrQueueAnswer as Answer, GetStatusRangeAnswer, UpdateMultiAnswer};
    let server = TestServer::start(&[
        (200, r#"{"id":"a"}"#),
        (207, r#"{"name":"n","news":1}"#),
        (201, r#"[{"id":"b"}]"#),
        (202, r#""job""#),
        (204, ""),
        (200, r#"{"id":"c"}"#),
        (203, r#"{"id":"c"}"#),
        (207, "[]"),
        (206, "bytes"),
        (299, r#"{"id":"d"}"#),
        (200, r#"{"id":"e"}"#),
        (200, r#"{"id":"f"}"#),
    ])
    .await;
    let client = client_at(&server.url);
    let sent = types::Wire::default();
    let one = client.update_multi(&sent).await.unwrap().into_inner();
    assert!(matches!(one, UpdateMultiAnswer::Ok(thing) if thing.id.as_deref() == Some("a")));
    let other = client.update_multi(&sent).await.unwrap();
    assert_eq!(other.status(), 207);
    assert!(matches!(other.into_inner(), UpdateMultiAnswer::MultiStatus(form) if form.name == "n"));
    let answer = async || {
        client
            .create_or_queue()
            .await
            .map(|answer| answer.into_inner())
    };
    assert!(matches!(answer().await.unwrap(), Answer::Created(list) if list.len() == 1));
    assert!(matches!(answer().await.unwrap(), Answer::Accepted(job) if job == "job"));
    assert!(matches!(answer().await.unwrap(), Answer::NoContent));
    assert!(matches!(answer().await.unwrap(), Answer::Ok(_)));
    let undocumented = answer().await.unwrap_err();
    assert!(
        undocumented.to_string().contains("not documented"),
        "{undocumented}"
    );
    let error = client.update_multi(&sent).await.unwrap_err();
    assert_eq!(error.json_path(), Some("$"), "{error}");
    let range = async || {
        client
            .get_status_range()
            .await
            .map(|answer| answer.into_inner())
    };
    assert!(
        matches!(range().await.unwrap(), GetStatusRangeAnswer::PartialContent(bytes) if bytes == "bytes")
    );
    assert!(
        matches!(range().await.unwrap(), GetStatusRangeAnswer::Success(thing) if thing.id.as_deref() == Some("d"))
    );
    assert_eq!(
        client.get_by_default().await.unwrap().id.as_deref(),
        Some("e")
    );
    assert_eq!(client.get_media().await.unwrap().id.as_deref(), Some("f"));
    // The client requests only the typed content.
    let requests = server.requests();
    assert_eq!(requests[11].header("accept"), Some("application/json"));
}

#[tokio::test]
async fn an_operation_server_receives_credentials_only_if_the_spec_allows_it() {
    let (base, up, trusted) = (
        TestServer::start(&[(200, "{}")]).await,
        TestServer::start(&[(200, "{}")]).await,
        TestServer::start(&[(200, "{}")]).await,
    );
    let client = Client::builder()
        .base_url(format!("{}/v1", base.url))
        .operation_server(
            "https://up.{area}.example.com/files",
            format!("{}/my", up.url),
        )
        .operation_server("https://trusted.example.com/t", &trusted.url)
        .header("X-Secret", "hush")
        .user_agent("mine")
        .credentials(Credentials)
        .build()
        .unwrap();
    let body = types::Wire::default();
    client.send_to_own_server(&body).name("n").await.unwrap();
    let request = up.only();
    assert_eq!(request.line(), "POST /my/servers/upload?name=n");
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("x-secret"), None);
    assert_eq!(request.header("user-agent"), Some("mine"));
    client.get_from_trusted_server().await.unwrap();
    let request = trusted.only();
    assert_eq!(request.line(), "GET /servers/upload");
    assert_eq!(request.header("authorization"), Some("Bearer token"));
    assert_eq!(request.header("x-secret"), Some("hush"));
    client.get_from_relative_server().await.unwrap();
    client.get_from_server_below().await.unwrap();
    client.get_from_same_server().await.unwrap();
    let requests = base.requests();
    let lines: Vec<&str> = requests.iter().map(|request| request.line()).collect();
    let wanted = [
        "GET /v2/servers/beta",
        "GET /v1/beta/servers/below",
        "GET /v1/servers/same",
    ];
    assert_eq!(lines, wanted);
    assert!(
        requests
            .iter()
            .all(|request| request.header("authorization").is_some())
    );
}

#[tokio::test]
async fn an_explicit_base_url_replaces_the_server_of_an_operation() {
    let server = TestServer::start(&[(200, "{}")]).await;
    let client = client_at(&format!("{}/v1", server.url));
    client
        .send_to_own_server(&types::Wire::default())
        .await
        .unwrap();
    let request = server.only();
    assert_eq!(request.line(), "POST /files/servers/upload");
    assert_eq!(request.header("authorization"), Some("Bearer token"));
    // Without a base URL, the operation uses its own server from the document.
    let client = Client::builder()
        .credentials(Credentials)
        .transport(Unreachable)
        .build()
        .unwrap();
    let error = client
        .send_to_own_server(&types::Wire::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("up.eu.example.com"), "{error}");
}

/// A network on which no host is reachable.
struct Unreachable;

impl sdk_runtime::Transport for Unreachable {
    fn send(
        &self,
        _: sdk_runtime::TransportRequest,
    ) -> BoxFuture<'_, Result<sdk_runtime::TransportResponse, sdk_runtime::TransportError>> {
        Box::pin(async {
            Err(sdk_runtime::TransportError::new(
                sdk_runtime::TransportErrorKind::NotSent,
            ))
        })
    }
}
