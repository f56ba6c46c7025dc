//! Where a call goes: a URL taken apart once, by the parser whose result is also what is sent.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use crate::address::{Policy, allowed};
use crate::reason::Refusal;

/// Longest URL that is called or accepted in a form.
pub const MAX_URL: usize = 2048;

/// The host of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Address(IpAddr),
    /// In ASCII (IDNA), lower case, without a trailing dot.
    Name(String),
}

/// A URL that may be called, as far as that can be said without looking up its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    host: Host,
    port: u16,
}

impl Target {
    /// # Errors
    /// When the URL is not one that Ferrite calls under this policy.
    pub fn parse(text: &str, policy: Policy) -> Result<Target, Refusal> {
        if text.len() > MAX_URL {
            return Err(Refusal::TooLong);
        }
        let url = Url::parse(text).map_err(|_| Refusal::InvalidUrl)?;
        Target::from_url(url, policy)
    }

    fn from_url(url: Url, policy: Policy) -> Result<Target, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let port = url.port_or_known_default().ok_or(Refusal::Port)?;
        let usual = matches!(port, 80 | 443 | 1024..);
        if port == 0 || !(usual || policy.allow_local) {
            return Err(Refusal::Port);
        }
        let host = match url.host().ok_or(Refusal::InvalidUrl)? {
            url::Host::Ipv4(ip) => Host::Address(ip.into()),
            url::Host::Ipv6(ip) => Host::Address(ip.into()),
            url::Host::Domain(name) => Host::Name(checked_name(name)?),
        };
        let open = match &host {
            Host::Address(ip) => allowed(*ip, policy, &[]),
            Host::Name(name) => policy.allow_local || !is_local_name(name),
        };
        if open {
            Ok(Target { url, host, port })
        } else {
            Err(Refusal::NotPublic)
        }
    }

    /// The target of a redirect.
    pub(crate) fn join(&self, location: &str, policy: Policy) -> Result<Target, Refusal> {
        if location.len() > MAX_URL {
            return Err(Refusal::TooLong);
        }
        let url = self.url.join(location).map_err(|_| Refusal::InvalidUrl)?;
        Target::from_url(url, policy)
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host as it is to be shown: ASCII, so that look-alike letters stand out.
    #[must_use]
    pub fn host_text(&self) -> String {
        match &self.host {
            Host::Address(IpAddr::V6(ip)) => format!("[{ip}]"),
            Host::Address(IpAddr::V4(ip)) => ip.to_string(),
            Host::Name(name) => name.clone(),
        }
    }

    /// The value of the `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.url.port() {
            Some(port) => format!("{}:{port}", self.host_text()),
            None => self.host_text(),
        }
    }

    /// Path and query, as in the request line.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// Same scheme, host and port.
    #[must_use]
    pub fn same_origin(&self, other: &Target) -> bool {
        self.is_https() == other.is_https() && self.host == other.host && self.port == other.port
    }
}

/// The query of a callback URL may hold a secret of the third party, so only the origin is shown.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Target({}://{}:{})",
            self.url.scheme(),
            self.host_text(),
            self.port
        )
    }
}

/// Cuts one trailing dot and holds the name to what DNS can carry.
fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let good_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    if name.len() <= 253 && name.split('.').all(good_label) {
        Ok(name.to_owned())
    } else {
        Err(Refusal::InvalidUrl)
    }
}

/// Names that mean this machine or its network, without asking anybody.
fn is_local_name(name: &str) -> bool {
    !name.contains('.') || is_localhost(name)
}

pub(crate) fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a form accepts `text` as a callback or identity link URL: an absolute http or https
/// URL with a host, without user info and control characters. It may still be refused when it
/// is called.
#[must_use]
pub fn validate_url(text: &str) -> bool {
    if text.len() > MAX_URL || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return false;
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    // Browsers read a backslash as a slash, others do not: no host that depends on the reader.
    let authority_ends = rest.find(['/', '?', '#', '\\']);
    if authority_ends == Some(0) || authority_ends.is_some_and(|at| rest[at..].starts_with('\\')) {
        return false;
    }
    Url::parse(text).is_ok_and(|url| {
        let named = match url.host() {
            Some(url::Host::Domain(name)) => checked_name(name).is_ok(),
            other => other.is_some(),
        };
        named && url.username().is_empty() && url.password().is_none() && url.port() != Some(0)
    }) && !rest[..authority_ends.unwrap_or(rest.len())].contains('@')
}
