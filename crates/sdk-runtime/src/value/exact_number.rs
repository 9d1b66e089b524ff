//! Marks the types that an exact number can be created from.

use crate::value::big_number::BigNumber;

/// Types from which an exact number can be created: strings, integers and [`BigNumber`], but not
/// floats.
///
/// A float can't represent `9.90` exactly, and `0.1 + 0.2` isn't `0.3`. Pass `"9.90"` instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exact number",
    label = "a float would lose digits here",
    note = "pass the number as a string, such as \"9.90\", or as an integer"
)]
pub trait ExactNumber {}

macro_rules! exact {
    ($($ty:ty)*) => { $(impl ExactNumber for $ty {})* };
}
exact!(&str String &String i32 i64 i128 u8 u16 u32 u64 u128 usize BigNumber);
