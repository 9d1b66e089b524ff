//! Looks up the transaction of a call that may have been applied.

use std::future::IntoFuture;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sdk_runtime::BoxFuture;

use crate::types::Transaction;
use crate::{Client, Error};

/// Maximum number of candidates in [`TransactionLookup::Ambiguous`].
const MAX_CANDIDATES: usize = 20;

/// Default tolerance for clock skew between this machine and the service.
const CLOCK_MARGIN: Duration = Duration::from_secs(300);

/// Outcome of [`Client::find_transaction`].
#[derive(Clone, Debug)]
pub enum TransactionLookup {
    /// Exactly one transaction matches, so the call was applied. Wait for the transaction with
    /// `get_transaction(id).wait()`, and do not repeat the call.
    Found(Box<Transaction>),
    /// No transaction matches. Right after a timeout or a broken connection, this outcome is not
    /// conclusive, because the service may still be processing the request. Look again after a few
    /// seconds, and repeat the call only after the service has had time to process the request.
    NotFound,
    /// Several transactions match, so the memo does not identify a single execution. Check them
    /// manually. Contains at most 20 transactions.
    Ambiguous(Vec<Transaction>),
}

impl Client {
    /// Looks up a transaction by its memo, after a call that may have been applied.
    ///
    /// Use this method if an execution or a transfer failed and [`Error::is_maybe_applied`] is
    /// true. `memo` is the memo of the call. It identifies the transaction only if no other
    /// transaction has the same memo. `sent_at` must be a time before the call was sent.
    ///
    /// The lookup calls [`list_transactions`](Self::list_transactions) with `memo`, `createdAfter`,
    /// and the wallet and the contract method if you set them. It also checks each result against
    /// these filters, because the vendor does not document how they match. If a result lacks a
    /// creation time, a wallet or contract methods, the check of the missing property passes.
    /// Transactions of `authorize_permit2` and `settle_x402_payment` do not have a memo and cannot
    /// be found this way.
    ///
    /// ```no_run
    /// use std::time::SystemTime;
    ///
    /// use oneshot_sdk::find_transaction::TransactionLookup;
    /// use oneshot_sdk::types::ExecutionRequest;
    ///
    /// # async fn run(client: oneshot_sdk::Client, mut request: ExecutionRequest) -> Result<(), oneshot_sdk::Error> {
    /// let sent_at = SystemTime::now();
    /// request.memo = Some("invoice 2026-0815".to_owned());
    /// match client.execute_contract_method("method-id", &request).await {
    ///     Err(error) if error.is_maybe_applied() => {
    ///         match client.find_transaction("business-id", "invoice 2026-0815", sent_at).await? {
    ///             TransactionLookup::Found(transaction) => println!("it was applied: {}", transaction.id),
    ///             TransactionLookup::NotFound => println!("not applied so far; look it up again before you retry"),
    ///             TransactionLookup::Ambiguous(several) => println!("{} have this memo", several.len()),
    ///         }
    ///     }
    ///     outcome => println!("{:?}", outcome?.status),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn find_transaction(
        &self,
        business_id: impl Into<String>,
        memo: impl Into<String>,
        sent_at: SystemTime,
    ) -> FindTransaction<'_> {
        FindTransaction {
            client: self,
            business_id: business_id.into(),
            memo: memo.into(),
            sent_at,
            margin: CLOCK_MARGIN,
            wallet_id: None,
            contract_method_id: None,
        }
    }
}

/// A lookup by [`Client::find_transaction`]. `.await` reads the list of transactions once.
///
/// # Errors
/// Returns the errors of `list_transactions`, and a configuration error if the memo is empty.
#[derive(Clone, Debug)]
#[must_use = "a lookup does nothing until it is awaited"]
pub struct FindTransaction<'c> {
    client: &'c Client,
    business_id: String,
    memo: String,
    sent_at: SystemTime,
    margin: Duration,
    wallet_id: Option<String>,
    contract_method_id: Option<String>,
}

impl FindTransaction<'_> {
    /// Considers only transactions of this wallet.
    pub fn wallet_id(mut self, wallet_id: impl Into<String>) -> Self {
        self.wallet_id = Some(wallet_id.into());
        self
    }

    /// Considers only transactions that execute this contract method.
    pub fn contract_method_id(mut self, contract_method_id: impl Into<String>) -> Self {
        self.contract_method_id = Some(contract_method_id.into());
        self
    }

    /// Sets the tolerance for clock skew between this machine and the service.
    ///
    /// Defaults to 5 minutes. Transactions that are older than `sent_at` by more than the tolerance
    /// do not match.
    pub fn with_clock_margin(mut self, margin: Duration) -> Self {
        self.margin = margin;
        self
    }

    /// Returns the value of `createdAfter` in whole Unix seconds. It is one second early, because
    /// `createdAfter` excludes the given time.
    fn created_after(&self) -> f64 {
        let since = self.sent_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let since = since.saturating_sub(self.margin).as_secs();
        since.saturating_sub(1) as f64
    }

    async fn find(self) -> Result<TransactionLookup, Error> {
        if self.memo.is_empty() {
            return Err(Error::configuration(
                "find_transaction: the memo is empty, so every transaction without a memo would match; pass the \
                 memo of the call",
            ));
        }
        let mut request = self
            .client
            .list_transactions(&self.business_id)
            .memo(&self.memo)
            .created_after(self.created_after());
        if let Some(wallet) = &self.wallet_id {
            request = request.wallet_id(wallet);
        }
        if let Some(method) = &self.contract_method_id {
            request = request.contract_method_id(method);
        }
        let mut items = request.items();
        let mut found: Vec<Transaction> = Vec::new();
        while found.len() < MAX_CANDIDATES
            && let Some(transaction) = items.try_next().await?
        {
            // New transactions shift older ones to later pages, so a transaction can appear twice.
            let is_new = found.iter().all(|known| known.id != transaction.id);
            if is_new && self.is_match(&transaction) {
                found.push(transaction);
            }
        }
        Ok(match found.len() {
            0 => TransactionLookup::NotFound,
            1 => TransactionLookup::Found(Box::new(found.swap_remove(0))),
            _ => TransactionLookup::Ambiguous(found),
        })
    }

    fn is_match(&self, transaction: &Transaction) -> bool {
        let same = |wanted: &Option<String>, found: &Option<String>| match (wanted, found) {
            (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
            _ => true,
        };
        let has_method = match (&self.contract_method_id, &transaction.contract_method_ids) {
            (Some(wanted), Some(found)) => {
                found.iter().any(|found| found.eq_ignore_ascii_case(wanted))
            }
            _ => true,
        };
        let created_after = self.created_after();
        transaction.memo.as_ref() == Some(&self.memo)
            && same(&self.wallet_id, &transaction.wallet_id)
            && has_method
            && transaction
                .created
                .is_none_or(|created| created > created_after)
    }
}

impl<'c> IntoFuture for FindTransaction<'c> {
    type Output = Result<TransactionLookup, Error>;
    type IntoFuture = BoxFuture<'c, Self::Output>;

    // Code for the lookup, and for reading a transaction, is generated only in crates that await a
    // lookup.
    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.find())
    }
}
