//! Plays all five vendors on this machine and walks each from credentials to a typed call and a renewed token.
//!
//! `cargo run --example quickstart`; with `-- --damage metquay` the sandbox refuses that vendor's tokens, to see it fail.

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sdk_sandbox::Sandbox;
use vendor_sdks::{
    ClientConfig, Error, Vendor, VendorClient, akeneo, connect, metquay, motaword, oneshot, smscx,
};

/// Long enough for the first call, short enough to wait for.
pub(crate) const LIFETIME: Duration = Duration::from_secs(2);
const CALLERS: usize = 8;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let damaged = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => None,
        ["--damage", vendor] => Some(vendor.to_owned()),
        _ => {
            eprintln!("usage: quickstart [--damage VENDOR]");
            return ExitCode::FAILURE;
        }
    };
    match run(damaged.as_deref()).await {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Walks every vendor; the table, or what did not hold.
pub(crate) async fn run(damaged: Option<&str>) -> Result<String, String> {
    let mut builder = Sandbox::builder().token_lifetime(LIFETIME);
    if let Some(vendor) = damaged {
        builder = builder.reject_tokens(vendor);
    }
    let sandbox = builder
        .start()
        .await
        .map_err(|error| format!("the sandbox did not start: {error}"))?;
    walk(&sandbox).await
}

/// Walks every vendor of a sandbox whose tokens have [`LIFETIME`].
pub(crate) async fn walk(sandbox: &Sandbox) -> Result<String, String> {
    let mut walks = Vec::new();
    for vendor in Vendor::ALL {
        walks.push(Walk::start(sandbox, *vendor).await?);
    }
    // All tokens have expired once the youngest has.
    let youngest = walks
        .iter()
        .map(|walk| walk.fetched)
        .max()
        .unwrap_or_else(Instant::now);
    tokio::time::sleep((LIFETIME + Duration::from_millis(100)).saturating_sub(youngest.elapsed()))
        .await;
    let mut table = Row::header().to_string();
    for walk in walks {
        table.push_str(&walk.finish(sandbox).await?.to_string());
    }
    Ok(table)
}

/// One vendor, after its first call.
struct Walk {
    vendor: Vendor,
    client: Arc<dyn VendorClient>,
    fetched: Instant,
    token_type: String,
    lifetime: Duration,
}

impl Walk {
    /// Connects, fetches a token and makes the first call with it.
    async fn start(sandbox: &Sandbox, vendor: Vendor) -> Result<Self, String> {
        let says = |what: &str| format!("{vendor}: {what}");
        if operation(vendor).is_empty() {
            return Err(says(
                "the quickstart has no call for this vendor; add one to `operation` and `call`",
            ));
        }
        let environment = sandbox.environment(vendor.name());
        let config = ClientConfig::new()
            .without_environment()
            .variables(environment.map_err(|error| says(&error.to_string()))?);
        let client = connect(vendor, config).map_err(|error| says(&error.to_string()))?;
        let token = client
            .access_token()
            .await
            .map_err(|error| says(&error.to_string()))?;
        let fetched = Instant::now();
        let lifetime = token
            .lifetime()
            .ok_or_else(|| says("the token has no lifetime"))?;
        call(&*client)
            .await
            .map_err(|error| says(&error.to_string()))?;
        expect(
            vendor,
            "exchanges before the token expired",
            exchanges(sandbox, vendor)?,
            1,
        )?;
        Ok(Self {
            vendor,
            client,
            fetched,
            token_type: token.token_type().to_owned(),
            lifetime,
        })
    }

    /// Lets many callers meet the expired token, and counts what the sandbox saw.
    async fn finish(self, sandbox: &Sandbox) -> Result<Row, String> {
        let vendor = self.vendor;
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let client = self.client.clone();
                tokio::spawn(async move { call(&*client).await })
            })
            .collect();
        let mut result = String::new();
        for caller in callers {
            let answer = caller.await.map_err(|error| format!("{vendor}: {error}"))?;
            result = answer.map_err(|error| format!("{vendor}: {error}"))?;
        }
        let exchanges = exchanges(sandbox, vendor)?;
        expect(
            vendor,
            "exchanges after eight calls met the expired token",
            exchanges,
            2,
        )?;
        let refused = sandbox
            .requests()
            .iter()
            .filter(|request| request.vendor == vendor.name())
            .filter(|request| request.status >= 400)
            .count();
        expect(vendor, "refused requests", refused, 0)?;
        let exchange = vendor
            .about()
            .operations
            .iter()
            .find(|operation| operation.token);
        Ok(Row([
            vendor.to_string(),
            exchange.map_or_else(String::new, |o| format!("{} {}", o.method.as_str(), o.path)),
            self.token_type,
            format!("{} s", self.lifetime.as_secs()),
            operation(vendor).to_owned(),
            result,
            exchanges.to_string(),
        ]))
    }
}

/// Number of tokens that a vendor has issued.
fn exchanges(sandbox: &Sandbox, vendor: Vendor) -> Result<usize, String> {
    let known = sandbox.exchanges(vendor.name());
    known.map_err(|error| error.to_string())
}

fn expect(vendor: Vendor, what: &str, got: usize, wanted: usize) -> Result<(), String> {
    if got == wanted {
        Ok(())
    } else {
        Err(format!("{vendor}: {what}: {got} instead of {wanted}"))
    }
}

/// The operation that [`call`] calls; empty for a vendor that was added since.
fn operation(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Akeneo => "list_families",
        Vendor::Metquay => "list_customers",
        Vendor::MotaWord => "list_projects",
        Vendor::OneShot => "list_wallets",
        Vendor::Smscx => "list_groups",
        _ => "",
    }
}

/// Makes a typed call with the vendor's own client, which the trait object holds.
async fn call(client: &dyn VendorClient) -> Result<String, Error> {
    let counted = |count: usize, what: &str| Ok(format!("{count} {what}"));
    if let Some(client) = client.downcast_ref::<akeneo::Client>() {
        let page = client.list_families().limit(10).await?;
        counted(
            page.embedded.as_ref().map_or(0, |items| items.items.len()),
            "families",
        )
    } else if let Some(client) = client.downcast_ref::<metquay::Client>() {
        let customers = client.list_customers().limit(10).await?;
        counted(customers.len(), "customers")
    } else if let Some(client) = client.downcast_ref::<motaword::Client>() {
        let list = client.list_projects().per_page(10).await?;
        counted(list.projects.len(), "projects")
    } else if let Some(client) = client.downcast_ref::<oneshot::Client>() {
        let page = client
            .list_wallets("6f1c2a5e-6a57-4d6f-9a0e-3b1f0f6f9d11")
            .page_size(10)
            .await?;
        counted(page.response.len(), "wallets")
    } else if let Some(client) = client.downcast_ref::<smscx::Client>() {
        let groups = client.list_groups().await?;
        counted(groups.data.len(), "groups")
    } else {
        // `Walk::start` has refused a vendor without a call.
        Ok(String::new())
    }
}

/// A line of the table.
struct Row([String; 7]);

impl Row {
    fn header() -> Self {
        Self(
            [
                "vendor",
                "exchange",
                "token type",
                "lifetime",
                "operation",
                "result",
                "exchanges",
            ]
            .map(str::to_owned),
        )
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (cell, width) in self.0.iter().zip([11, 27, 10, 8, 14, 12, 9]) {
            write!(f, "{cell:<width$}  ")?;
        }
        writeln!(f)
    }
}
