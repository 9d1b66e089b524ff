//! Executes a contract method once, and waits until its transaction is mined.
//!
//! Arguments: the id of the contract method, a unique memo, and `name=value` for each parameter. Environment:
//! `ONESHOT_API_KEY`, `ONESHOT_API_SECRET`, `ONESHOT_BUSINESS_ID`, and optionally `ONESHOT_BASE_URL`. **Costs gas.**

use std::process::ExitCode;
use std::time::SystemTime;

use oneshot_sdk::find_transaction::TransactionLookup;
use oneshot_sdk::params::Params;
use oneshot_sdk::types::{ExecutionRequest, Transaction};
use oneshot_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let pairs = arguments.iter().skip(2);
    let pairs: Option<Vec<_>> = pairs.map(|pair| pair.split_once('=')).collect();
    let business_id = std::env::var("ONESHOT_BUSINESS_ID");
    let ([method_id, memo, ..], Some(pairs), Ok(business_id)) =
        (&arguments[..], pairs, business_id)
    else {
        eprintln!("usage: oneshot_execute_and_wait <method id> <memo> <name>=<value>...");
        eprintln!("set ONESHOT_BUSINESS_ID to the id of your business");
        return ExitCode::FAILURE;
    };
    let params = pairs
        .into_iter()
        .fold(Params::new(), |params, (name, value)| {
            params.with(name, value)
        });
    match run(ClientConfig::new(), &business_id, method_id, memo, params).await {
        Ok(Some(transaction)) => println!("mined: {:?}", transaction.transaction_hash),
        Ok(None) => println!("no transaction found yet: look up the memo again before you retry"),
        Err(error) => {
            eprintln!("{error}"); // a failed transaction is an error with the vendor's reason
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Returns the final transaction, or `None` if the outcome of the call is unknown and no
/// transaction was found.
pub(crate) async fn run(
    config: ClientConfig,
    business_id: &str,
    method_id: &str,
    memo: &str,
    params: Params,
) -> Result<Option<Transaction>, Error> {
    let client = Client::from_config(config)?;
    let mut request = ExecutionRequest::new(params.into());
    request.memo = Some(memo.to_owned());

    let sent_at = SystemTime::now();
    let run = client.execute_contract_method(method_id, &request).run();
    let error = match run.await {
        Ok(transaction) => return Ok(Some(transaction.into_inner())),
        Err(error) if error.is_maybe_applied() => error,
        Err(error) => return Err(error),
    };
    match client.find_transaction(business_id, memo, sent_at).await? {
        TransactionLookup::Found(found) => {
            let transaction = client.get_transaction(&found.id).wait().await?;
            Ok(Some(transaction.into_inner()))
        }
        TransactionLookup::NotFound => Ok(None),
        TransactionLookup::Ambiguous(_) => Err(error), // the memo was used before
    }
}
