//! The tables of what is refused and what passes, as the security reference lists them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::IpAddr;
use std::time::Duration;

use ferrite_outbound::{
    Client, Failure, Host, Limits, LookupError, Outcome, Policy, Refusal, Resolver, Roots,
    SystemResolver, TableResolver, Target, allowed, validate_url,
};
use proptest::prelude::*;

const CLOSED: Policy = Policy { allow_local: false };
const OPEN: Policy = Policy { allow_local: true };

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn parsed_host(url: &str) -> String {
    url::Url::parse(url).unwrap().host_str().unwrap().to_owned()
}

fn client(resolver: TableResolver, policy: Policy) -> (Client, std::sync::Arc<TableResolver>) {
    let resolver = std::sync::Arc::new(resolver);
    let client = Client::new(
        std::sync::Arc::clone(&resolver),
        move || policy,
        Roots::builtin(),
    )
    .unwrap();
    (client, resolver)
}

fn limits() -> Limits {
    Limits {
        timeout: Duration::from_millis(500),
        max_redirects: 0,
    }
}

#[test]
fn c1_every_form_of_loopback_is_refused() {
    let hosts = [
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
    ];
    let whole = [
        "http:127.0.0.1/",
        "http:////127.0.0.1/",
        r"http:\\127.0.0.1/",
        " http://127.0.0.1",
        "ht\ntp://127.0.0.1/",
    ];
    let urls = hosts.iter().map(|host| format!("http://{host}/"));
    for url in urls.chain(whole.iter().map(|url| (*url).to_owned())) {
        assert_eq!(parsed_host(&url), "127.0.0.1", "{url}");
        assert_eq!(
            Target::parse(&url, CLOSED),
            Err(Refusal::NotPublic),
            "{url}"
        );
        let host = Target::parse(&url, OPEN).unwrap().host().clone();
        assert_eq!(host, Host::Address(ip("127.0.0.1")), "{url}");
    }
}

#[test]
fn c2_some_addresses_are_refused_whatever_the_setting() {
    let hosts = [
        "0",
        "0x0",
        "0x",
        "0.0.0.0",
        "[::]",
        "2852039166",
        "0xa9fea9fe",
        "169.254.43518",
        "0251.0376.0251.0376",
        "168.63.129.16",
        "100.100.100.200",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
    ];
    for host in hosts {
        for policy in [CLOSED, OPEN] {
            let url = format!("http://{host}/");
            assert_eq!(
                Target::parse(&url, policy),
                Err(Refusal::NotPublic),
                "{host} {policy:?}"
            );
        }
    }
    for url in [
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://169.254.43518/",
    ] {
        assert_eq!(parsed_host(url), "169.254.169.254");
    }
}

#[test]
fn c3_private_and_special_ranges_are_refused() {
    let hosts = [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1",
        "0300.0250.0.1",
        "100.64.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
    ];
    for host in hosts {
        let url = format!("http://{host}/");
        assert_eq!(
            Target::parse(&url, CLOSED),
            Err(Refusal::NotPublic),
            "{host}"
        );
    }
}

#[test]
fn c4_ipv6_outside_the_public_range_is_refused() {
    let hosts = [
        "::1",
        "0:0:0:0:0:0:0:1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:0:7f00:1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
    ];
    for host in hosts {
        let url = format!("http://[{host}]/");
        assert_eq!(
            Target::parse(&url, CLOSED),
            Err(Refusal::NotPublic),
            "{host}"
        );
        assert!(!allowed(ip(host), CLOSED, &[]), "{host}");
    }
    for url in ["http://[fe80::1%25lo]/", "http://[fe80::1%lo]/"] {
        assert_eq!(Target::parse(url, OPEN), Err(Refusal::InvalidUrl), "{url}");
    }
}

#[test]
fn c5_local_names_are_refused_without_asking() {
    for host in [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "a.localhost",
        "intranet",
    ] {
        let url = format!("http://{host}/");
        assert_eq!(
            Target::parse(&url, CLOSED),
            Err(Refusal::NotPublic),
            "{host}"
        );
        assert!(Target::parse(&url, OPEN).is_ok(), "{host}");
        let (client, resolver) = client(TableResolver::new().with("x", &[]), CLOSED);
        let outcome = client.post_form(&url, &[], limits());
        assert_eq!(outcome, Outcome::Refused(Refusal::NotPublic));
        assert!(resolver.asked().is_empty());
    }
}

#[test]
fn c5_every_answer_must_be_public() {
    let many: Vec<IpAddr> = (0..300u32)
        .map(|n| IpAddr::V4((0x0b00_0000 + n).into()))
        .collect();
    let table = [
        ("metadata.google.internal", vec![ip("169.254.169.254")]),
        ("kubernetes.default.svc", vec![ip("10.96.0.1")]),
        ("127.0.0.1.nip.io", vec![ip("127.0.0.1")]),
        ("mixed.example", vec![ip("8.8.8.8"), ip("10.0.0.1")]),
        (
            "mapped.example",
            vec![ip("8.8.8.8"), ip("::ffff:169.254.169.254")],
        ),
        ("cname.example", vec![ip("192.168.0.7")]),
        ("many.example", many),
    ];
    for (name, answers) in table {
        let (client, resolver) = client(TableResolver::new().with(name, &answers), CLOSED);
        let url = format!("http://{name}./path");
        let (outcome, trace) = client.post_form_traced(&url, &[], limits());
        assert_eq!(outcome, Outcome::Refused(Refusal::NameNotPublic), "{name}");
        assert_eq!(resolver.asked(), [format!("{name}.")]);
        assert!(trace.peer.is_none());
        assert_eq!(trace.addresses[0], answers[0]);
        let (missing, _) = self::client(TableResolver::new(), CLOSED);
        let missing = missing.post_form(&url, &[], limits());
        assert_eq!(missing, Outcome::Refused(Refusal::NameNotFound));
        assert_eq!(missing.to_string(), outcome.to_string());
        let shown = format!("{outcome} {outcome:?}");
        assert!(!shown.contains(&answers[0].to_string()), "{shown}");
    }
    assert_ne!(
        Refusal::NameNotPublic.log_text(),
        Refusal::NameNotFound.log_text()
    );
}

#[test]
fn c6_what_parsers_read_differently() {
    let refused = [
        ("http://good.example@127.0.0.1/", Refusal::UserInfo),
        ("http://good.example:80@127.0.0.1:9/", Refusal::UserInfo),
        ("http://127.0.0.1#@good.example/", Refusal::NotPublic),
        ("http://good.example／@127.0.0.1/", Refusal::UserInfo),
        ("http://127.0.0.1%0d%0aX:1/", Refusal::InvalidUrl),
        ("http://127.0.0.1%00.good.example/", Refusal::InvalidUrl),
        ("http://good.example:0/", Refusal::Port),
        ("http://good.example:22/", Refusal::Port),
        ("http://good.example:25/", Refusal::Port),
        ("http://good.example:99999/", Refusal::InvalidUrl),
        ("http://a..example/", Refusal::InvalidUrl),
        ("http://good.example../", Refusal::InvalidUrl),
    ];
    for (url, reason) in refused {
        assert_eq!(Target::parse(url, CLOSED), Err(reason), "{url}");
    }
    let target = Target::parse(r"http://good.example\@127.0.0.1/", CLOSED).unwrap();
    assert_eq!(target.host(), &Host::Name("good.example".to_owned()));
    assert_eq!(target.path_and_query(), "/@127.0.0.1/");
    assert_eq!(
        Target::parse("http://good.example:0/", OPEN),
        Err(Refusal::Port)
    );
    assert!(Target::parse("http://good.example:22/", OPEN).is_ok());
    for port in [80, 443, 1024, 65535] {
        let url = format!("http://good.example:{port}/");
        assert_eq!(Target::parse(&url, CLOSED).unwrap().port(), port);
    }
}

#[test]
fn c7_other_schemes_are_refused_in_forms_and_calls() {
    let long = format!("http://good.example/{}", "a".repeat(5000));
    let urls = [
        "ftp:",
        "ftp://good.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "javascript:",
        "javascript:alert(1)",
        "data:",
        "data:text/html,x",
        "ws:",
        "ws://good.example/",
        "//127.0.0.1/",
        "http://",
        "",
        "good.example",
        &long,
    ];
    for url in urls {
        assert!(!validate_url(url), "{url}");
        assert!(Target::parse(url, OPEN).is_err(), "{url}");
    }
}

#[test]
fn c8_public_neighbours_pass() {
    let pass = [
        "172.32.0.1",
        "172.15.255.255",
        "100.128.0.1",
        "11.0.0.1",
        "128.0.0.1",
        "168.63.129.15",
        "[2606:4700::1]",
        "[2001:200::1]",
        "[3ffe::1]",
    ];
    for host in pass {
        let url = format!("https://{host}/");
        let target = Target::parse(&url, CLOSED).unwrap();
        assert_eq!(target.authority(), host);
    }
    // The first letter is Cyrillic.
    let target = Target::parse("http://\u{430}pple.com", CLOSED).unwrap();
    assert_eq!(target.host_text(), "xn--pple-43d.com");
    assert!(!target.is_https());
}

#[test]
fn i1_form_urls() {
    let bad = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " data:text/html,x",
        "vbscript:x",
        "//evil",
        "/x",
        "ftp://x",
        "https://u:p@x/",
        "https://@x/",
        "https://x/\r\nX: 1",
        "https://x/\0",
        "http:x",
        "http:///x",
        r"http:\\x",
        r"http://x\@y/",
        "https://x y/",
        "https://x:0/",
        "https://x:99999/",
        "https://[fe80::1%25lo]/",
    ];
    for url in bad {
        assert!(!validate_url(url), "{url:?}");
    }
    let good = [
        "http://localhost/",
        "https://shop.example",
        "HTTPS://Shop.Example:8443/a?b=c#d",
        "https://x/\"><script>",
        "http://127.0.0.1:8080/cb",
        "https://[::1]/",
        "http://bücher.example",
        "https://x/a@b",
        "https://x?a@b",
    ];
    for url in good {
        assert!(validate_url(url), "{url:?}");
    }
}

#[test]
fn own_addresses_count_as_local() {
    let own = [ip("11.0.0.1"), ip("198.18.0.1"), ip("169.254.0.9")];
    assert!(!allowed(ip("11.0.0.1"), CLOSED, &own));
    assert!(allowed(ip("11.0.0.1"), OPEN, &own));
    assert!(allowed(ip("198.18.0.1"), OPEN, &own));
    assert!(!allowed(ip("198.18.0.1"), OPEN, &[]));
    assert!(!allowed(ip("169.254.0.9"), OPEN, &own));
    let found = ferrite_outbound::address::own_among(&[ip("127.0.0.1"), ip("11.0.0.1")]);
    assert_eq!(found, [ip("127.0.0.1")]);
    let client = client(TableResolver::new(), CLOSED)
        .0
        .with_own_addresses(own.to_vec());
    let outcome = client.post_form("http://11.0.0.1/", &[], limits());
    assert_eq!(outcome, Outcome::Refused(Refusal::NotPublic));
}

#[test]
fn a_look_up_is_part_of_the_deadline() {
    let resolver = TableResolver::new().with("slow.example", &[ip("127.0.0.1")]);
    let (client, _) = client(resolver.delayed(Duration::from_secs(60)), OPEN);
    let begun = std::time::Instant::now();
    let limits = Limits {
        timeout: Duration::from_millis(200),
        max_redirects: 0,
    };
    let outcome = client.post_form("http://slow.example/", &[], limits);
    assert_eq!(outcome, Outcome::Failed(Failure::TimedOut));
    assert!(begun.elapsed() < Duration::from_secs(2));
    let past = std::time::Instant::now();
    let late = SystemResolver::default().lookup("nothing.invalid.", past);
    assert!(matches!(
        late,
        Err(LookupError::TimedOut | LookupError::NotFound)
    ));
}

proptest! {
    #[test]
    fn opening_local_ones_closes_nothing(v4: u32, v6: u128) {
        for ip in [IpAddr::V4(v4.into()), IpAddr::V6(v6.into())] {
            prop_assert!(!allowed(ip, CLOSED, &[]) || allowed(ip, OPEN, &[]));
            prop_assert!(!allowed(ip, CLOSED, &[ip]));
        }
        let mapped = std::net::Ipv4Addr::from(v4).to_ipv6_mapped();
        prop_assert!(!allowed(mapped.into(), OPEN, &[]));
    }

    #[test]
    fn parsing_never_panics_and_sends_no_line_ends(text in ".{0,60}", path in ".{0,40}") {
        let _ = validate_url(&text);
        let _ = Target::parse(&text, OPEN);
        if let Ok(target) = Target::parse(&format!("http://x.example/{path}"), OPEN) {
            prop_assert!(target.path_and_query().bytes().all(|b| b > b' ' && b < 0x7f));
        }
    }
}
