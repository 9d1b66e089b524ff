//! Lists the wallets of a business with their chains and balances.
//!
//! Environment: `ONESHOT_API_KEY`, `ONESHOT_API_SECRET`, `ONESHOT_BUSINESS_ID`, and optionally `ONESHOT_BASE_URL`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use oneshot_sdk::{Client, ClientConfig, Error};

#[tokio::main]
async fn main() -> ExitCode {
    let Ok(business_id) = std::env::var("ONESHOT_BUSINESS_ID") else {
        eprintln!("set ONESHOT_BUSINESS_ID to the id of your business, shown in the dashboard");
        return ExitCode::FAILURE;
    };
    match run(ClientConfig::new(), &business_id).await {
        Ok(lines) => {
            println!("{}", lines.join("\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns one line per wallet.
pub(crate) async fn run(config: ClientConfig, business_id: &str) -> Result<Vec<String>, Error> {
    let client = Client::from_config(config)?;
    let mut chains = BTreeMap::new();
    let mut all = client.list_chains().items();
    while let Some(chain) = all.try_next().await? {
        chains.extend(chain.chain_id.zip(chain.name));
    }

    let mut lines = Vec::new();
    let mut wallets = client.list_wallets(business_id).items();
    while let Some(wallet) = wallets.try_next().await? {
        // The list does not contain balances.
        let wallet = client.get_wallet(&wallet.id).include_balances(true).await?;
        let chain = wallet.chain_id.and_then(|id| chains.get(&id));
        let balance = wallet.account_balance_details.as_ref();
        let balance = balance.and_then(|details| details.balance.as_ref());
        lines.push(format!(
            "{} on {}: {} in the smallest unit of the native currency",
            wallet.account_address.as_deref().unwrap_or("?"),
            chain.map_or("an unknown chain", String::as_str),
            balance.map_or("?", |balance| balance.as_str()),
        ));
    }
    Ok(lines)
}
