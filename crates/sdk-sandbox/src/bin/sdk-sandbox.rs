//! Command-line program that runs the sandbox until it is stopped.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use sdk_sandbox::{Builder, Error, LoggedRequest, Sandbox};

const USAGE: &str = "\
Simulates vendors on loopback until it is stopped.

usage: sdk-sandbox [--port 8080] [--vendor NAME]... [--items N] [--seed N] [--token-lifetime SECONDS]
                   [--strict] [--rate-limited] [--discard-uploads] [--quiet]
       sdk-sandbox --document FILE.json [--profile FILE.yaml] ...

With --document, the name of the vendor is the file name without its extension. The profile is optional.

The index page, the documents and the admin API use the given port, and the vendors use the ports after it.
";

#[tokio::main]
async fn main() -> ExitCode {
    let mut out = std::io::stdout();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        let _ = out.write_all(USAGE.as_bytes());
        return ExitCode::SUCCESS;
    }
    let builder = match parse_arguments(&arguments) {
        Ok(builder) => builder,
        Err(message) => return exit_with_error(&format!("{message}\n\n{USAGE}")),
    };
    let sandbox = match builder.start().await {
        Ok(sandbox) => sandbox,
        Err(error) => return exit_with_error(&format!("{error}\n")),
    };
    let greeting = match greeting(&sandbox) {
        Ok(greeting) => greeting,
        Err(error) => return exit_with_error(&format!("{error}\n")),
    };
    let _ = out.write_all(greeting.as_bytes());
    let _ = tokio::signal::ctrl_c().await;
    ExitCode::SUCCESS
}

fn exit_with_error(message: &str) -> ExitCode {
    let _ = std::io::stderr().write_all(message.as_bytes());
    ExitCode::FAILURE
}

fn parse_arguments(arguments: &[String]) -> Result<Builder, String> {
    let mut builder = Sandbox::builder();
    let mut port = 8080;
    let mut quiet = false;
    let mut own: Option<(String, String)> = None;
    let mut profile = String::new();
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let mut text = || {
            arguments
                .next()
                .cloned()
                .ok_or_else(|| format!("{name} needs a value"))
        };
        builder = match name.as_str() {
            "--strict" => builder.strict(),
            "--rate-limited" => builder.rate_limited(),
            "--discard-uploads" => builder.discard_uploads(),
            "--quiet" => {
                quiet = true;
                builder
            }
            "--document" => {
                let path = text()?;
                own = Some((stem(&path), file(&path)?));
                builder
            }
            "--profile" => {
                profile = file(&text()?)?;
                builder
            }
            "--vendor" => builder.vendor(text()?),
            "--port" => {
                port = number(name, &text()?)?;
                builder
            }
            "--items" => builder.items(number(name, &text()?)?),
            "--seed" => builder.seed(number(name, &text()?)?),
            "--token-lifetime" => {
                builder.token_lifetime(Duration::from_secs(number(name, &text()?)?))
            }
            _ => return Err(format!("unknown option {name}")),
        };
    }
    match own {
        Some((name, document)) => builder = builder.document(name, document, profile),
        None if !profile.is_empty() => return Err("--profile needs --document".to_owned()),
        None => {}
    }
    if !quiet {
        builder = builder.on_request(log);
    }
    if port > 0 {
        builder = builder.admin_port(port).port(port.saturating_add(1));
    }
    Ok(builder)
}

fn file(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("could not read {path}: {error}"))
}

/// Returns the file name without its folder and extension.
fn stem(path: &str) -> String {
    let stem = std::path::Path::new(path).file_stem();
    stem.map_or_else(|| "vendor".to_owned(), |s| s.to_string_lossy().into_owned())
}

fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a valid number for {name}"))
}

fn greeting(sandbox: &Sandbox) -> Result<String, Error> {
    let mut text = format!("index page and documents: {}/\n", sandbox.elsewhere());
    for vendor in sandbox.vendors() {
        text.push_str(&format!("\n# {vendor}: {}\n", sandbox.base_url(&vendor)?));
        for (name, value) in sandbox.environment(&vendor)? {
            text.push_str(&format!("export {name}='{value}'\n"));
        }
    }
    text.push_str("\nPress Ctrl-C to stop the sandbox.\n");
    Ok(text)
}

fn log(request: &LoggedRequest) {
    let operation = request.operation_id.as_deref().unwrap_or("-");
    let line = format!(
        "{} {} {} {} ({operation}, {} bytes)\n",
        request.status, request.vendor, request.method, request.path, request.length
    );
    let _ = std::io::stdout().write_all(line.as_bytes());
}
