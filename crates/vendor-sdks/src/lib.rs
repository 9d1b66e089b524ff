//! One door to every vendor SDK: re-exports, the vendor list and connect.
