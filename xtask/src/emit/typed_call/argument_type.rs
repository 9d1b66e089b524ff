//! Classifies the types of parameters.

use crate::model::Parameter;

/// Returns whether an object is passed as a type that the API defines, or as a map.
pub(crate) fn takes_object(parameter: &Parameter<'_>, ty: &syn::Type) -> bool {
    parameter.is_object && (has_own_name(ty) || is_map(ty))
}

/// Returns whether a type is defined by the API.
pub(crate) fn has_own_name(ty: &syn::Type) -> bool {
    let is_external = matches!(ty, syn::Type::Path(path) if path.path.leading_colon.is_some());
    !is_external && is_converted(ty)
}

fn is_map(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "BTreeMap"))
}

/// Returns whether an argument accepts anything that converts to this type. This applies to types
/// that the API defines, and to strings with a format.
pub(crate) fn is_converted(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    let is_of_rust = |name: &syn::Ident| {
        let name = name.to_string();
        name.starts_with(char::is_lowercase)
            || ["String", "Vec", "Option", "Box"].contains(&name.as_str())
    };
    let segments = &path.path.segments;
    let formats = ["Secret", "Date", "DateTime", "BigNumber"];
    if path.path.leading_colon.is_some() {
        return segments
            .last()
            .is_some_and(|last| formats.contains(&last.ident.to_string().as_str()));
    }
    let is_elsewhere = segments.first().is_some_and(|first| first.ident == "super");
    is_elsewhere || segments.len() == 1 && !is_of_rust(&segments[0].ident)
}
