//! Echo server on Tokio with a task per connection, as its documentation shows it: on the
//! current-thread runtime for one thread, on the work-stealing one for more.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};

const BACKLOG: u32 = 4096;

/// What tokio and the compiler are; set by the build.
const VERSION: &str = env!("PEER_VERSION");

struct Options {
    port: u16,
    threads: usize,
    buffer: usize,
}

fn main() -> io::Result<()> {
    let options = parse(std::env::args().skip(1)).unwrap_or_else(|problem| {
        eprintln!("tokio: {problem}");
        std::process::exit(2);
    });
    runtime(options.threads)?.block_on(async {
        // Accepting on a task of its own keeps it among the workers.
        tokio::spawn(serve(options)).await?
    })
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        port: 0,
        threads: 1,
        buffer: 4096,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} wants a value"))?;
        let number: usize = value
            .parse()
            .map_err(|_| format!("{name} wants a number, not {value}"))?;
        match name.as_str() {
            "--port" => options.port = number as u16,
            "--threads" => options.threads = number,
            "--buffer" => options.buffer = number,
            _ => return Err(format!("unknown argument {name}")),
        }
    }
    Ok(options)
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    if threads == 1 {
        Builder::new_current_thread().enable_io().build()
    } else {
        Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_io()
            .build()
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(BACKLOG)
}

async fn serve(options: Options) -> io::Result<()> {
    let listener = listen(options.port)?;
    println!(
        "listening on {} peer=tokio pid={} version=\"{VERSION}\"",
        listener.local_addr()?,
        std::process::id()
    );
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // A broken connection ends its own task and nothing else.
            let _ = echo(stream, options.buffer).await;
        });
    }
}

async fn echo(mut stream: TcpStream, size: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; size];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..length]).await?;
    }
}
