//! The guarded client: check, connect, send, all within one deadline.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::address::{Policy, allowed, own_among};
use crate::reason::{Failure, Refusal, RootsError, Stop};
use crate::resolve::{LookupError, MAX_ANSWERS, Resolver};
use crate::target::{Host, Target, is_localhost};
use crate::tls::{Roots, configuration, failure_of, server_name};
use crate::wire::{Head, Request, Timed, exchange};

/// What Magento 2.4.7 calls itself.
pub const USER_AGENT: &str = r"Laminas\Http\Client";

/// No call lasts longer, whatever is configured.
const LONGEST: Duration = Duration::from_secs(300);

/// The bounds of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For the whole call: look-up, connection, TLS, answer.
    pub timeout: Duration,
    /// 0: none is followed. Otherwise only within the same origin.
    pub max_redirects: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            timeout: Duration::from_secs(5),
            max_redirects: 0,
        }
    }
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There was an answer; like in Magento, its status fails nothing.
    Answered {
        status: u16,
        note: Option<String>,
    },
    /// Nothing was sent.
    Refused(Refusal),
    Failed(Failure),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Answered {
                note: Some(note), ..
            } => f.write_str(note),
            Outcome::Answered { status, note: None } => write!(f, "answered {status}"),
            Outcome::Refused(reason) => write!(f, "refused: {reason}"),
            Outcome::Failed(reason) => write!(f, "failed: {reason}"),
        }
    }
}

/// Which addresses a call had to do with: for the log, not for the panel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// What the name led to.
    pub addresses: Vec<IpAddr>,
    /// What was connected to.
    pub peer: Option<SocketAddr>,
}

/// The client. It blocks: call it from a thread that may wait.
pub struct Client {
    resolver: Box<dyn Resolver>,
    policy: Box<dyn Fn() -> Policy + Send + Sync>,
    own: Vec<IpAddr>,
    tls: Arc<ClientConfig>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &(self.policy)())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// `policy` is asked at each call, so that a changed setting counts at once.
    ///
    /// # Errors
    /// When TLS cannot be set up with these roots.
    pub fn new(
        resolver: impl Resolver + 'static,
        policy: impl Fn() -> Policy + Send + Sync + 'static,
        roots: Roots,
    ) -> Result<Client, RootsError> {
        Ok(Client {
            resolver: Box::new(resolver),
            policy: Box::new(policy),
            own: Vec::new(),
            tls: configuration(roots)?,
        })
    }

    /// Further addresses that lead to this machine, such as its public one behind a translating
    /// router. Those of its interfaces are found without this.
    #[must_use]
    pub fn with_own_addresses(mut self, own: Vec<IpAddr>) -> Client {
        self.own = own;
        self
    }

    /// Posts a form. The fields are secret: they appear in no outcome.
    #[must_use]
    pub fn post_form(&self, url: &str, fields: &[(&str, &str)], limits: Limits) -> Outcome {
        self.post_form_traced(url, fields, limits).0
    }

    /// Like [`Client::post_form`], with what the log may tell.
    #[must_use]
    pub fn post_form_traced(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        limits: Limits,
    ) -> (Outcome, Trace) {
        let mut trace = Trace::default();
        let outcome = match self.run(url, fields, limits, &mut trace) {
            Ok(outcome) => outcome,
            Err(Stop::Refused(reason)) => Outcome::Refused(reason),
            Err(Stop::Failed(reason)) => Outcome::Failed(reason),
        };
        (outcome, trace)
    }

    fn run(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        limits: Limits,
        trace: &mut Trace,
    ) -> Result<Outcome, Stop> {
        let deadline = Instant::now() + limits.timeout.min(LONGEST);
        let policy = (self.policy)();
        let body = Zeroizing::new(
            form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish(),
        );
        let mut target = Target::parse(url, policy)?;
        let mut request = Request::Post(body.as_bytes());
        let mut followed = 0;
        loop {
            let head = self.call(&target, &request, policy, deadline, trace)?;
            let status = head.status;
            let end = |note: Option<String>| Ok(Outcome::Answered { status, note });
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return end(None);
            }
            if limits.max_redirects == 0 {
                return end(Some(format!(
                    "answered {status}, redirects are not followed"
                )));
            }
            if followed >= limits.max_redirects {
                return end(Some(format!(
                    "answered {status}, no more redirects are followed"
                )));
            }
            let Some(location) = head.location else {
                return end(Some(format!("answered {status} without a place to go to")));
            };
            let next = target.join(&location, policy)?;
            if !next.same_origin(&target) {
                return end(Some(format!(
                    "answered {status}, redirects to another origin are not followed"
                )));
            }
            if status < 307 {
                request = Request::Get;
            }
            target = next;
            followed += 1;
        }
    }

    /// One request, with the full check.
    fn call(
        &self,
        target: &Target,
        request: &Request<'_>,
        policy: Policy,
        deadline: Instant,
        trace: &mut Trace,
    ) -> Result<Head, Stop> {
        let addresses = self.addresses(target, policy, deadline, trace)?;
        let socket = connect(&addresses, target.port(), policy, deadline)?;
        trace.peer = socket.peer_addr().ok();
        // Small requests should not wait for more; not vital.
        let _ = socket.set_nodelay(true);
        let mut plain = Timed::new(socket, deadline);
        if !target.is_https() {
            return Ok(exchange(&mut plain, request, target, USER_AGENT)?);
        }
        let name = server_name(target.host())?;
        let mut session = ClientConnection::new(Arc::clone(&self.tls), name)
            .map_err(|error| crate::tls::tls_failure(&error))?;
        while session.is_handshaking() {
            session
                .complete_io(&mut plain)
                .map_err(|error| failure_of(&error))?;
        }
        let mut stream = StreamOwned::new(session, plain);
        Ok(exchange(&mut stream, request, target, USER_AGENT)?)
    }

    /// The addresses to connect to, each of them allowed.
    fn addresses(
        &self,
        target: &Target,
        policy: Policy,
        deadline: Instant,
        trace: &mut Trace,
    ) -> Result<Vec<IpAddr>, Stop> {
        let (mut addresses, refusal) = match target.host() {
            Host::Address(ip) => (vec![*ip], Refusal::NotPublic),
            // Never asked for outside; reaches this place only where local ones are open.
            Host::Name(name) if is_localhost(name) => (
                vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
                Refusal::NotPublic,
            ),
            Host::Name(name) => {
                // Local names often stand in a hosts file, which knows no absolute ones.
                let asked = if policy.allow_local {
                    name.clone()
                } else {
                    format!("{name}.")
                };
                let found =
                    self.resolver
                        .lookup(&asked, deadline)
                        .map_err(|error| match error {
                            LookupError::NotFound => Stop::Refused(Refusal::NameNotFound),
                            LookupError::TimedOut => Stop::Failed(Failure::TimedOut),
                            LookupError::Busy => Stop::Failed(Failure::Other),
                        })?;
                (found, Refusal::NameNotPublic)
            }
        };
        if addresses.is_empty() {
            return Err(Refusal::NameNotFound.into());
        }
        let many = addresses.len() > MAX_ANSWERS;
        addresses.truncate(MAX_ANSWERS);
        trace.addresses.clone_from(&addresses);
        let mut own = own_among(&addresses);
        own.extend_from_slice(&self.own);
        if many || !addresses.iter().all(|ip| allowed(*ip, policy, &own)) {
            return Err(refusal.into());
        }
        addresses.sort_unstable();
        addresses.dedup();
        Ok(addresses)
    }
}

/// Connects to the first address that answers, each having its share of the time.
fn connect(
    addresses: &[IpAddr],
    port: u16,
    policy: Policy,
    deadline: Instant,
) -> Result<TcpStream, Stop> {
    let mut last = Failure::Other;
    for (index, ip) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        if share.is_zero() {
            return Err(Failure::TimedOut.into());
        }
        match TcpStream::connect_timeout(&SocketAddr::new(*ip, port), share) {
            Ok(socket) => {
                let peer = socket.peer_addr().map_err(|error| failure_of(&error))?;
                let local = socket.local_addr().map_err(|error| failure_of(&error))?;
                // Where the system says that this was ourselves, the table was not complete.
                let own = if local.ip() == peer.ip() {
                    vec![peer.ip()]
                } else {
                    Vec::new()
                };
                if peer.ip() != *ip || !allowed(peer.ip(), policy, &own) {
                    return Err(Refusal::NotPublic.into());
                }
                return Ok(socket);
            }
            Err(error) => last = failure_of(&error),
        }
    }
    Err(last.into())
}
