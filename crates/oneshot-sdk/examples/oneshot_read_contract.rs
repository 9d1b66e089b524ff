//! Reads a contract: calls a `view` function such as `balanceOf` and prints its result.
//!
//! Arguments: the id of the contract method, and `name=value` for each parameter.
//! Environment: `ONESHOT_API_KEY`, `ONESHOT_API_SECRET`, and optionally `ONESHOT_BASE_URL`.

use std::process::ExitCode;

use oneshot_sdk::params::Params;
use oneshot_sdk::types::ContractMethodReadRequest;
use oneshot_sdk::{AnyJson, Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(method_id) = arguments.next() else {
        eprintln!("usage: oneshot_read_contract <contract method id> <name>=<value>...");
        return ExitCode::FAILURE;
    };
    let mut params = Params::new();
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, value)) => params = params.with(name, value),
            None => {
                eprintln!("{argument}: expected name=value");
                return ExitCode::FAILURE;
            }
        }
    }
    match run(ClientConfig::new(), &method_id, params).await {
        Ok(result) => {
            println!("{result}"); // with all digits, whether the result is a string or a number
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the result of the function.
pub(crate) async fn run(
    config: ClientConfig,
    method_id: &str,
    params: Params,
) -> Result<AnyJson, Error> {
    let client = Client::from_config(config)?;
    let request = ContractMethodReadRequest::new(params.into());
    let result = client.read_contract_method(method_id, &request).await?;
    Ok(result.into_inner())
}
