//! Runs typical application flows, from the first call to the last, against the sandbox.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::time::Duration;

use sdk_conformance::ClientConfigOf;
use sdk_sandbox::{Fault, Sandbox};
use smscx_sdk::types::{
    BulkLookupRequest, ContactEntry, ContactUpdateRequest, ContactsRequest, GroupRequest,
    MessageStatus, NewContact, OptoutRequest, OtpRequest, OtpStatus, OtpVerificationRequest,
    RenewRentRequest, RentRequest, RentSettingsRequest, ShortlinkRequest, ShortlinkUpdateRequest,
    SmsRequest, TemplateRequest, TemplateUpdateRequest,
};
use smscx_sdk::{Client, ErrorCode};

const FIRST_NUMBER: &str = "+33612424105";
const SECOND_NUMBER: &str = "+33612424106";

async fn start() -> (Sandbox, Client) {
    let builder = Sandbox::builder().vendor("smscx").strict();
    let sandbox = builder.start().await.unwrap();
    let client = Client::from_config(sandbox.client_config("smscx").unwrap()).unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn too_many_recipients_are_rejected_with_a_specific_error_code() {
    let (_sandbox, client) = start().await;
    let numbers = |count: u64| (0..count).map(|n| format!("+3361{:07}", 2_000_000 + n));
    let message = SmsRequest::new(Vec::from_iter(numbers(25_001)), "InfoText", "Hello");
    let error = client.send_sms(&message).await.unwrap_err();
    assert_eq!(error.code(), Some("1103"), "{error:?}");
    let lookup = BulkLookupRequest::new(numbers(40_001));
    let error = client.lookup_numbers(&lookup).await.unwrap_err();
    assert_eq!(error.code(), Some("1205"), "{error:?}");
}

#[tokio::test]
async fn a_group_has_contacts_with_custom_fields_and_counts_them() {
    let (_sandbox, client) = start().await;
    let request = GroupRequest::new("Customers");
    let group = client
        .create_group(&request)
        .await
        .unwrap()
        .into_inner()
        .info;
    assert_eq!(group.name.as_deref(), Some("Customers"));
    let error = client.create_group(&request).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::DuplicateValue1211));

    let mut contact = NewContact::new(FIRST_NUMBER);
    contact.first_name = Some("Ada".to_owned());
    contact.custom_fields = Some([("table".to_owned(), "7".to_owned())].into());
    let contacts = ContactsRequest::new([ContactEntry::from(contact), SECOND_NUMBER.into()]);
    let added = client
        .add_group_contacts(group.id, &contacts)
        .await
        .unwrap();
    assert_eq!(added.info.total_valid, Some(2));

    let details = client.get_group(group.id).await.unwrap();
    assert_eq!(details.info.total_phone_numbers, Some(2));
    let listed = details.data.as_ref().unwrap();
    let ada = listed
        .iter()
        .find(|contact| contact.phone_number.as_deref() == Some(FIRST_NUMBER))
        .unwrap();
    assert_eq!(ada.first_name.as_deref(), Some("Ada"));
    let fields = ada.custom_fields.as_ref().unwrap();
    assert_eq!(fields.get("table").map(String::as_str), Some("7"));

    let change = ContactUpdateRequest {
        last_name: Some("Lovelace".to_owned()),
        ..Default::default()
    };
    client
        .update_group_contact(group.id, &ada.id, &change)
        .await
        .unwrap();
    let details = client.get_group(group.id).await.unwrap();
    let names: Vec<_> = details
        .data
        .iter()
        .flatten()
        .map(|contact| contact.last_name.as_deref())
        .collect();
    assert!(names.contains(&Some("Lovelace")), "{names:?}");

    client.empty_group(group.id).await.unwrap();
    let details = client.get_group(group.id).await.unwrap();
    assert_eq!(details.info.total_phone_numbers, Some(0));
    client.delete_group(group.id).await.unwrap();
    let error = client.get_group(group.id).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NotFound1200));
}

#[tokio::test]
async fn an_opted_out_recipient_is_rejected_until_the_opt_out_is_deleted() {
    let (_sandbox, client) = start().await;
    let added = client
        .add_optouts(&OptoutRequest::new([SECOND_NUMBER]))
        .await
        .unwrap();
    assert_eq!(added.info.total_valid, Some(1));
    let text = SmsRequest::new([FIRST_NUMBER, SECOND_NUMBER], "InfoText", "Hello");
    let sent = client.send_sms(&text).await.unwrap().into_inner();
    let states: Vec<_> = sent
        .data
        .iter()
        .flatten()
        .map(|message| (message.status.clone().unwrap(), message.cost == Some(0.0)))
        .collect();
    let rejected = (MessageStatus::Rejected, true);
    assert_eq!(states[0].0, MessageStatus::Accepted);
    assert_eq!(states[1], rejected);

    let optouts = client.list_optouts().await.unwrap();
    let known = optouts
        .data
        .iter()
        .find(|known| known.phone_number.as_deref() == Some(SECOND_NUMBER));
    client.delete_optout(known.unwrap().id).await.unwrap();
    let sent = client.send_sms(&text).await.unwrap();
    let last = sent.data.as_ref().unwrap()[1].status.clone();
    assert_eq!(last, Some(MessageStatus::Accepted));
}

#[tokio::test]
async fn a_verified_otp_cannot_be_verified_again_or_canceled() {
    let (_sandbox, client) = start().await;
    let otp = client
        .create_otp(&OtpRequest::new(FIRST_NUMBER))
        .await
        .unwrap();
    let id = otp.otp_id.as_str();
    assert_eq!(
        client.get_otp(id).await.unwrap().status,
        Some(OtpStatus::Pending)
    );
    let pin = OtpVerificationRequest::new("1234");
    client.verify_otp(id, &pin).await.unwrap();
    let read = client.get_otp(id).wait().await.unwrap();
    assert_eq!(read.status, Some(OtpStatus::Verified));
    let error = client.verify_otp(id, &pin).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::OtpVerified2023));
    let error = client.cancel_otp(id).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::AccessDenied2031));

    let other = client
        .create_otp(&OtpRequest::new(FIRST_NUMBER))
        .await
        .unwrap();
    let id = other.otp_id.as_str();
    client.cancel_otp(id).await.unwrap();
    let error = client.get_otp(id).wait().await.unwrap_err();
    assert!(
        error.is_job_failed(),
        "the job of a canceled OTP must fail: {error:?}"
    );
    let error = client.verify_otp(id, &pin).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::OtpCancelled2024));
}

#[tokio::test]
async fn numbers_can_be_looked_up_individually_and_in_bulk() {
    let (sandbox, client) = start().await;
    let single = client
        .lookup_number(FIRST_NUMBER)
        .await
        .unwrap()
        .into_inner()
        .data;
    assert_eq!(single.phone_number.as_deref(), Some(FIRST_NUMBER));
    let again = client.get_lookup(&single.lookup_id).await.unwrap();
    assert_eq!(again.lookup_id, single.lookup_id);

    let request = BulkLookupRequest::new([FIRST_NUMBER, SECOND_NUMBER]);
    let run = client.lookup_numbers(&request).run();
    let done = run
        .with_first_delay(Duration::from_millis(5))
        .await
        .unwrap();
    let numbers: Vec<_> = done
        .data
        .iter()
        .map(|found| found.phone_number.clone().unwrap())
        .collect();
    assert_eq!(numbers, [FIRST_NUMBER, SECOND_NUMBER]);
    let id = &done.info.as_ref().unwrap().lookup_bulk_id;
    let listed = client.list_bulk_lookups().await.unwrap();
    assert!(listed.data.iter().any(|known| known.id == *id));
    assert_eq!(sandbox.effects_of("smscx").unwrap().len(), 2);
}

#[tokio::test]
async fn a_number_rental_can_be_created_renewed_updated_and_canceled() {
    let (_sandbox, client) = start().await;
    let offers = client.list_available_numbers("FR").await.unwrap();
    let offer = offers.data.first().unwrap();
    let request = RentRequest::new(&offer.number_id, 30);
    let rent = client
        .rent_number(&request)
        .await
        .unwrap()
        .into_inner()
        .info;
    assert_eq!(rent.number_id.as_deref(), Some(offer.number_id.as_str()));
    let id = rent.rent_id.as_str();
    client
        .renew_rent(id, &RenewRentRequest::default())
        .await
        .unwrap();
    let settings = RentSettingsRequest {
        auto_renew: Some(true),
        ..Default::default()
    };
    client.update_rent(id, &settings).await.unwrap();
    let read = client.get_rent(id).await.unwrap();
    assert_eq!(read.info.auto_renew, Some(true));
    client.list_inbound_sms(id).await.unwrap();
    client.cancel_rent(id).await.unwrap();
    let error = client.get_rent(id).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NotFound1223));
}

#[tokio::test]
async fn a_short_link_can_be_created_updated_listed_and_deleted() {
    let (_sandbox, client) = start().await;
    let mut request = ShortlinkRequest::new("https://example.com/sale");
    request.name = Some("Sale".to_owned());
    let link = client
        .create_shortlink(&request)
        .await
        .unwrap()
        .into_inner()
        .info;
    let change = ShortlinkUpdateRequest {
        url: Some("https://example.com/summer-sale".to_owned()),
        ..Default::default()
    };
    client.update_shortlink(&link.id, &change).await.unwrap();
    let page = client.list_shortlink_hits(&link.id).await.unwrap();
    assert_eq!(page.info.name.as_deref(), Some("Sale"));
    let listed = client.list_shortlinks().await.unwrap();
    assert!(listed.data.iter().any(|known| known.id == link.id));
    client.delete_shortlink(&link.id).await.unwrap();
    let error = client.list_shortlink_hits(&link.id).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NotFound1400));
}

#[tokio::test]
async fn a_template_can_be_created_updated_read_and_deleted() {
    let (_sandbox, client) = start().await;
    let mut request = TemplateRequest::new("Hello {{firstName}}");
    request.name = Some("Greeting".to_owned());
    let made = client
        .create_template(&request)
        .await
        .unwrap()
        .into_inner()
        .info;
    let change = TemplateUpdateRequest {
        text: Some("Good day {{firstName}}".to_owned()),
        ..Default::default()
    };
    client.update_template(made.id, &change).await.unwrap();
    let read = client
        .get_template(made.id)
        .await
        .unwrap()
        .into_inner()
        .data;
    assert_eq!(read.text.as_deref(), Some("Good day {{firstName}}"));
    assert_eq!(read.name.as_deref(), Some("Greeting"));
    client.delete_template(made.id).await.unwrap();
    let error = client.get_template(made.id).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NotFound1800));
}

#[tokio::test]
async fn errors_have_documented_codes_and_unknown_codes_are_preserved() {
    let (sandbox, client) = start().await;
    let code = |text: SmsRequest| {
        let client = client.clone();
        async move { ErrorCode::of(&client.send_sms(&text).await.unwrap_err()) }
    };
    let short = SmsRequest::new(FIRST_NUMBER, "me", "Hello");
    assert_eq!(code(short).await, Some(ErrorCode::InvalidParam1106));
    let mut text = SmsRequest::new(FIRST_NUMBER, "InfoText", "Hello");
    text.scheduled_date = Some("tomorrow".into());
    assert_eq!(code(text).await, Some(ErrorCode::InvalidParam1108));

    let body = r#"{"error": {"type": "new_type", "message": "New", "uri": "", "code": 9999}}"#;
    let fault = Fault::status(400).body("application/json", body);
    sandbox.fault("smscx", fault.on("list_groups")).unwrap();
    let error = client.list_groups().await.unwrap_err();
    assert_eq!(
        ErrorCode::of(&error),
        Some(ErrorCode::Unknown("9999".to_owned()))
    );
    assert_eq!(error.error_type(), Some("new_type"));
}

#[tokio::test]
async fn invalid_numbers_are_read_inside_and_beside_the_error_object() {
    let (sandbox, client) = start().await;
    let inside = r#"{"error": {"type": "invalid_param", "message": "x", "uri": "", "code": 1210, "invalid": ["12"]}}"#;
    let beside = r#"{"error": {"type": "invalid_param", "message": "x", "uri": "", "code": 1210}, "invalid": ["12"]}"#;
    for body in [inside, beside] {
        let fault = Fault::status(400).body("application/json", body);
        sandbox.fault("smscx", fault.on("send_sms")).unwrap();
        let text = SmsRequest::new("12", "InfoText", "Hello");
        let error = client.send_sms(&text).await.unwrap_err();
        assert_eq!(ErrorCode::of(&error), Some(ErrorCode::InvalidParam1210));
        assert!(
            !error.is_maybe_applied(),
            "a rejected message must not count as possibly sent"
        );
        let body: smscx_sdk::types::ApiError = error.vendor().unwrap();
        let inside = body.error.and_then(|error| error.invalid);
        assert_eq!(inside.or(body.invalid), Some(vec!["12".to_owned()]));
    }
}

#[cfg(feature = "webhooks")]
#[tokio::test]
#[allow(clippy::panic)] // A panic is the failure report.
async fn calls_trigger_the_matching_callbacks() {
    use smscx_sdk::webhooks::CallbackEvent;

    let (sandbox, client) = start().await;
    // No server listens at this address, but the outbox of the sandbox records each attempt.
    sandbox
        .subscribe_webhooks("smscx", "callback", "http://127.0.0.1:9/")
        .unwrap();
    client
        .add_optouts(&OptoutRequest::new([SECOND_NUMBER]))
        .await
        .unwrap();
    let text = SmsRequest::new([FIRST_NUMBER], "InfoText", "Hello");
    let sent = client.send_sms(&text).await.unwrap();
    let otp = client
        .create_otp(&OtpRequest::new(FIRST_NUMBER))
        .await
        .unwrap();
    let pin = OtpVerificationRequest::new("1234");
    client.verify_otp(&otp.otp_id, &pin).await.unwrap();
    let lookup = BulkLookupRequest::new([FIRST_NUMBER]);
    client.lookup_numbers(&lookup).await.unwrap();
    sandbox.webhooks_settled("smscx").await.unwrap();

    let callbacks = sandbox.webhooks("smscx").unwrap();
    let events: Vec<_> = callbacks
        .iter()
        .map(|callback| CallbackEvent::parse(&callback.attempts[0].body).unwrap())
        .collect();
    let [
        CallbackEvent::NewOptout(optouts),
        CallbackEvent::DlrUpdate(reports),
        CallbackEvent::OtpUpdate(otps),
        CallbackEvent::LookupUpdate(lookups),
    ] = &events[..]
    else {
        panic!("{events:#?}")
    };
    assert_eq!(optouts.data[0].phone_number.as_deref(), Some(SECOND_NUMBER));
    assert_eq!(
        reports.data[0].msg_id,
        sent.data.as_ref().unwrap()[0].msg_id
    );
    assert_eq!(otps.data[0].otp_id, otp.otp_id);
    assert_eq!(otps.data[0].status, Some(OtpStatus::Verified));
    assert_eq!(lookups.data[0].phone_number.as_deref(), Some(FIRST_NUMBER));
}
