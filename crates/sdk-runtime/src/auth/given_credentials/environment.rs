//! Reads credentials from environment variables.

use crate::auth::given_credentials::GivenCredentials;
use crate::config::environment::Variables;
use crate::error::Error;
use crate::table::credentials::{CredentialField, CredentialKind};
use crate::table::vendor::Vendor;
use crate::value::secret::Secret;

impl GivenCredentials {
    /// Selects the first kind of credentials whose required fields are all set.
    ///
    /// # Errors
    ///
    /// Returns an error if no kind is complete. The error message lists the constructors and the
    /// variables of one missing field. This is the first missing field of the kind that has the
    /// most required fields set. In a tie, the kind with the most required fields is used. If the
    /// missing field is the first required field of its kind, the message also lists the variables
    /// of the first required fields of the other kinds.
    ///
    /// If no kind can be read from variables, the message mentions only the builder method.
    #[doc(hidden)]
    pub fn from_variables(
        vendor: &Vendor,
        kinds: &'static [CredentialKind],
        variables: &Variables,
    ) -> Result<Self, Error> {
        let kinds: Vec<&'static CredentialKind> =
            kinds.iter().filter(|kind| has_variables(kind)).collect();
        for kind in &kinds {
            let values: Vec<Option<Secret>> = kind
                .fields
                .iter()
                .map(|field| read_field(field, variables))
                .collect();
            if missing_field(kind, &values).is_none() {
                let mut given = Self::new(kind, []);
                given.values = values;
                return Ok(given);
            }
        }
        let builder: Vec<String> = kinds.iter().map(|kind| constructor(kind)).collect();
        let builder = builder.join(" or .");
        let nearest = kinds.iter().max_by_key(|kind| {
            let set = required(kind).filter(|field| read_field(field, variables).is_some());
            (set.count(), required(kind).count())
        });
        let Some(nearest) = nearest else {
            return Err(Error::configuration(format!(
                "{}: the environment contains no credentials; set them with .credentials(…) on the builder",
                vendor.name
            )));
        };
        let mut names: Vec<&str> = Vec::new();
        for (place, field) in required(nearest).enumerate() {
            if read_field(field, variables).is_some() {
                continue;
            }
            names.extend(field.variables);
            if place == 0 {
                // Mentions other kinds as alternatives.
                let others = kinds.iter().filter(|kind| kind.name != nearest.name);
                let firsts = others.filter_map(|kind| required(kind).next());
                names.extend(firsts.flat_map(|field| field.variables));
            }
            break;
        }
        Err(variables.missing(vendor, &names, &builder))
    }
}

/// Returns whether all required fields of a kind can be read from variables.
fn has_variables(kind: &CredentialKind) -> bool {
    required(kind).all(|field| !field.variables.is_empty())
}

fn required(kind: &CredentialKind) -> impl Iterator<Item = &'static CredentialField> {
    kind.fields.iter().filter(|field| !field.is_optional)
}

fn read_field(field: &CredentialField, variables: &Variables) -> Option<Secret> {
    field
        .variables
        .iter()
        .find_map(|name| variables.secret(name))
}

/// Returns the first required field without a value.
fn missing_field(
    kind: &CredentialKind,
    values: &[Option<Secret>],
) -> Option<&'static CredentialField> {
    let fields = kind.fields.iter().zip(values);
    let mut missing = fields.filter(|(field, value)| !field.is_optional && value.is_none());
    missing.next().map(|(field, _)| field)
}

fn constructor(kind: &CredentialKind) -> String {
    let names: Vec<&str> = required(kind).map(|field| field.name).collect();
    format!(
        "credentials(Credentials::{}({}))",
        kind.name,
        names.join(", ")
    )
}
