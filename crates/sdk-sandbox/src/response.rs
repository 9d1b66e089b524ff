//! Success responses: body, page, links, headers and the state of jobs, built from the schema, the
//! records and the profile. `http::refusal` renders refusals, and `state::fault_effects` changes
//! responses as faults require.

pub(crate) mod body;
pub(crate) mod call_context;
pub(crate) mod call_facts;
pub(crate) mod each;
pub(crate) mod filter;
pub(crate) mod headers;
pub(crate) mod job_state;
pub(crate) mod occasion;
pub(crate) mod page;
pub(crate) mod page_links;
pub(crate) mod page_window;
pub(crate) mod payload;
