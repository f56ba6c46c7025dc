//! One load: some connections on one client thread, each sending its next request once it has the
//! answer to the last.

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use ferrite_testkit::{Credentials, Random, Signer};
use tokio::net::TcpStream;

use crate::process::Served;
use crate::report::Figures;

/// What goes before the measured time, so that all connections are at work.
const WARM_UP: Duration = Duration::from_millis(300);

/// What the connections send, and how long.
#[derive(Clone)]
pub struct Load {
    pub connections: usize,
    pub seconds: f64,
    pub request: Request,
}

/// A request that is sent again and again.
#[derive(Clone)]
pub enum Request {
    Get(String),
    /// To a path, a body that is made of a number: another one for each request.
    Post(String, fn(u64) -> String),
}

impl Request {
    fn signed(&self, signer: &mut Signer, random: &mut Random) -> Result<Vec<u8>> {
        match self {
            Self::Get(path) => signer.get(path),
            Self::Post(path, body) => signer.post(path, &body(random.number())),
        }
    }
}

/// Runs the load; the figures of the server behind the port.
pub fn run(
    load: &Load,
    credentials: &Credentials,
    port: u16,
    served: &Served,
    mut random: Random,
) -> Result<Figures> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let begin = Instant::now() + WARM_UP;
        let end = begin + Duration::from_secs_f64(load.seconds);
        let mut running = Vec::new();
        for _ in 0..load.connections {
            let host = format!("127.0.0.1:{port}");
            let sender = Sender {
                signer: Signer::new(credentials.clone(), host, random.split()),
                random: random.split(),
                request: load.request.clone(),
            };
            running.push(tokio::spawn(connection(port, sender, begin, end)));
        }
        tokio::time::sleep_until(begin.into()).await;
        let before = served.cpu()?;
        tokio::time::sleep_until(end.into()).await;
        let cpu = served.cpu()? - before;
        let mut requests = 0;
        for one in running {
            requests += one.await??;
        }
        ensure!(requests > 0, "no request was answered");
        let requests = f64::from(requests);
        Ok(Figures {
            cpu_micros: cpu * 1e6 / requests,
            per_second: requests / load.seconds,
        })
    })
}

/// What one connection sends with.
struct Sender {
    signer: Signer,
    random: Random,
    request: Request,
}

/// Sends until the end; the number of answers between begin and end.
async fn connection(port: u16, mut sender: Sender, begin: Instant, end: Instant) -> Result<u32> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let mut received = Vec::with_capacity(16 * 1024);
    let mut count = 0;
    loop {
        let Sender {
            signer,
            random,
            request,
        } = &mut sender;
        send(&stream, &request.signed(signer, random)?).await?;
        received.clear();
        let status = answer(&stream, &mut received).await?;
        ensure!(status == 200, "a request is answered {status}");
        let now = Instant::now();
        if now >= end {
            return Ok(count);
        }
        if now >= begin {
            count += 1;
        }
    }
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Reads one answer whole; its status.
async fn answer(stream: &TcpStream, received: &mut Vec<u8>) -> Result<u16> {
    let mut piece = [0; 8 * 1024];
    let mut whole = None;
    loop {
        if whole.is_none()
            && let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = std::str::from_utf8(&received[..end])?;
            whole = Some(end + 4 + length(head)?);
        }
        if whole.is_some_and(|whole| received.len() >= whole) {
            let status = received.get(9..12).context("no status")?;
            return Ok(std::str::from_utf8(status)?.parse()?);
        }
        stream.readable().await?;
        match stream.try_read(&mut piece) {
            Ok(0) => bail!("the server has closed the connection"),
            Ok(count) => received.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn length(head: &str) -> Result<usize> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = found.context("no content-length")?;
    Ok(length.trim().parse()?)
}
