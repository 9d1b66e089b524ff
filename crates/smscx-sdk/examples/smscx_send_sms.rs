//! Estimates the cost of an SMS message, sends it once, and waits until it is delivered or has failed.
//!
//! Usage: `smscx_send_sms +336122464 "Your table is ready." 2f1c1a52-7c0e-4f1e-9a43-5a1f0f3f9b11`.
//! To continue after a crash, run the example again with the same UUID. The message is sent and
//! charged only once. For the environment variables, see the README.

use std::process::ExitCode;
use std::time::Duration;

use smscx_sdk::types::{DeliveryStatus, SmsEstimateRequest, SmsRequest};
use smscx_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [to, text, id] = arguments.as_slice() else {
        eprintln!("usage: smscx_send_sms NUMBER TEXT UUID");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), to, text, id, Duration::from_secs(5)).await {
        Ok(states) => {
            println!("{states:?}");
            ExitCode::SUCCESS
        }
        Err(error) if error.is_maybe_applied() => {
            eprintln!("{error}; run the example again with the same UUID");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the estimated cost, sends the message, and returns the status from each poll.
pub(crate) async fn run(
    config: ClientConfig,
    to: &str,
    text: &str,
    id: &str,
    pace: Duration,
) -> Result<Vec<DeliveryStatus>, Error> {
    let client = Client::from_config(config)?;
    let estimate = SmsEstimateRequest::new(to, "InfoText", text);
    let estimate = client.estimate_sms(&estimate).await?; // free
    println!("cost: {:?}", estimate.info.total_cost);

    let sms = SmsRequest::new(to, "InfoText", text);
    let send = client.send_sms(&sms).with_idempotency_key(id);
    let job = send.run().with_first_delay(pace).start().await?;
    let mut reports = job.states();
    let mut states = Vec::new();
    while let Some(report) = reports.try_next().await? {
        states.extend(report.data.status.clone());
    }
    Ok(states)
}
