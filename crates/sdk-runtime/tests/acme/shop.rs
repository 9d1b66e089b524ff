//! More operations of the sample vendor: paged lists, bulk writes, uploads and downloads.

use super::generated::{BulkRequest, Client, Request};
use sdk_runtime::{
    AnswerSpec, AnyJson, Bulk, BulkFormat, Download, Empty, Encoding, IntoBulk, IntoParts, Json,
    Kind, ListEnd, MediaType, Method, Operation, PagedOperation, Paging, Parameter, Parts, Place,
    Repeat, RequestBody, Scheme, Text, TypedOperation, UploadBody,
};

const JSON_ANSWER: &[AnswerSpec] = &[AnswerSpec {
    status: "200",
    media: &["application/json"],
    schema: "Page",
    headers: &["X-Remaining"],
}];
const BEARER: &[Scheme] = &[Scheme::Bearer];
const JSON: MediaType = MediaType {
    name: "application/json",
    encoding: Encoding::Json,
    schema: "",
};

const fn query(name: &'static str) -> Parameter {
    Parameter {
        name,
        kind: Kind::Integer,
        ..Parameter::EMPTY
    }
}

const LIST: &[Parameter] = &[
    query("page"),
    query("first"),
    query("limit"),
    Parameter {
        name: "after",
        ..Parameter::EMPTY
    },
    Parameter {
        name: "kind",
        ..Parameter::EMPTY
    },
];

const fn list(id: &'static str, path: &'static str, paging: Paging) -> Operation {
    Operation {
        id,
        path,
        parameters: LIST,
        answers: JSON_ANSWER,
        security: BEARER,
        repeat: Repeat::Safe,
        paging: Some(paging),
        ..Operation::EMPTY
    }
}

static BY_PAGE: Operation = list(
    "list_by_page",
    "/by-page",
    Paging::Page {
        page: "page",
        limit: Some("limit"),
        first: 1,
        items: "/items",
        total: Some("/meta/total"),
        next: None,
        end: ListEnd::Total,
        max_limit: Some(100),
    },
);
static BY_OFFSET: Operation = list(
    "list_by_offset",
    "/by-offset",
    Paging::Offset {
        offset: "first",
        limit: "limit",
        default_limit: 2,
        items: "/items",
        total: None,
        end: ListEnd::Short,
        max_limit: Some(100),
    },
);
static BY_CURSOR: Operation = list(
    "list_by_cursor",
    "/by-cursor",
    Paging::Cursor {
        cursor: "after",
        next: "/meta/next",
        limit: Some("limit"),
        items: "/items",
    },
);
static BY_LINK: Operation = Operation {
    method: Method::Post,
    body: Some(RequestBody {
        required: true,
        media: &[JSON],
    }),
    ..list(
        "search_by_link",
        "/by-link",
        Paging::Link {
            next: "/meta/next",
            items: "/items",
            limit: Some("limit"),
            choose: Some(("kind", "after")),
        },
    )
};
static UPSERT: Operation = bulk("upsert_lines", "/lines", BulkFormat::Ndjson);
static REPLACE: Operation = Operation {
    repeat: Repeat::Safe,
    ..bulk("replace_lines", "/lines", BulkFormat::Ndjson)
};
static UPSERT_ARRAY: Operation = bulk("upsert_array", "/array", BulkFormat::Array);

const fn bulk(id: &'static str, path: &'static str, format: BulkFormat) -> Operation {
    Operation {
        id,
        path,
        method: Method::Patch,
        body: Some(RequestBody {
            required: true,
            media: match format {
                BulkFormat::Ndjson => &[MediaType {
                    name: "application/vnd.acme.collection+json",
                    encoding: Encoding::Lines,
                    schema: "",
                }],
                BulkFormat::Array => &[JSON],
            },
        }),
        answers: match format {
            BulkFormat::Ndjson => &[AnswerSpec {
                status: "200",
                media: &["application/vnd.acme.collection+json"],
                schema: "",
                headers: &[],
            }],
            BulkFormat::Array => JSON_ANSWER,
        },
        security: BEARER,
        bulk: Some(Bulk {
            format,
            max_lines: Some(3),
            max_line_length: Some(40),
        }),
        ..Operation::EMPTY
    }
}

static UPLOAD: Operation = Operation {
    id: "upload_thing",
    method: Method::Put,
    path: "/things/{id}/file",
    parameters: &[
        Parameter {
            name: "id",
            place: Place::Path,
            required: true,
            ..Parameter::EMPTY
        },
        query("id"),
    ],
    body: Some(RequestBody {
        required: true,
        media: &[
            JSON,
            MediaType {
                name: "multipart/form-data",
                encoding: Encoding::Multipart,
                schema: "",
            },
            MediaType {
                name: "application/octet-stream",
                encoding: Encoding::Bytes,
                schema: "",
            },
            MediaType {
                name: "text/plain",
                encoding: Encoding::Text,
                schema: "",
            },
        ],
    }),
    answers: &[
        AnswerSpec {
            status: "201",
            media: &[],
            schema: "",
            headers: &["Location"],
        },
        AnswerSpec {
            status: "202",
            media: &[],
            schema: "",
            headers: &[],
        },
        AnswerSpec {
            status: "304",
            media: &[],
            schema: "",
            headers: &[],
        },
    ],
    security: BEARER,
    repeat: Repeat::Safe,
    ..Operation::EMPTY
};
static EXPORT: Operation = Operation {
    id: "export_things",
    path: "/export",
    answers: &[AnswerSpec {
        status: "200",
        media: &["text/csv", "application/json"],
        schema: "",
        headers: &[],
    }],
    security: BEARER,
    repeat: Repeat::Safe,
    ..Operation::EMPTY
};

pub static OPERATIONS: &[&Operation] = &[
    &BY_PAGE,
    &BY_OFFSET,
    &BY_CURSOR,
    &BY_LINK,
    &UPSERT,
    &REPLACE,
    &UPSERT_ARRAY,
    &UPLOAD,
    &EXPORT,
];

#[derive(Debug, serde::Deserialize)]
pub struct Page {
    #[serde(default, deserialize_with = "sdk_runtime::lenient::list")]
    pub items: Option<Vec<u64>>,
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Line {
    pub code: String,
    #[serde(default)]
    pub data: AnyJson,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
pub struct LineStatus {
    pub code: Option<String>,
    pub status_code: u16,
}

/// A multipart request type.
#[derive(Default)]
pub struct ThingParts {
    pub note: Option<String>,
    pub sizes: Vec<i64>,
    pub meta: Option<AnyJson>,
    pub files: Vec<sdk_runtime::File>,
}

impl IntoParts for ThingParts {
    fn into_parts(self) -> Parts {
        Parts::new()
            .text("note", self.note)
            .text("sizes[]", self.sizes)
            .json("meta", &self.meta)
            .files("files[]", self.files)
    }
}

macro_rules! operation {
    ($name:ident, $answer:ty, $operation:ident) => {
        #[derive(Debug)]
        pub struct $name;
        impl TypedOperation for $name {
            type Answer = $answer;
            const OPERATION: &'static Operation = &$operation;
        }
    };
    (list $name:ident, $operation:ident) => {
        operation!($name, Json<Page>, $operation);
        impl PagedOperation for $name {
            type Item = u64;
            fn items(answer: &mut Page) -> Option<&mut Vec<u64>> {
                answer.items.as_mut()
            }
        }
        impl Request<'_, $name> {
            pub fn limit(self, limit: u32) -> Self {
                self.set("limit", limit)
            }
            pub fn page(self, page: u32) -> Self {
                self.set("page", page)
            }
            pub fn kind(self, kind: &str) -> Self {
                self.set("kind", kind)
            }
        }
    };
}
operation!(list ListByPage, BY_PAGE);
operation!(list ListByOffset, BY_OFFSET);
operation!(list ListByCursor, BY_CURSOR);
operation!(list SearchByLink, BY_LINK);
operation!(UpsertLines, Text, UPSERT);
operation!(ReplaceLines, Text, REPLACE);
operation!(UpsertArray, Json<Vec<LineStatus>>, UPSERT_ARRAY);
operation!(UploadThing, Empty, UPLOAD);
impl sdk_runtime::BulkOperation for UpsertLines {
    type Status = LineStatus;
}
impl sdk_runtime::BulkOperation for ReplaceLines {
    type Status = LineStatus;
}
impl sdk_runtime::BulkOperation for UpsertArray {
    type Status = LineStatus;
}
operation!(ExportThings, Download, EXPORT);

impl Client {
    pub fn list_by_page(&self) -> Request<'_, ListByPage> {
        Request::new(self)
    }
    pub fn list_by_offset(&self) -> Request<'_, ListByOffset> {
        Request::new(self)
    }
    pub fn list_by_cursor(&self) -> Request<'_, ListByCursor> {
        Request::new(self)
    }
    pub fn search_by_link(&self, body: &serde_json::Value) -> Request<'_, SearchByLink> {
        Request::new(self).with_body(body)
    }
    pub fn upsert_lines<'c, K>(
        &'c self,
        items: impl IntoBulk<'c, Line, K>,
    ) -> BulkRequest<'c, UpsertLines> {
        Request::<UpsertLines>::new(self).bulk(items)
    }
    pub fn replace_lines<'c, K>(
        &'c self,
        items: impl IntoBulk<'c, Line, K>,
    ) -> BulkRequest<'c, ReplaceLines> {
        Request::<ReplaceLines>::new(self).bulk(items)
    }
    pub fn upsert_array<'c, K>(
        &'c self,
        items: impl IntoBulk<'c, Line, K>,
    ) -> BulkRequest<'c, UpsertArray> {
        Request::<UpsertArray>::new(self).bulk(items)
    }
    pub fn upload_parts(&self, id: &str, parts: ThingParts) -> Request<'_, UploadThing> {
        Request::new(self).set("path.id", id).with_parts(parts)
    }
    pub fn upload_bytes(&self, id: &str, body: impl Into<UploadBody>) -> Request<'_, UploadThing> {
        Request::new(self)
            .set("path.id", id)
            .set("query.id", 7)
            .with_media("application/octet-stream")
            .with_upload(body)
    }
    pub fn export_things(&self) -> Request<'_, ExportThings> {
        Request::new(self)
    }
}
