//! Verifies an x402 payment before serving a paid resource.
//!
//! Arguments: the payment header of the buyer (`X-PAYMENT` or `PAYMENT-SIGNATURE`), the price in the smallest unit of
//! the token, the address of the token, and the address that receives the payment. Environment: `ONESHOT_API_KEY`,
//! `ONESHOT_API_SECRET`, and optionally `ONESHOT_BASE_URL`.

use std::process::ExitCode;

use oneshot_sdk::types::{X402PaymentPayload, X402PaymentRequest, X402PaymentRequirements};
use oneshot_sdk::{BigNumber, Client, ClientConfig};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [header, price, token, seller] = &arguments[..] else {
        eprintln!("usage: oneshot_verify_payment <header> <price> <token> <seller>");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), header, price.into(), token, seller).await {
        Ok(PaymentVerification::Valid { payer }) => println!("200 paid by {payer:?}"),
        Ok(PaymentVerification::Invalid { reason }) => println!("402 {reason}"),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

#[derive(Debug)]
pub(crate) enum PaymentVerification {
    Valid { payer: Option<String> },
    Invalid { reason: String },
}

/// Returns whether the payment is valid for the price. Nothing changes on the chain until `settle_x402_payment` is
/// called.
pub(crate) async fn run(
    config: ClientConfig,
    header: &str,
    price: BigNumber,
    token: &str,
    seller: &str,
) -> Result<PaymentVerification, Box<dyn std::error::Error>> {
    let client = Client::from_config(config)?;
    let payment = X402PaymentPayload::from_header(header)?;
    let version = payment.version().unwrap_or(1);
    let mut requirements = X402PaymentRequirements {
        scheme: Some("exact".to_owned()),
        asset: Some(token.to_owned()),
        pay_to: Some(seller.to_owned()),
        max_timeout_seconds: Some(60),
        ..X402PaymentRequirements::default()
    };
    match version {
        1 => {
            requirements.network = Some("mainnet".to_owned());
            requirements.max_amount_required = Some(price);
            requirements.resource = Some("https://example.com/report".to_owned());
        }
        _ => {
            requirements.network = Some("eip155:1".to_owned()); // CAIP-2
            requirements.amount = Some(price);
        }
    }
    let request = X402PaymentRequest::new(payment, requirements, version);
    let verification = client.verify_x402_payment(&request).await?.into_inner();
    Ok(match verification.is_valid {
        Some(true) => PaymentVerification::Valid {
            payer: verification.payer,
        },
        _ => PaymentVerification::Invalid {
            reason: verification.invalid_reason.unwrap_or_default(),
        },
    })
}
