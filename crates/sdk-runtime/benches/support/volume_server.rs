//! A server that generates long lists and large files in constant memory.

use std::fmt::Write;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts the server on a free loopback port. `size` is the number of items in a list, or of bytes
/// in a file.
pub(crate) async fn start(size: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, size));
        }
    });
    url
}

async fn serve(mut stream: TcpStream, size: u64) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::new();
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length = text.split_once("content-length: ").map_or(0, |(_, rest)| {
            rest.lines().next().unwrap_or_default().parse().unwrap()
        });
        let held = buffer.len() as u64 - head as u64 - 4;
        buffer.clear();
        skip(&mut stream, length - held).await?;
        let target = text.split(' ').nth(1)?;
        if target.starts_with("/export") {
            file(&mut stream, size).await?;
        } else if target.starts_with("/by-cursor") {
            page(&mut stream, target, size).await?;
        } else {
            stream
                .write_all(b"HTTP/1.1 201 X\r\ncontent-length: 0\r\n\r\n")
                .await
                .ok()?;
        }
    }
}

async fn skip(stream: &mut TcpStream, mut left: u64) -> Option<()> {
    let mut buffer = vec![0; 256 * 1024];
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).ok()?);
        let count = stream.read(&mut buffer[..most]).await.ok()?;
        if count == 0 {
            return None;
        }
        left -= count as u64;
    }
    Some(())
}

async fn file(stream: &mut TcpStream, size: u64) -> Option<()> {
    let head =
        format!("HTTP/1.1 200 X\r\ncontent-type: text/csv\r\ncontent-length: {size}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    let piece = vec![b'x'; 256 * 1024];
    let mut left = size;
    while left > 0 {
        let count = piece.len().min(usize::try_from(left).ok()?);
        stream.write_all(&piece[..count]).await.ok()?;
        left -= count as u64;
    }
    Some(())
}

async fn page(stream: &mut TcpStream, target: &str, size: u64) -> Option<()> {
    let after = target.split_once("after=").map_or("", |(_, rest)| rest);
    let start: u64 = after.split('&').next()?.parse().unwrap_or(0);
    let end = (start + 100).min(size);
    let mut body = String::from(r#"{"items":["#);
    for id in start..end {
        let comma = if id == start { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"id":{id},"name":"The thing number {id}","labels":{{"en_US":"A thing","de_DE":"Ein Ding","fr_FR":"Une chose"}},"enabled":true}}"#
        )
        .ok()?;
    }
    let next = if end == size {
        "null".to_owned()
    } else {
        format!("\"{end}\"")
    };
    write!(body, r#"],"meta":{{"next":{next}}}}}"#).ok()?;
    let head = format!(
        "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await.ok()
}
