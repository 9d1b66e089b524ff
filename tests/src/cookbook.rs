//! Compiles and runs the programs in the cookbook and in the README as documentation tests.

/// Defines one documented item per file, so that rustdoc compiles and runs the programs in the
/// file.
macro_rules! compiled {
    ($($file:literal $item:ident),* $(,)?) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../", $file))]
            struct $item;
        )*

        /// Paths of the tested files. Another test checks that this list contains every recipe.
        pub const FILES: &[&str] = &[$($file),*];
    };
}

compiled! {
    "README.md" Readme,
    "docs/cookbook/README.md" Index,
    "docs/cookbook/axum-service.md" AxumService,
    "docs/cookbook/blocking.md" Blocking,
    "docs/cookbook/calling-by-table.md" CallingByTable,
    "docs/cookbook/database-token-store.md" DatabaseTokenStore,
    "docs/cookbook/from-python.md" FromPython,
    "docs/cookbook/incremental-export.md" IncrementalExport,
    "docs/cookbook/own-ca-and-proxy.md" OwnCaAndProxy,
    "docs/cookbook/safe-import.md" SafeImport,
    "docs/cookbook/tenants.md" Tenants,
    "docs/cookbook/testing-with-the-sandbox.md" TestingWithTheSandbox,
    "docs/cookbook/tracing.md" Tracing,
}
