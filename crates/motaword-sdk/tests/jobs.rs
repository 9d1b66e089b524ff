//! Runs packaging jobs in the sandbox, from the start to the downloaded file.
#![allow(clippy::unwrap_used)] // An unwrap in a helper fails the test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use motaword_sdk::project::PackageProject;
use motaword_sdk::{Client, ClientConfig};
use sdk_sandbox::Sandbox;

const SHORT_DELAY: Duration = Duration::from_millis(5);

async fn start() -> (Sandbox, Client, i64) {
    let sandbox = Sandbox::builder().vendor("motaword").start().await.unwrap();
    let config = ClientConfig::new()
        .without_environment()
        .variables(sandbox.environment("motaword").unwrap());
    let client = Client::from_config(config).unwrap();
    let project = client.list_projects().items().try_next().await.unwrap();
    let id = project.unwrap().id;
    (sandbox, client, id)
}

#[tokio::test]
async fn a_package_is_started_polled_and_downloaded() {
    let (_sandbox, client, id) = start().await;
    let states = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&states);
    let run = client
        .package_project(id)
        .run()
        .with_first_delay(SHORT_DELAY)
        .on_progress(move |progress| log.lock().unwrap().push(progress.state.clone()));
    let file = run.await.unwrap().into_inner().bytes().await.unwrap();
    assert!(!file.is_empty());
    let states = states.lock().unwrap();
    assert_eq!(states.last().map(String::as_str), Some("completed"));
    assert!(states.len() > 1, "{states:?}");
}

#[tokio::test]
async fn a_package_is_resumed_by_its_key_and_not_started_again() {
    let (sandbox, client, id) = start().await;
    let job = client.package_project(id).run().start().await.unwrap();
    let text = job.key().to_string();
    drop(job);
    let key = text.parse().unwrap();
    let resumed = client
        .resume::<PackageProject>(key)
        .with_first_delay(SHORT_DELAY);
    resumed.await.unwrap();
    let requests = sandbox.requests_of("motaword").unwrap();
    let count = |id| {
        let ids = requests
            .iter()
            .map(|request| request.operation_id.as_deref());
        ids.filter(|known| *known == Some(id)).count()
    };
    assert_eq!(
        (count("package_project"), count("download_project")),
        (1, 1)
    );
}
