//! Which address a request comes from: the socket's, unless that is a proxy's of our own.

use std::net::IpAddr;

use ferrite_base::StoreScope;
use ferrite_settings::Settings;
use hyper::HeaderMap;

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
    let trusted: Vec<IpAddr> = trusted.split(',').filter_map(address).collect();
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
