//! An HTTP/2 server (RFC 9113) that builds each frame itself, so that a test decides what happens
//! to each stream.
#![allow(dead_code, unreachable_pub)] // Each test file uses only some of the items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// Reaction of the server to a request.
#[derive(Debug, Clone, Copy)]
pub enum Turn {
    /// Responds with 200 and without a body.
    Answer,
    /// Responds with 200 and this many bytes, as far as the client's windows allow.
    Bytes(usize),
    /// Resets the stream with an error code.
    Reset(u32),
    /// Sends a GOAWAY frame that excludes this stream, and closes the connection.
    GoAwayBefore,
    /// Sends a GOAWAY frame that includes this stream, and closes the connection.
    GoAwayAfter,
    /// Sends nothing more on this connection, not even responses to pings.
    Dead,
}

type Turns = dyn Fn(usize) -> Turn + Send + Sync;

/// A running server.
pub struct Http2 {
    pub url: String,
    /// For each request, the number of the connection on which it arrived.
    seen: Arc<Mutex<Vec<usize>>>,
    /// Gains a permit each time a window blocks a stream.
    full: Arc<Semaphore>,
}

impl Http2 {
    /// Starts the server on a free loopback port.
    ///
    /// `turns` receives the number of the request, starting at 0.
    pub async fn start(turns: impl Fn(usize) -> Turn + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let full = Arc::new(Semaphore::new(0));
        let permits = Arc::clone(&full);
        let (log, turns): (_, Arc<Turns>) = (Arc::clone(&seen), Arc::new(turns));
        tokio::spawn(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let connection = Connection {
                    stream,
                    number,
                    log: Arc::clone(&log),
                    turns: Arc::clone(&turns),
                    full: Arc::clone(&permits),
                    window: 65_535,
                    stream_window: 65_535,
                    unsent: HashMap::new(),
                };
                tokio::spawn(connection.serve());
                number += 1;
            }
        });
        Self { url, seen, full }
    }

    /// Waits until windows have blocked streams this many times.
    pub async fn full(&self, streams: u32) {
        let permits = self.full.acquire_many(streams).await;
        permits.unwrap().forget();
    }

    /// Returns, for each request, the number of the connection on which it arrived.
    pub fn connections(&self) -> Vec<usize> {
        self.seen.lock().unwrap().clone()
    }
}

struct Connection {
    stream: TcpStream,
    number: usize,
    log: Arc<Mutex<Vec<usize>>>,
    turns: Arc<Turns>,
    full: Arc<Semaphore>,
    /// Number of bytes of data that the client still accepts on this connection.
    window: usize,
    /// Number of bytes that the client accepts on a new stream.
    stream_window: usize,
    /// For each stream, the number of bytes left to send, and the window.
    unsent: HashMap<u32, (usize, usize)>,
}

impl Connection {
    async fn serve(mut self) -> Option<()> {
        let mut preface = [0; PREFACE.len()];
        self.stream.read_exact(&mut preface).await.ok()?;
        assert_eq!(preface, PREFACE);
        self.write(SETTINGS, 0, 0, &[]).await?;
        loop {
            let mut head = [0; 9];
            self.stream.read_exact(&mut head).await.ok()?;
            let length =
                usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.ok()?;
            match head[3] {
                SETTINGS if head[4] & 1 == 0 => {
                    for setting in payload.chunks(6) {
                        if setting[..2] == [0, 4] {
                            self.stream_window = number(&setting[2..]);
                        }
                    }
                    self.write(SETTINGS, 1, 0, &[]).await?;
                }
                PING if head[4] & 1 == 0 => self.write(PING, 1, 0, &payload).await?,
                WINDOW_UPDATE => {
                    match self.unsent.get_mut(&stream) {
                        Some((_, window)) => *window += number(&payload),
                        None if stream == 0 => self.window += number(&payload),
                        None => {}
                    }
                    self.flush().await?;
                }
                HEADERS => self.answer(stream).await?,
                _ => {}
            }
        }
    }

    async fn answer(&mut self, stream: u32) -> Option<()> {
        let turn = {
            let mut log = self.log.lock().unwrap();
            log.push(self.number);
            (self.turns)(log.len() - 1)
        };
        // `:status: 200` is entry 8 of the static table (RFC 7541).
        let ok = [0x88];
        match turn {
            Turn::Answer => {
                let flags = END_HEADERS | END_STREAM;
                self.write(HEADERS, flags, stream, &ok).await
            }
            Turn::Bytes(count) => {
                self.write(HEADERS, END_HEADERS, stream, &ok).await?;
                self.unsent.insert(stream, (count, self.stream_window));
                self.flush().await
            }
            Turn::Reset(code) => self.write(RST_STREAM, 0, stream, &code.to_be_bytes()).await,
            Turn::GoAwayBefore => self.go_away(stream.saturating_sub(2)).await,
            Turn::GoAwayAfter => self.go_away(stream).await,
            Turn::Dead => std::future::pending().await,
        }
    }

    async fn go_away(&mut self, last: u32) -> Option<()> {
        // The error code is NO_ERROR, as when a server restarts.
        let payload = [last.to_be_bytes(), [0; 4]].concat();
        self.write(GOAWAY, 0, 0, &payload).await?;
        self.stream.shutdown().await.ok()?;
        None
    }

    /// Sends as much as the windows allow.
    async fn flush(&mut self) -> Option<()> {
        let streams: Vec<u32> = self.unsent.keys().copied().collect();
        for stream in streams {
            loop {
                let (left, window) = self.unsent.get_mut(&stream)?;
                let size = (*left).min(*window).min(self.window).min(16_384);
                if size == 0 {
                    if *left > 0 {
                        self.full.add_permits(1);
                    }
                    break;
                }
                *left -= size;
                *window -= size;
                self.window -= size;
                let flags = if *left == 0 { END_STREAM } else { 0 };
                self.write(DATA, flags, stream, &vec![b'x'; size]).await?;
            }
        }
        Some(())
    }

    async fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Option<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![length[1], length[2], length[3], kind, flags];
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await.ok()
    }
}

fn number(bytes: &[u8]) -> usize {
    let bytes = bytes.try_into().unwrap();
    usize::try_from(u32::from_be_bytes(bytes)).unwrap()
}
