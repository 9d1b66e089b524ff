//! A subscriber that records all spans and events with their fields.
#![allow(dead_code, unreachable_pub)] // Each test file uses only some of the items.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// A span: its name, the index of its parent, and its fields as strings.
#[derive(Debug, Clone, Default)]
pub struct Span {
    pub name: &'static str,
    pub parent: Option<usize>,
    pub fields: BTreeMap<String, String>,
}

/// Records spans and events. Clones share one recording.
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<Span>,
    entered: Vec<usize>,
    events: String,
}

impl Capture {
    pub fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap().spans.clone()
    }

    pub fn everything(&self) -> String {
        let state = self.0.lock().unwrap();
        format!("{:?} {}", state.spans, state.events)
    }
}

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

fn index(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut state = self.0.lock().unwrap();
        let mut kept = Span {
            name: span.metadata().name(),
            parent: span.parent().map(index).or(state.entered.last().copied()),
            ..Span::default()
        };
        span.record(&mut Fields(&mut kept.fields));
        state.spans.push(kept);
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        values.record(&mut Fields(
            &mut self.0.lock().unwrap().spans[index(id)].fields,
        ));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        write!(self.0.lock().unwrap().events, "{fields:?}").unwrap();
    }

    fn enter(&self, id: &Id) {
        self.0.lock().unwrap().entered.push(index(id));
    }

    fn exit(&self, id: &Id) {
        self.0
            .lock()
            .unwrap()
            .entered
            .retain(|entered| *entered != index(id));
    }
}
