//! The time zone in which the PIM server reads times without a zone.

use std::fmt;
use std::sync::Arc;

use sdk_runtime::time::{OffsetDateTime, UtcOffset};

/// The time zone of the PIM server: UTC by default, a fixed offset, or an offset that varies.
#[derive(Clone)]
pub struct ServerZone(Zone);

#[derive(Clone)]
enum Zone {
    Fixed(UtcOffset),
    Varying(Arc<dyn Fn(OffsetDateTime) -> UtcOffset + Send + Sync>),
}

impl ServerZone {
    /// UTC, the time zone of all SaaS servers.
    pub const UTC: Self = Self(Zone::Fixed(UtcOffset::UTC));

    /// Creates a zone whose offset depends on the time, as with daylight saving time.
    pub fn varying(offset: impl Fn(OffsetDateTime) -> UtcOffset + Send + Sync + 'static) -> Self {
        Self(Zone::Varying(Arc::new(offset)))
    }

    pub(super) fn offset_at(&self, moment: OffsetDateTime) -> UtcOffset {
        match &self.0 {
            Zone::Fixed(offset) => *offset,
            Zone::Varying(offset) => offset(moment),
        }
    }
}

impl Default for ServerZone {
    fn default() -> Self {
        Self::UTC
    }
}

impl From<UtcOffset> for ServerZone {
    fn from(offset: UtcOffset) -> Self {
        Self(Zone::Fixed(offset))
    }
}

impl fmt::Debug for ServerZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Zone::Fixed(offset) => write!(f, "ServerZone({offset})"),
            Zone::Varying(_) => f.write_str("ServerZone(varying)"),
        }
    }
}
