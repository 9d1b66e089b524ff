//! Emits the entries of the operation table for jobs.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::model::{elements, members, text};

pub(super) fn read(rule: &Value) -> TokenStream {
    let state = text(rule, "state");
    let states = |key: &str| {
        let states = elements(rule, key).iter().filter_map(Value::as_str);
        quote! { &[#(#states),*] }
    };
    let seconds = |key: &str| {
        let seconds = rule.get(key).and_then(Value::as_u64).unwrap_or(1);
        quote! { ::std::time::Duration::from_secs(#seconds) }
    };
    let pointer = |key: &str| match rule.get(key).and_then(Value::as_str) {
        Some(pointer) => quote! { Some(#pointer) },
        None => quote! { None },
    };
    let (count, reason) = (pointer("count"), pointer("reason"));
    let (pending, done, failed) = (states("pending"), states("done"), states("failed"));
    let first_delay = seconds("first_delay");
    let longest_delay = seconds("longest_delay");
    let deadline = seconds("deadline");
    quote! {
        ::sdk_runtime::WaitRule {
            state: #state,
            count: #count,
            pending: #pending,
            done: #done,
            failed: #failed,
            reason: #reason,
            first_delay: #first_delay,
            longest_delay: #longest_delay,
            deadline: #deadline,
        }
    }
}

pub(super) fn start(rule: &Value) -> TokenStream {
    let fixed = members(rule, "fixed").iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        quote! { (#name, #value) }
    });
    let poll = follow_up(&rule["poll"]);
    let result = match rule.get("result").map(follow_up) {
        Some(result) => quote! { Some(#result) },
        None => quote! { None },
    };
    let find = text(rule, "find");
    quote! {
        ::sdk_runtime::StartRule { fixed: &[#(#fixed),*], poll: #poll, result: #result, find: #find }
    }
}

fn follow_up(node: &Value) -> TokenStream {
    let operation = text(node, "operation");
    let arguments = members(node, "arguments").iter().map(|(name, pointer)| {
        let pointer = pointer.as_str().unwrap_or_default();
        quote! { (#name, #pointer) }
    });
    quote! {
        ::sdk_runtime::FollowUp { operation: #operation, arguments: &[#(#arguments),*] }
    }
}
