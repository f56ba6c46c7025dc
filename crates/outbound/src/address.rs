//! Which addresses may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

/// What the administrator allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Opens loopback, private and own addresses, single-label names and all ports.
    pub allow_local: bool,
}

type Net4 = (Ipv4Addr, u32);
type Net6 = (Ipv6Addr, u32);

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u32) -> Net4 {
    (Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, bits: u32) -> Net6 {
    (Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// Refused whatever the policy says.
const NEVER_V4: &[Net4] = &[
    v4(0, 0, 0, 0, 8),
    v4(100, 100, 100, 200, 32), // a cloud's metadata service, inside 100.64.0.0/10
    v4(168, 63, 129, 16, 32),   // a cloud's host service, in a public range
    v4(169, 254, 0, 0, 16),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Opened by [`Policy::allow_local`].
const LOCAL_V4: &[Net4] = &[
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
];

/// Refused unless it is one of our own addresses and local ones are open.
const SPECIAL_V4: &[Net4] = &[
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
];

const NEVER_V6: &[Net6] = &[
    (Ipv6Addr::UNSPECIFIED, 128),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128),
    v6(0xfe80, 0, 10),
    v6(0xff00, 0, 8),
];

const LOCAL_V6: &[Net6] = &[(Ipv6Addr::LOCALHOST, 128), v6(0xfc00, 0, 7)];

/// The only part of IPv6 given out for the public.
const GLOBAL_V6: Net6 = v6(0x2000, 0, 3);

/// Inside [`GLOBAL_V6`]: protocol assignments with Teredo, documentation, 6to4, documentation.
const SPECIAL_V6: &[Net6] = &[
    v6(0x2001, 0, 23),
    v6(0x2001, 0xdb8, 32),
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

fn in4(ip: Ipv4Addr, nets: &[Net4]) -> bool {
    nets.iter()
        .any(|(net, bits)| (ip.to_bits() ^ net.to_bits()) >> (32 - bits) == 0)
}

fn in6(ip: Ipv6Addr, nets: &[Net6]) -> bool {
    nets.iter()
        .any(|(net, bits)| (ip.to_bits() ^ net.to_bits()) >> (128 - bits) == 0)
}

/// Whether `ip` may be called. `own` holds the addresses of this machine, as far as known.
#[must_use]
pub fn allowed(ip: IpAddr, policy: Policy, own: &[IpAddr]) -> bool {
    let (never, local, public) = match ip {
        IpAddr::V4(ip) => (in4(ip, NEVER_V4), in4(ip, LOCAL_V4), !in4(ip, SPECIAL_V4)),
        IpAddr::V6(ip) => (
            in6(ip, NEVER_V6),
            in6(ip, LOCAL_V6),
            in6(ip, &[GLOBAL_V6]) && !in6(ip, SPECIAL_V6),
        ),
    };
    if never {
        false
    } else if local || own.contains(&ip) {
        policy.allow_local
    } else {
        public
    }
}

/// Those of `candidates` that are addresses of this machine. Connecting a datagram socket sends
/// nothing, but makes the system choose the source address: for an own address, that one itself.
#[must_use]
pub fn own_among(candidates: &[IpAddr]) -> Vec<IpAddr> {
    let is_own = |ip: &IpAddr| {
        let any: IpAddr = match ip {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        UdpSocket::bind((any, 0))
            .and_then(|socket| socket.connect((*ip, 9)).and_then(|()| socket.local_addr()))
            .is_ok_and(|source| source.ip() == *ip)
    };
    candidates.iter().copied().filter(is_own).collect()
}
