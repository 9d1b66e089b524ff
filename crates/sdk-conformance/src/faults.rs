//! Every fault on every kind of operation. `kind` sorts operations by what the retry rules look at, `expected` is the table of
//! how a call has to end, and `matrix` makes the calls and compares. The faults themselves are the sandbox's (`sdk_sandbox::Fault`).

mod expected;
mod kind;
pub(crate) mod matrix;
