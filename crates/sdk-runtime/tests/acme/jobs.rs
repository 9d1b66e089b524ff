//! Operations of the sample vendor that start long jobs, read their state, and fetch a result.

use std::time::Duration;

use sdk_runtime::{
    AnswerSpec, AnyJson, Download, Effect, FollowUp, Json, Kind, Method, Operation, Paging,
    Parameter, Place, Repeat, Scheme, StartOperation, StartRule, TypedOperation, WaitOperation,
    WaitRule,
};

use super::generated::{Client, Request};

const JSON: &[AnswerSpec] = &[AnswerSpec {
    status: "200",
    media: &["application/json"],
    schema: "Job",
    headers: &[],
}];

const OWNER: Parameter = Parameter {
    name: "owner",
    place: Place::Path,
    kind: Kind::Integer,
    required: true,
    ..Parameter::EMPTY
};

/// Starts a job whose result is fetched by another operation.
pub struct StartExport;
/// Starts a job that costs money and whose last state is the result.
pub struct StartPayment;
/// Reads a job.
pub struct GetJob;
/// Fetches the result.
pub struct DownloadExport;

pub static START_EXPORT: Operation = Operation {
    id: "start_export",
    method: Method::Post,
    path: "/owners/{owner}/exports",
    parameters: &[
        OWNER,
        Parameter {
            name: "async",
            kind: Kind::IntegerBool,
            ..Parameter::EMPTY
        },
    ],
    answers: JSON,
    security: &[Scheme::Bearer],
    start: Some(StartRule {
        fixed: &[("async", "1")],
        poll: FollowUp {
            operation: "get_job",
            arguments: &[("key", "/job/key")],
        },
        result: Some(FollowUp {
            operation: "download_export",
            arguments: &[],
        }),
        find: "call `list_exports` with the owner",
    }),
    ..Operation::EMPTY
};

pub static START_PAYMENT: Operation = Operation {
    id: "start_payment",
    path: "/owners/{owner}/payments",
    effect: Some(Effect::Money),
    start: Some(StartRule {
        fixed: &[],
        poll: FollowUp {
            operation: "get_job",
            arguments: &[("key", "/jobs/0/key")],
        },
        result: None,
        find: "call `list_payments` with the owner",
    }),
    ..START_EXPORT
};

pub static GET_JOB: Operation = Operation {
    id: "get_job",
    path: "/owners/{owner}/jobs",
    parameters: &[
        OWNER,
        Parameter {
            name: "key",
            required: true,
            ..Parameter::EMPTY
        },
        Parameter {
            name: "next",
            ..Parameter::EMPTY
        },
    ],
    paging: Some(Paging::Cursor {
        cursor: "next",
        next: "/paging/next",
        limit: None,
        items: "/data",
    }),
    answers: JSON,
    security: &[Scheme::Bearer],
    repeat: Repeat::Safe,
    wait: Some(WaitRule {
        state: "/status",
        count: None,
        pending: &[],
        done: &["done"],
        failed: &["failed"],
        reason: Some("/why"),
        first_delay: Duration::from_secs(2),
        longest_delay: Duration::from_secs(10),
        deadline: Duration::from_secs(60),
    }),
    ..Operation::EMPTY
};

pub static DOWNLOAD_EXPORT: Operation = Operation {
    id: "download_export",
    path: "/owners/{owner}/exports/file",
    parameters: &[OWNER],
    answers: &[AnswerSpec {
        status: "200",
        media: &["application/zip"],
        schema: "",
        headers: &[],
    }],
    security: &[Scheme::Bearer],
    repeat: Repeat::Safe,
    ..Operation::EMPTY
};

macro_rules! typed {
    ($marker:ident $answer:ty = $operation:ident) => {
        impl TypedOperation for $marker {
            type Answer = $answer;
            const OPERATION: &'static Operation = &$operation;
        }
    };
}

typed!(StartExport Json<AnyJson> = START_EXPORT);
typed!(StartPayment Json<AnyJson> = START_PAYMENT);
typed!(GetJob Json<AnyJson> = GET_JOB);
typed!(DownloadExport Download = DOWNLOAD_EXPORT);

impl WaitOperation for GetJob {}

impl StartOperation for StartExport {
    type Poll = GetJob;
    type Outcome = DownloadExport;
}

impl StartOperation for StartPayment {
    type Poll = GetJob;
    type Outcome = GetJob;
}

impl Client {
    pub fn start_export(&self, owner: i64) -> Request<'_, StartExport> {
        Request::new(self).set("owner", owner)
    }

    pub fn start_payment(&self, owner: i64) -> Request<'_, StartPayment> {
        Request::new(self).set("owner", owner)
    }

    pub fn get_job(&self, owner: i64, key: &str) -> Request<'_, GetJob> {
        Request::new(self).set("owner", owner).set("key", key)
    }
}
