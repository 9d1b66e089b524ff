//! Approves a token and deposits it in one atomic transaction of an upgraded wallet.
//!
//! Arguments: the ids of the wallet, the `approve` method and the `deposit` method, the address of the spender, and the
//! amount in the smallest unit of the token. Environment: `ONESHOT_API_KEY`, `ONESHOT_API_SECRET`, and optionally
//! `ONESHOT_BASE_URL`. **Costs gas.**

use std::process::ExitCode;

use oneshot_sdk::params::Params;
use oneshot_sdk::types::{BatchCall, BatchExecutionRequest, Transaction};
use oneshot_sdk::{BigNumber, Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wallet, approve, deposit, spender, amount] = &arguments[..] else {
        eprintln!("usage: oneshot_execute_batch <wallet> <approve> <deposit> <spender> <amount>");
        return ExitCode::FAILURE;
    };
    let amount = BigNumber::from(amount);
    match run(
        ClientConfig::new(),
        wallet,
        [approve, deposit],
        spender,
        amount,
    )
    .await
    {
        Ok(transaction) => {
            println!("{}: {:?}", transaction.id, transaction.transaction_hash);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the final transaction.
pub(crate) async fn run(
    config: ClientConfig,
    wallet_id: &str,
    [approve, deposit]: [&str; 2],
    spender: &str,
    amount: BigNumber,
) -> Result<Transaction, Error> {
    let client = Client::from_config(config)?;
    let first = Params::new()
        .with("spender", spender)
        .with("value", amount.clone());
    let second = Params::new().with("amount", amount);
    // Positions are consecutive and start at 0.
    let calls = vec![
        BatchCall::new(approve, 0, first.into()),
        BatchCall::new(deposit, 1, second.into()),
    ];
    let mut request = BatchExecutionRequest::new(calls, wallet_id);
    request.atomic = Some(true); // the default: if one call fails, the other is undone
    request.memo = Some(format!("deposit to {spender}")); // in your code, use a unique memo for each intent
    let run = client.execute_contract_method_batch(&request).run();
    Ok(run.await?.into_inner())
}
