//! Certificates with something wrong, each with its own reason.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are not test functions to the lint"
)]

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ferrite_outbound::{
    Client, Failure, Limits, Outcome, Policy, Roots, RootsError, TableResolver,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

type Made = (CertificateDer<'static>, PrivateKeyDer<'static>);

struct Authority {
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let der = params.self_signed(&key).unwrap().der().clone();
        Authority {
            der,
            issuer: Issuer::new(params, key),
        }
    }

    fn issue(&self, name: &str, years: (i32, i32)) -> Made {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let der = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        (der, key_der(&key))
    }
}

fn key_der(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

fn self_signed(ca: bool) -> Made {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
    if ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    (
        params.self_signed(&key).unwrap().der().clone(),
        key_der(&key),
    )
}

fn serve_tls((certificate, key): Made) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    serve(move |stream| {
        let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = rustls::StreamOwned::new(session, stream);
        let mut request = [0; 4096];
        if stream.read(&mut request).is_ok_and(|count| count > 0) {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

fn serve(answer: impl Fn(std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer));
    port
}

fn post(roots: &Roots, host: &str, port: u16) -> Outcome {
    let resolver = TableResolver::new().with("shop.example", &[Ipv4Addr::LOCALHOST.into()]);
    let open = || Policy { allow_local: true };
    let client = Client::new(resolver, open, roots.clone()).unwrap();
    let limits = Limits {
        timeout: Duration::from_secs(2),
        max_redirects: 0,
    };
    client.post_form(&format!("https://{host}:{port}/"), &[("a", "b")], limits)
}

#[test]
fn c11_each_fault_has_its_reason() {
    let known = Authority::new("known authority");
    let unknown = Authority::new("unknown authority");
    let roots = Roots::builtin().with_der(&known.der).unwrap();
    let valid = (2020, 2090);
    let cases = [
        (self_signed(false), "shop.example", Failure::TlsSelfSigned),
        (self_signed(true), "shop.example", Failure::TlsSelfSigned),
        (
            known.issue("shop.example", (2001, 2002)),
            "shop.example",
            Failure::TlsExpired,
        ),
        (
            known.issue("shop.example", (2089, 2090)),
            "shop.example",
            Failure::TlsNotYetValid,
        ),
        (
            known.issue("other.example", valid),
            "shop.example",
            Failure::TlsWrongName,
        ),
        (
            known.issue("shop.example", valid),
            "127.0.0.1",
            Failure::TlsWrongName,
        ),
        (
            unknown.issue("shop.example", valid),
            "shop.example",
            Failure::TlsUnknownRoot,
        ),
    ];
    for (made, host, reason) in cases {
        assert_eq!(
            post(&roots, host, serve_tls(made)),
            Outcome::Failed(reason),
            "{host}"
        );
    }
    let good = Outcome::Answered {
        status: 200,
        note: None,
    };
    let port = serve_tls(known.issue("shop.example", valid));
    assert_eq!(post(&roots, "shop.example", port), good);
    assert_eq!(post(&roots, "SHOP.example.", port), good);
    let stranger = post(&Roots::builtin(), "shop.example", port);
    assert_eq!(stranger, Outcome::Failed(Failure::TlsUnknownRoot));
    let by_address: IpAddr = Ipv4Addr::LOCALHOST.into();
    let port = serve_tls(known.issue(&by_address.to_string(), valid));
    assert_eq!(post(&roots, "127.0.0.1", port), good);
}

#[test]
fn c11_no_tls_or_an_old_one() {
    let roots = Roots::builtin();
    let plain = serve(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    assert_eq!(
        post(&roots, "shop.example", plain),
        Outcome::Failed(Failure::NotTls)
    );
    // What a server that knows TLS 1.1 only says to a client that wants more.
    let old = serve(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&[21, 3, 2, 0, 2, 2, 70]);
    });
    assert_eq!(
        post(&roots, "shop.example", old),
        Outcome::Failed(Failure::TlsVersion)
    );
}

#[test]
fn a_bad_authority_file_is_refused() {
    assert_eq!(
        Roots::builtin().with_pem(b"nothing").unwrap_err(),
        RootsError::Empty
    );
    let bad = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(
        Roots::builtin().with_pem(bad).unwrap_err(),
        RootsError::Certificate
    );
}
