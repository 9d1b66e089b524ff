//! Waits for a permit under the client's rate and concurrency limits.

use std::time::Duration;

use tokio::time::Instant;

use crate::call_path::logical_call::LogicalCall;
use crate::call_path::rate_limiter::{Limiter, Permit};
use crate::call_path::trace;
use crate::error::Error;
use crate::error::kind::ErrorKind;

/// Maximum duration of a wait that does not emit an event.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Waits until the call may send one request.
///
/// Token operations, and clients without limits, never wait. A call whose time limit is the default
/// one (`is_patient`) waits as long as necessary. For any other call, the wait counts toward the
/// time limit, and the call fails at once if the rate limit would delay its turn past the deadline.
/// If the concurrency limit is reached, the call waits until the deadline, because it is unknown
/// when the other calls will end.
pub(crate) async fn admit(call: LogicalCall<'_>) -> Result<Permit, Error> {
    let LogicalCall {
        context,
        request,
        progress,
    } = call;
    if request.rules.token || context.limiter.is_open() {
        return Ok(Limiter::exempt());
    }
    let until = call
        .deadline()
        .end(Duration::ZERO)
        .filter(|_| !request.is_patient);
    let lease = request.attempt_limit(context).unwrap_or(Duration::MAX);
    let lease = lease.min(request.timeouts.call());
    let began = Instant::now();
    let permit = progress.wait(context.limiter.admit(until, lease)).await;
    let waited = began.elapsed();
    if waited > LONG_WAIT {
        trace::waited(request, waited);
    }
    permit.map_err(|late| {
        Error::new(
            ErrorKind::RateLimited,
            format!("{late}; {}", progress.not_sent()),
        )
        .with_operation(request.operation)
        .with_retry_after(Some(late.wait))
    })
}
