//! Refusals of requests, in the error format that the profile defines.

use serde_json::{Value, json};

use crate::http::reply::Reply;
use crate::json::template::{Values, fill, fill_text};
use crate::openapi::operation::Operation;
use crate::openapi::schema::FieldViolation;
use crate::rules::error_kind::ErrorKind;
use crate::rules::error_rules::{ErrorRule, ErrorRules};

/// Reason why a request is rejected. [`render`](Self::render) converts the refusal to a response.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) detail: String,
    pub(crate) faults: Vec<FieldViolation>,
    headers: Vec<(String, String)>,
    /// Status that takes precedence over the status in the profile.
    status: Option<u16>,
    /// Code of the documented error that determines status, type and message.
    code: Option<Box<Value>>,
}

impl Refusal {
    pub(crate) fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            faults: Vec::new(),
            headers: Vec::new(),
            status: None,
            code: None,
        }
    }

    /// Creates a refusal with a status that takes precedence over the status in the profile.
    pub(crate) fn of_status(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            ..Self::new(ErrorKind::of_status(status), detail)
        }
    }

    /// Creates a refusal with the error that the operation documents for a code.
    pub(crate) fn of_code(operation: &Operation, code: &Value, detail: impl Into<String>) -> Self {
        let mut rows = operation.error_codes.iter();
        let row = rows.find(|row| row.get("code") == Some(code));
        let status = row.and_then(|row| row.get("status")?.as_u64());
        let status = status.and_then(|status| u16::try_from(status).ok());
        Self {
            code: Some(Box::new(code.clone())),
            ..Self::of_status(status.unwrap_or(400), detail)
        }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, detail)
    }

    pub(crate) fn of_fields(kind: ErrorKind, faults: Vec<FieldViolation>) -> Self {
        let line = |fault: &FieldViolation| {
            format!("{} {}", fault.field, fault.message)
                .trim()
                .to_owned()
        };
        let detail = faults.iter().map(line).collect::<Vec<_>>().join("; ");
        Self {
            faults,
            ..Self::new(kind, detail)
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Returns the error kind whose rule applies. If the profile has no rule for
    /// `ErrorKind::Other`, a refusal of that kind with a status below 500 uses the rule for
    /// validation errors.
    fn rule_kind(&self, rules: &ErrorRules) -> ErrorKind {
        match (self.kind, self.status) {
            (ErrorKind::Other, Some(status))
                if status < 500 && !rules.kinds.contains_key(&ErrorKind::Other) =>
            {
                ErrorKind::Validation
            }
            (kind, _) => kind,
        }
    }

    /// Returns the documented error that supplies the code and, for a refusal with its own status,
    /// the type and the message.
    ///
    /// For a refusal with its own code or status, returns the first error with this code or status.
    /// Otherwise, returns the error for a list that is too long or for the first invalid field, if
    /// there is one. As a last resort, returns the first error with the status and type of the
    /// rule, but only if the rule has no code, or if a record is missing or duplicate.
    fn row<'r>(&self, rows: &'r [Value], status: u16, rule: &ErrorRule) -> Option<&'r Value> {
        let of_status = |row: &&Value| row.get("status") == Some(&json!(status));
        if let Some(code) = &self.code {
            return rows.iter().find(|row| row.get("code") == Some(&**code));
        }
        if self.status.is_some() {
            return rows.iter().find(of_status);
        }
        let kind = rule.kind.as_deref().map(|kind| json!(kind));
        let of_type = |row: &&Value| of_status(row) && row.get("type") == kind.as_ref();
        let told = |row: &&Value| row.get("description")?.as_str().map(str::to_owned);
        if let Some(fault) = self.faults.first() {
            let is_too_long = fault.message.contains("has more than");
            let says_more = |row: &&Value| told(row).is_some_and(|text| text.contains("more than"));
            let row = rows.iter().find(|row| of_type(row) && says_more(row));
            if let Some(row) = row.filter(|_| is_too_long) {
                return Some(row);
            }
            let is_missing = fault.message == "is required";
            let named = |row: &&Value| {
                let sign = format!("`{}`", fault.field);
                of_type(row) && told(row).is_some_and(|text| text.starts_with(&sign))
            };
            let says_missing = |row: &&Value| told(row).is_some_and(|t| t.contains("missing"));
            let mut of_field = rows.iter().filter(named);
            let exact = of_field.clone().find(|row| says_missing(row) == is_missing);
            if let Some(row) = exact.or_else(|| of_field.next()) {
                return Some(row);
            }
        }
        // For missing and duplicate records, each kind of record has its own code, which takes
        // precedence over the code of the rule.
        let is_of_record = matches!(self.kind, ErrorKind::Missing | ErrorKind::Duplicate);
        let is_lacking = rule.code.is_none() || (is_of_record && rule.kind.is_some());
        rows.iter().find(of_type).filter(|_| is_lacking)
    }

    /// Builds the response in the vendor's error format.
    pub(crate) fn render(&self, rules: &ErrorRules, operation: Option<&Operation>) -> Reply {
        let id = operation.map(|operation| operation.id.as_str());
        let rule = rules.rule(self.rule_kind(rules), id);
        let rule = rule.cloned().unwrap_or_default();
        let declared = |status: &u16| {
            operation.is_some_and(|o| o.answers.iter().any(|a| a.status == status.to_string()))
        };
        let statuses = rule.status.as_deref().unwrap_or_default();
        let status = statuses
            .iter()
            .copied()
            .find(declared)
            .or(statuses.first().copied());
        let status = self.status.or(status).unwrap_or_else(|| self.kind.status());

        let rows = operation.map_or(&[][..], |operation| operation.error_codes.as_slice());
        let row = self.row(rows, status, &rule);
        let text = |key: &str| row?.get(key)?.as_str().map(str::to_owned);
        let mut values = Values::from([("status", json!(status)), ("detail", json!(self.detail))]);
        let message = match (self.kind, self.status.and(text("description"))) {
            (_, Some(told)) => told,
            (ErrorKind::Other, None) => self.detail.clone(),
            _ => fill_text(rule.message.as_deref().unwrap_or("{detail}"), &values),
        };
        values.insert("message", json!(message));
        let code = row.and_then(|row| row.get("code")).cloned();
        values.extend(code.or(rule.code).map(|code| ("code", code)));
        let kind = text("type").filter(|_| self.status.is_some()).or(rule.kind);
        values.extend(kind.map(|kind| ("type", json!(kind))));
        if let Some(template) = rules.fault.as_ref().filter(|_| !self.faults.is_empty()) {
            values.insert(
                "faults",
                self.faults
                    .iter()
                    .filter_map(|fault| fault_value(template, fault))
                    .collect(),
            );
        }
        let body = fill(rule.body.as_ref().unwrap_or(&rules.body), &values).unwrap_or(Value::Null);
        let reply = Reply::json(status, &body);
        self.headers
            .iter()
            .fold(reply, |reply, (name, value)| reply.with_header(name, value))
    }
}

fn fault_value(template: &Value, fault: &FieldViolation) -> Option<Value> {
    fill(
        template,
        &Values::from([
            ("field", json!(fault.field)),
            ("message", json!(fault.message)),
        ]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document::Document;

    fn rules() -> ErrorRules {
        serde_json::from_value(json!({
            "body": { "code": "{code}", "text": "{message}", "errors": "{faults}" },
            "fault": { "at": "{field}", "why": "{message}" },
            "kinds": {
                "unauthorized": { "code": "no_entry", "message": "No entry." },
                "validation": { "status": [400, 422], "code": 7, "message": "Invalid: {detail}" },
            },
        }))
        .unwrap()
    }

    fn body(reply: &Reply) -> Value {
        serde_json::from_slice(&reply.body).unwrap()
    }

    #[test]
    fn an_error_kind_without_a_rule_uses_the_rule_of_the_broader_kind() {
        let reply = Refusal::new(ErrorKind::ExpiredToken, "expired").render(&rules(), None);
        assert_eq!(reply.status, 401);
        assert_eq!(
            body(&reply),
            json!({ "code": "no_entry", "text": "No entry." })
        );
    }

    #[test]
    fn the_first_status_that_the_operation_documents_is_used() {
        let text = json!({ "paths": { "/a": { "get": { "operationId": "a", "responses": { "422": {} } } } } });
        let document = Document::read(&text.to_string()).unwrap();
        let refusal = Refusal::of_fields(
            ErrorKind::Validation,
            vec![FieldViolation {
                field: "a.b".into(),
                message: "is required".into(),
            }],
        );
        let reply = refusal.render(&rules(), document.operations.first());
        assert_eq!(reply.status, 422);
        let expected = json!({ "code": 7, "text": "Invalid: a.b is required", "errors": [{ "at": "a.b", "why": "is required" }] });
        assert_eq!(body(&reply), expected);
        assert_eq!(refusal.render(&rules(), None).status, 400);
    }
}
