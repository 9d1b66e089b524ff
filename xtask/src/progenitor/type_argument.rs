//! Returns the type arguments of types in signatures.

/// Returns `T` of `Name<T, …>`.
pub(crate) fn first_argument(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Returns `T` of `wrapper<T>`.
pub(crate) fn inside(wrapper: &str, ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    (path.path.segments.last()?.ident == wrapper)
        .then(|| first_argument(ty).cloned())
        .flatten()
}
