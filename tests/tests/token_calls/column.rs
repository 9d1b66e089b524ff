//! Defines the table of expected token calls, which has one column per vendor, and the check for
//! each row.

use sdk_runtime::{Operation, Scheme, Vendor};
use workspace_tests::document::Document;
use workspace_tests::rustdoc;

/// A request type, with the name of each field and whether the field is required.
pub(crate) type RequestType = (&'static str, &'static [(&'static str, bool)]);

/// A vendor's column in the table.
pub(crate) struct Column {
    pub(crate) vendor: &'static Vendor,
    /// Merged OpenAPI document of the vendor.
    pub(crate) document: &'static str,
    /// Generated source code for the tag.
    pub(crate) source: &'static str,
    /// Generated source code that describes the vendor.
    pub(crate) about: &'static str,
    pub(crate) method_name: &'static str,
    /// The vendor's own name for the operation.
    pub(crate) upstream_name: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) path: &'static str,
    pub(crate) default_server: &'static str,
    pub(crate) basic: bool,
    pub(crate) media: &'static [&'static str],
    pub(crate) body_required: bool,
    pub(crate) request: &'static [RequestType],
    pub(crate) answer: &'static [&'static str],
    /// Status codes that the document must contain. It can contain others.
    pub(crate) statuses: &'static [&'static str],
    /// Response headers, by status code.
    pub(crate) headers: &'static [(&'static str, &'static [&'static str])],
}

impl Column {
    fn operation(&self) -> &'static Operation {
        self.vendor.operation(self.method_name).unwrap()
    }

    fn document(&self) -> Document {
        Document::new(self.document)
    }

    fn rustdoc(&self) -> String {
        rustdoc::method(self.source, self.method_name)
    }

    pub(crate) fn has_the_method_name(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        let upstream = &found.value["x-upstream-operation-id"];
        assert_eq!(
            upstream.as_str().unwrap_or(self.method_name),
            self.upstream_name
        );
        assert_eq!(table.upstream_id.unwrap_or(table.id), self.upstream_name);
        assert!(
            self.rustdoc()
                .contains(&format!("operation `{}`", self.method_name))
        );
        assert!(
            self.rustdoc()
                .contains(&format!("`{}`", self.upstream_name))
        );
    }

    pub(crate) fn has_the_tag(&self) {
        assert_eq!(self.document().operation(self.method_name).tag(), self.tag);
        assert_eq!(self.operation().tag, self.tag);
    }

    pub(crate) fn has_method_and_path(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        assert_eq!((found.method.as_str(), found.path), ("POST", self.path));
        assert_eq!((table.method.as_str(), table.path), ("POST", self.path));
        assert!(self.rustdoc().contains(&format!("`POST {}`", self.path)));
    }

    pub(crate) fn has_the_default_server(&self) {
        assert_eq!(self.document().default_server(), self.default_server);
        let server = self.vendor.servers[0];
        assert!(server.placeholder || server.url == self.default_server);
        assert!(self.about.contains(&format!("/// `{}`", server.url)));
    }

    pub(crate) fn has_the_credentials(&self) {
        let (document, table) = (self.document(), self.operation());
        let (kinds, schemes, words): (&[&str], &[Scheme], _) = if self.basic {
            (&["basic"], &[Scheme::Basic], "Security: HTTP Basic.")
        } else {
            (&[], &[], "Security: none.")
        };
        assert_eq!(document.operation(self.method_name).security(), kinds);
        assert_eq!(table.security, schemes);
        assert!(self.rustdoc().contains(words));
    }

    pub(crate) fn has_the_media_types(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        let mut declared = found.media();
        declared.sort_unstable();
        let mut wanted = self.media.to_vec();
        wanted.sort_unstable();
        assert_eq!(declared, wanted);
        let taken: Vec<&str> = table
            .body
            .unwrap()
            .media
            .iter()
            .map(|media| media.name)
            .collect();
        assert_eq!(taken, self.media);
        let rustdoc = self.rustdoc();
        let listed: Vec<&str> = rustdoc
            .lines()
            .filter(|line| line.starts_with("- `"))
            .collect();
        for media in self.media {
            assert!(
                listed
                    .iter()
                    .any(|line| line.starts_with(&format!("- `{media}`: [`TokenRequest`]")))
            );
        }
    }

    pub(crate) fn has_the_body(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        assert_eq!(found.needs_body(), self.body_required);
        assert_eq!(table.body.unwrap().required, self.body_required);
        let word = if self.body_required {
            "\nThe body is required. Media types:\n"
        } else {
            "\nThe body is optional. Media types:\n"
        };
        assert!(self.rustdoc().contains(word));
        let mut declared = found.body_fields();
        declared.sort_unstable();
        let types = self.request.iter();
        let mut wanted: Vec<_> = types
            .flat_map(|(_, fields)| fields.iter().copied())
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        assert_eq!(declared, wanted);
        for (name, fields) in self.request {
            for (field, _) in *fields {
                assert_ne!(
                    rustdoc::field(self.source, name, field),
                    "",
                    "{name}.{field}"
                );
            }
        }
    }

    pub(crate) fn has_the_answer(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        let mut declared = found.response_fields();
        declared.sort_unstable();
        let mut wanted = self.answer.to_vec();
        wanted.sort_unstable();
        assert_eq!(declared, wanted);
        assert!(
            table
                .answers
                .iter()
                .any(|answer| answer.status == "200" && answer.schema == "TokenResponse")
        );
        assert!(
            self.rustdoc()
                .contains("| 200 | `application/json` | [`TokenResponse`]")
        );
        for field in self.answer {
            assert_ne!(
                rustdoc::field(self.source, "TokenResponse", field),
                "",
                "{field}"
            );
        }
    }

    pub(crate) fn has_the_answer_headers(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        for (status, headers) in self.headers {
            let mut declared = found.response_headers(status);
            declared.sort_unstable();
            let mut wanted = headers.to_vec();
            wanted.sort_unstable();
            assert_eq!(declared, wanted, "{status}");
            let answer = table
                .answers
                .iter()
                .find(|answer| answer.status == *status)
                .unwrap();
            assert_eq!(answer.headers, *headers, "{status}");
            let row = self.row(status);
            for header in *headers {
                assert!(row.contains(&format!("`{header}`")), "{header} in {row}");
            }
        }
    }

    pub(crate) fn has_every_status(&self) {
        let (document, table) = (self.document(), self.operation());
        let found = document.operation(self.method_name);
        let declared = found.statuses();
        for status in self.statuses {
            assert!(declared.contains(status), "{status} in {declared:?}");
        }
        for status in declared {
            assert!(
                table.answers.iter().any(|answer| answer.status == status),
                "{status}"
            );
            assert!(self.row(status).contains("`application/json`"), "{status}");
        }
    }

    pub(crate) fn needs_no_token(&self) {
        let document = self.document();
        assert_eq!(
            document.operation(self.method_name).value["x-sdk-token"],
            true
        );
        assert!(self.operation().token);
        assert!(!self.rustdoc().contains("Security: bearer"));
    }

    /// Returns the row for a status code from the response table in the rustdoc.
    fn row(&self, status: &str) -> String {
        let rustdoc = self.rustdoc();
        let row = rustdoc
            .lines()
            .find(|line| line.starts_with(&format!("| {status} |")));
        row.unwrap_or_else(|| panic!("the table has no row for {status}: {rustdoc}"))
            .to_owned()
    }
}
