//! Sends a one-time PIN to a phone number, and verifies the PIN that the user enters.
//!
//! Usage: `smscx_verify_otp +33612424105`. For the environment variables, see the README.

use std::io::BufRead;
use std::process::ExitCode;

use smscx_sdk::types::{ErrorType, OtpRequest, OtpStatus, OtpVerificationRequest};
use smscx_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let Some(number) = std::env::args().nth(1) else {
        eprintln!("usage: smscx_verify_otp NUMBER");
        return ExitCode::FAILURE;
    };
    let pins = std::io::stdin().lock().lines().map_while(Result::ok);
    match run(ClientConfig::new(), &number, pins).await {
        Ok(status) => {
            println!("{status:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Sends a PIN, verifies the entered PINs until one is correct or `pins` ends, and returns the
/// status of the OTP.
///
/// Returns an error if the OTP fails, expires or is canceled.
pub(crate) async fn run(
    config: ClientConfig,
    number: &str,
    pins: impl Iterator<Item = String>,
) -> Result<Option<OtpStatus>, Error> {
    let client = Client::from_config(config)?;
    let mut request = OtpRequest::new(number);
    request.template = Some("Your PIN is {{pin}}.".to_owned());
    request.max_attempts = Some(3);
    let otp = client.create_otp(&request).await?; // costs money, and is never repeated
    println!("Enter the PIN that was sent to {number}:");
    for pin in pins {
        let body = OtpVerificationRequest::new(pin);
        match client.verify_otp(&otp.otp_id, &body).await {
            Ok(_) => break,
            // Each wrong PIN uses up an attempt.
            Err(error) if error.error_type() == Some(ErrorType::InvalidPin.as_str()) => {
                println!("{}", error.message());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(client.get_otp(&otp.otp_id).await?.into_inner().status)
}
