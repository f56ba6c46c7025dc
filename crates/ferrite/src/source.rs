//! Which address a request comes from: the socket's, unless that is a proxy's of our own; and whether
//! TLS ended at such a proxy.

use std::net::IpAddr;

use ferrite_base::StoreScope;
use ferrite_settings::Settings;
use hyper::HeaderMap;
use hyper::header::HeaderValue;

/// The setting that names the proxies, with commas between.
const TRUSTED: &str = "web/proxies/trusted_proxies";

/// The address of who sends a request.
pub fn of(peer: IpAddr, headers: &HeaderMap, settings: &Settings) -> IpAddr {
    behind(peer, headers, &settings.text(TRUSTED, &StoreScope::admin()))
}

/// The socket's address. Where it is a trusted proxy's: the last address of `X-Forwarded-For` that
/// is none, since whatever stands further to the left was written by somebody whom we do not know.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &str) -> IpAddr {
    let peer = peer.to_canonical();
    let trusted: Vec<IpAddr> = proxies(trusted).collect();
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter();
    let text: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let mut source = peer;
    for hop in text.join(",").rsplit(',') {
        let Some(address) = address(hop) else {
            break;
        };
        source = address;
        if !trusted.contains(&address) {
            break;
        }
    }
    source
}

/// The scheme under which a request was sent: `https` where a proxy of our own says so.
pub fn scheme(peer: IpAddr, headers: &HeaderMap, settings: &Settings) -> &'static str {
    let is_said = headers.get("x-forwarded-proto").is_some_and(is_https);
    let trusts = || is_trusted(peer, &settings.text(TRUSTED, &StoreScope::admin()));
    if is_said && trusts() { "https" } else { "http" }
}

fn is_https(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes().trim_ascii();
    bytes.eq_ignore_ascii_case(b"https")
}

fn is_trusted(peer: IpAddr, trusted: &str) -> bool {
    let peer = peer.to_canonical();
    proxies(trusted).any(|proxy| proxy == peer)
}

fn proxies(trusted: &str) -> impl Iterator<Item = IpAddr> {
    trusted.split(',').filter_map(address)
}

fn address(text: &str) -> Option<IpAddr> {
    let address: Option<IpAddr> = text.trim().parse().ok();
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        behind(peer.parse().unwrap(), &headers, trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let forged = ["192.0.2.1"];
        assert_eq!(seen("198.51.100.9", &forged, ""), "198.51.100.9");
        assert_eq!(seen("198.51.100.9", &forged, "10.0.0.1"), "198.51.100.9");
        assert_eq!(seen("10.0.0.1", &forged, "10.0.0.1"), "192.0.2.1");
        assert_eq!(seen("::ffff:10.0.0.1", &forged, "10.0.0.1"), "192.0.2.1");
    }

    #[test]
    fn where_tls_ended_is_for_a_trusted_proxy_to_say() {
        let trusts = |peer: &str| is_trusted(peer.parse().unwrap(), "10.0.0.1, 10.0.0.2");
        assert!(trusts("10.0.0.2") && trusts("::ffff:10.0.0.1"));
        assert!(!trusts("198.51.100.9"));
        for (value, is_it) in [(" HTTPS", true), ("http", false), ("https, http", false)] {
            assert_eq!(is_https(&HeaderValue::from_static(value)), is_it, "{value}");
        }
    }

    #[test]
    fn the_last_hop_that_is_not_ours_counts() {
        let trusted = "10.0.0.1, 10.0.0.2";
        let hops = ["203.0.113.5, 192.0.2.1, 10.0.0.2"];
        assert_eq!(seen("10.0.0.1", &hops, trusted), "192.0.2.1");
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.5", "192.0.2.1"], trusted),
            "192.0.2.1"
        );
        assert_eq!(seen("10.0.0.1", &["192.0.2.1, junk"], trusted), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], trusted), "10.0.0.1");
    }
}
