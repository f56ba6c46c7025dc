//! The listening socket and its end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ferrite_base::{Clock, Randomness};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::book::FileError;
use crate::web;

/// How long requests that are being answered may go on after the end was asked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What Acme ERP is started with.
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file that keeps accounts and connections, if any.
    pub data: Option<PathBuf>,
    /// The flag that the message about a busy port names.
    pub listen_flag: &'static str,
    /// How long a store may take to answer.
    pub store_timeout: Duration,
    /// The time.
    pub clock: Clock,
    /// Where keys come from.
    pub randomness: Randomness,
}

impl Options {
    /// Everything in memory, by the system's clock.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            data: None,
            listen_flag: "--listen",
            store_timeout: Duration::from_secs(10),
            clock: Clock::system(),
            randomness: Randomness::system(),
        }
    }
}

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken.
    #[error(
        "{address} is in use by another program. Choose another address with {flag}, for example \
         {flag} {host}:{next}.",
        host = address.ip(),
        next = address.port().checked_add(1).unwrap_or(8091)
    )]
    Busy {
        /// The address that was asked for.
        address: SocketAddr,
        /// The flag that changes it.
        flag: &'static str,
    },
    /// The address cannot be listened on.
    #[error("Acme ERP cannot listen on {address}: {error}. Choose another address with {flag}.")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// The flag that changes it.
        flag: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Serving failed.
    #[error("Acme ERP stopped: {0}")]
    Serve(io::Error),
}

/// Acme ERP on its port, not serving yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

impl Server {
    /// Takes the port and reads the file.
    pub async fn bind(options: Options) -> Result<Self, StartError> {
        let (address, flag) = (options.listen, options.listen_flag);
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::Busy { address, flag },
            _ => StartError::Listen {
                address,
                flag,
                error,
            },
        };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(StartError::Serve)?;
        let app = Arc::new(App::new(options, address)?);
        Ok(Self {
            listener,
            address,
            app,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; then no connection is taken any more, and what is being
    /// answered has five seconds to end.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let (told, mut ending) = watch::channel(false);
        let signal = async move {
            stop.await;
            told.send_replace(true);
        };
        let serving =
            axum::serve(self.listener, web::router(self.app)).with_graceful_shutdown(signal);
        let overdue = async move {
            // An error says that the signal's task is gone: then serving has ended too.
            if ending.wait_for(|told| *told).await.is_ok() {
                tokio::time::sleep(PATIENCE).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            ended = serving => ended.map_err(StartError::Serve),
            () = overdue => Ok(()),
        }
    }
}
