//! Processes that compete for one entry and are killed at random points.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;

use crate::token::store::TokenStore;
use crate::token::store_conformance::sample::{SeededRandom, key, number, record};
use crate::token::store_conformance::violation::{Violation, soon};

/// Prefix of the line that a competitor prints for each saved record. The record's number follows.
const SAVED_PREFIX: &str = "saved record ";
/// First line that a competitor prints.
const START_LINE: &str = "competitor has begun";

/// Saves increasing numbers under one key until the process is killed.
///
/// Prints each saved number.
///
/// # Errors
///
/// Returns an error if the store fails, or if it contains a record that is damaged or that no
/// process saved.
pub async fn compete(store: &impl TokenStore) -> Result<(), Violation> {
    let key = key("killed");
    print_line(START_LINE);
    loop {
        let mut entry = store.lock(&key).await?;
        let now = number(entry.load().await?.as_ref())?;
        entry.save(&record(now + 1)).await?;
        print_line(&format!("{SAVED_PREFIX}{}", now + 1));
        drop(entry);
    }
}

/// Writes a line immediately, and ignores a closed pipe.
fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Starts two processes in each round, and kills both at random points.
///
/// Checks that no reported record is lost, that no record is damaged, that no number was saved
/// twice, and that the lock is free after each round.
///
/// `process` returns the command for a process that runs [`compete`] on the same store.
///
/// # Errors
///
/// Returns the first violated rule, with the round. Also returns an error if the store fails, if a
/// process can't be started or exits by itself, or if no process saves anything.
pub async fn check_killed(
    store: &impl TokenStore,
    process: impl Fn() -> Command,
    rounds: u32,
    seed: u64,
) -> Result<(), Violation> {
    println!("token store conformance: {rounds} rounds of killed processes, seed {seed}");
    let mut random = SeededRandom(seed);
    let key = key("killed");
    let mut known = number(soon("load", store.load(&key)).await?.as_ref())?;
    for round in 0..rounds {
        let checked = async {
            let children = [start(process())?, start(process())?];
            let lives = children.map(|child| (child, Duration::from_micros(random.below(30_000))));
            let reported = spawn_blocking(move || lives.map(|(child, life)| kill(child, life)))
                .await
                .map_err(|ended| Violation::new(ended.to_string()))?;
            let mut numbers = HashSet::new();
            for report in reported {
                for number in report? {
                    if number <= known || !numbers.insert(number) {
                        let text =
                            format!("record {number} was saved twice: a lock had two holders");
                        return Err(Violation::new(text));
                    }
                }
            }
            let mut entry = soon("`lock` after its holder was killed", store.lock(&key)).await?;
            let found = number(soon("load", entry.load()).await?.as_ref())?;
            let highest = numbers.into_iter().max().unwrap_or(known);
            // Each process may have saved one record without reporting it.
            if found < highest || found > highest + 2 {
                let text = format!(
                    "record {highest} was reported as saved, but the store contains {found}"
                );
                return Err(Violation::new(text));
            }
            Ok(found)
        };
        known = checked
            .await
            .map_err(|violation: Violation| violation.in_round(round, seed))?;
    }
    if known == 0 && rounds > 0 {
        return Err(Violation::new(
            "no process saved anything: do the processes run `compete` on the same store?",
        ));
    }
    Ok(())
}

fn start(mut command: Command) -> Result<Child, Violation> {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    child.map_err(|error| Violation::new(format!("a process could not be started: {error}")))
}

/// Kills a process some time after it has started `compete`, and returns the numbers that it
/// reported.
fn kill(mut child: Child, life: Duration) -> Result<Vec<u64>, Violation> {
    let unread = || Violation::new("the output of a process could not be read");
    let mut output = BufReader::new(child.stdout.take().ok_or_else(unread)?);
    let mut line = String::new();
    while !line.ends_with(&format!("{START_LINE}\n")) {
        line.clear();
        if output.read_line(&mut line).map_err(|_| unread())? == 0 {
            let mut said = String::new();
            if let Some(mut errors) = child.stderr.take() {
                let _ = errors.read_to_string(&mut said);
            }
            return Err(Violation::new(format!(
                "a process exited before it called `compete`: {said}"
            )));
        }
    }
    let killer = thread::spawn(move || {
        thread::sleep(life);
        let killed = child.kill();
        let _ = child.wait();
        killed
    });
    let mut text = String::new();
    output.read_to_string(&mut text).map_err(|_| unread())?;
    match killer.join() {
        Ok(Ok(())) => {}
        _ => {
            return Err(Violation::new(format!(
                "a process exited by itself: {text}"
            )));
        }
    }
    // The last line may be incomplete.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let numbers = whole
        .lines()
        .filter_map(|line| line.strip_prefix(SAVED_PREFIX));
    Ok(numbers.filter_map(|number| number.parse().ok()).collect())
}
