//! Builds a call from JSON arguments, guided by the operation table.

use serde_json::{Map, Value};

use crate::client::by_table::value_kind::kind;
use crate::client::by_table::{body, nearest};
use crate::request::argument::IntoArgument;
use crate::request::call::Call;
use crate::table::operation::Operation;
use crate::table::parameter::{Kind, Parameter, Style};

/// Name of the argument for the body, unless a parameter has that name.
const BODY: &str = "body";
/// Name of the argument that selects the media type, unless a parameter has that name.
const CONTENT_TYPE: &str = "content_type";

/// Builds the call. The error describes what is wrong with the arguments.
pub(super) fn prepare(operation: &'static Operation, arguments: Value) -> Result<Call, String> {
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        Value::Null => Map::new(),
        other => return Err(format!("the arguments are {}, not an object", kind(&other))),
    };
    let mut call = Call::new(operation);
    let (mut content, mut media) = (None, None);
    for (name, value) in arguments {
        if let Some(parameter) = find(operation, &name)? {
            if !value.is_null() {
                check(parameter, &value).map_err(|why| format!("the parameter `{name}`: {why}"))?;
                call.argument(&place(parameter), value.into_argument());
            }
        } else if name == BODY {
            content = Some(value).filter(|value| !value.is_null());
        } else if let (CONTENT_TYPE, Value::String(name)) = (name.as_str(), &value) {
            media = Some(name.clone());
        } else {
            return Err(unknown_parameter(operation, &name));
        }
    }
    let missing: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && parameter.default.is_none())
        .filter(|parameter| !call.has_argument(&place(parameter)))
        .map(|parameter| format!("`{}`", argument_name(operation, parameter)))
        .chain(
            (content.is_none()
                && operation.body.is_some_and(|body| body.required)
                && !operation.token)
                .then(|| format!("`{BODY}`")),
        )
        .collect();
    if !missing.is_empty() {
        return Err(format!("missing: {}", missing.join(", ")));
    }
    body::fill(&mut call, content, media.as_deref())?;
    Ok(call)
}

/// Finds a parameter by its name, or by location and name as in `query.id`. Returns an error if the
/// name is ambiguous.
fn find(operation: &Operation, name: &str) -> Result<Option<&'static Parameter>, String> {
    let same: Vec<&'static Parameter> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.name == name)
        .collect();
    match same.as_slice() {
        [] => Ok(operation.parameter(name)),
        [one] => Ok(Some(one)),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|parameter| format!("`{}`", place(parameter)))
                .collect();
            Err(format!(
                "the parameter `{name}` is in more than one location: use {}",
                names.join(" or ")
            ))
        }
    }
}

fn place(parameter: &Parameter) -> String {
    format!("{}.{}", parameter.place.as_str(), parameter.name)
}

/// Returns the argument name that identifies a parameter.
fn argument_name(operation: &Operation, parameter: &Parameter) -> String {
    let same = |other: &&Parameter| other.name == parameter.name;
    if operation.parameters.iter().filter(same).count() > 1 {
        place(parameter)
    } else {
        parameter.name.to_owned()
    }
}

fn unknown_parameter(operation: &Operation, name: &str) -> String {
    let names: Vec<String> = operation
        .parameters
        .iter()
        .map(|parameter| argument_name(operation, parameter))
        .chain(operation.body.map(|_| BODY.to_owned()))
        .collect();
    let hint = nearest::hint(name, names.iter().map(String::as_str));
    if names.is_empty() {
        return format!("there is no parameter `{name}`: the operation has no parameters");
    }
    if hint.is_empty() {
        return format!(
            "there is no parameter `{name}`: the operation takes {}",
            names.join(", ")
        );
    }
    format!("there is no parameter `{name}`{hint}")
}

fn check(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let wanted = match (parameter.kind, value) {
        (Kind::Json, _)
        | (Kind::String, Value::String(_) | Value::Number(_) | Value::Bool(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Boolean | Kind::IntegerBool, Value::Bool(_)) => return Ok(()),
        (Kind::Integer, Value::Number(number)) if !number.is_f64() => return Ok(()),
        (Kind::IntegerBool, Value::Number(number)) if matches!(number.as_u64(), Some(0 | 1)) => {
            return Ok(());
        }
        (Kind::Object, Value::Object(_)) => return Ok(()),
        // In the style `deepObject`, the name of each pair contains the path to its value, so items
        // may be of any type.
        (Kind::Array, Value::Array(_)) if parameter.style == Style::DeepObject => return Ok(()),
        (Kind::Array, Value::Array(items)) => {
            return match items
                .iter()
                .find(|item| matches!(item, Value::Null | Value::Array(_) | Value::Object(_)))
            {
                Some(odd) => Err(format!("an item of the list is {}", kind(odd))),
                None => Ok(()),
            };
        }
        (Kind::String, _) => "a string",
        (Kind::Integer, _) => "a whole number",
        (Kind::Number, _) => "a number",
        (Kind::Boolean | Kind::IntegerBool, _) => "true or false",
        (Kind::Array, _) => "a list",
        (Kind::Object, _) => "an object",
    };
    Err(format!("expected {wanted}, got {}", kind(value)))
}
