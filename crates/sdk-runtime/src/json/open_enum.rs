//! Enums that keep values that the vendor adds later.

/// Defines a string enum that accepts any string.
///
/// An unknown string is kept in `Unknown` and sent back unchanged.
///
/// ```
/// sdk_runtime::open_enum! {
///     /// How often something happens.
///     pub enum Span {
///         /// Every day.
///         Day = "DAY",
///         /// Every week.
///         Week = "WEEK",
///     }
/// }
/// assert_eq!(Span::from("DAY"), Span::Day);
/// assert_eq!(Span::from("CENTURY").as_str(), "CENTURY");
/// ```
///
/// All functions that aren't generic are `#[inline]`, so that a crate with hundreds of such enums
/// compiles only the functions that it uses.
///
/// `open_enum!(impl Span { Day = "DAY", Week = "WEEK" })` does the same for an existing enum with a
/// variant `Unknown(String)`, such as a generated one.
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$doc:meta])* $variant:ident = $text:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $( $(#[$doc])* $variant, )*
            /// A value that this version of the crate doesn't support.
            Unknown(::std::string::String),
        }

        $crate::open_enum!(impl $name { $( $variant = $text ),* });
    };

    (impl $name:ident { $( $variant:ident = $text:literal ),* $(,)? }) => {
        impl $name {
            /// Returns the value as it appears in JSON.
            #[allow(unreachable_pub)] // The enum itself might not be public.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Unknown(text) => text,
                }
            }

            #[inline]
            fn known(text: &str) -> ::std::option::Option<Self> {
                match text {
                    $( $text => ::std::option::Option::Some(Self::$variant), )*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::known(&text).unwrap_or(Self::Unknown(text))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;
            #[inline]
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <::std::string::String as $crate::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::IntoArgument for $name {
            #[inline]
            fn into_argument(self) -> $crate::Argument {
                $crate::Argument::from_text(self.as_str())
            }
        }

        impl $crate::IntoArgument for &$name {
            #[inline]
            fn into_argument(self) -> $crate::Argument {
                $crate::Argument::from_text(self.as_str())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    open_enum! {
        /// A span.
        pub(crate) enum Span {
            /// A day.
            Day = "DAY",
            /// A week.
            Week = "WEEK",
        }
    }

    #[test]
    fn an_unknown_value_round_trips_unchanged() {
        let spans: Vec<Span> = serde_json::from_str(r#"["DAY","WEEK","ÉON"]"#).unwrap();
        assert_eq!(
            spans,
            [Span::Day, Span::Week, Span::Unknown("ÉON".to_owned())]
        );
        assert_eq!(
            serde_json::to_string(&spans).unwrap(),
            r#"["DAY","WEEK","ÉON"]"#
        );
        assert_eq!("DAY".parse(), Ok(Span::Day));
        assert_eq!(Span::from(String::from("WEEK")).to_string(), "WEEK");
    }
}
