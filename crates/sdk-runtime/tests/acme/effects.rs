//! Operations of the sample vendor with different effects and different rules for retries.

use sdk_runtime::{
    AnswerSpec, Effect, Empty, Encoding, KeyPlace, MediaType, Method, Operation, Repeat,
    RequestBody, Scheme, TypedOperation,
};

use super::generated::{Client, Request};

const BASE: Operation = Operation {
    method: Method::Post,
    tag: "effects",
    body: Some(RequestBody {
        required: true,
        media: &[MediaType {
            name: "application/json",
            encoding: Encoding::Json,
            schema: "Id",
        }],
    }),
    answers: &[AnswerSpec {
        status: "200",
        media: &[],
        schema: "",
        headers: &[],
    }],
    security: &[Scheme::Bearer],
    ..Operation::EMPTY
};

macro_rules! operation {
    ($method:ident $marker:ident { $($field:ident: $value:expr),* $(,)? }) => {
        #[derive(Debug)]
        pub struct $marker;

        impl TypedOperation for $marker {
            type Answer = Empty;
            const OPERATION: &'static Operation = &Operation {
                id: stringify!($method),
                path: concat!("/", stringify!($method)),
                $($field: $value,)*
                ..BASE
            };
        }

        impl Client {
            pub fn $method(&self, id: usize) -> Request<'_, $marker> {
                Request::new(self).with_body(&serde_json::json!({ "id": id }))
            }
        }
    };
}

operation!(create SignlessCreate {});
operation!(pay Pay { effect: Some(Effect::Money) });
operation!(notify Notify { effect: Some(Effect::Message) });
operation!(sign Sign { effect: Some(Effect::Signature) });
operation!(order Order { repeat: Repeat::Keyed(KeyPlace::Header("Idempotency-Key")), effect: Some(Effect::Money) });
operation!(ship Ship { repeat: Repeat::Keyed(KeyPlace::Body("shipKey")), effect: Some(Effect::Message) });
operation!(post Post { repeat: Repeat::Keyed(KeyPlace::UuidBody("postKey")), effect: Some(Effect::Message) });
operation!(buy Buy { repeat: Repeat::Keyed(KeyPlace::UuidHeader("Idempotency-Key")), effect: Some(Effect::Money) });
operation!(replace Replace { method: Method::Put, repeat: Repeat::Safe });

impl Client {
    pub fn ship_bytes(&self, body: &'static [u8]) -> Request<'_, Ship> {
        Request::new(self).with_bytes(body)
    }
}
