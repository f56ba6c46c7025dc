//! TLS with certificates always verified, and reasons that tell what is wrong with one.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
};

use crate::reason::{Failure, RootsError};
use crate::target::Host;

const SELF_SIGNED: &str = "self-signed certificate";

/// The certificate authorities that are trusted.
#[derive(Debug, Clone)]
pub struct Roots(RootCertStore);

impl Roots {
    /// Mozilla's list, as built in.
    #[must_use]
    pub fn builtin() -> Roots {
        Roots(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// Adds the certificates of a PEM file.
    ///
    /// # Errors
    /// When the text has no certificate or one that cannot be used.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Roots, RootsError> {
        let before = self.0.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| RootsError::Pem)?;
            self = self.with_der(certificate.as_ref())?;
        }
        if self.0.len() == before {
            Err(RootsError::Empty)
        } else {
            Ok(self)
        }
    }

    /// Adds one certificate.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn with_der(mut self, der: &[u8]) -> Result<Roots, RootsError> {
        self.0
            .add(CertificateDer::from(der.to_vec()))
            .map_err(|_| RootsError::Certificate)?;
        Ok(self)
    }
}

/// A configuration that depends on no default of the process.
pub(crate) fn configuration(roots: Roots) -> Result<Arc<ClientConfig>, RootsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let inner =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots.0), Arc::clone(&provider))
            .build()
            .map_err(|_| RootsError::Tls)?;
    let verifier = Verifier {
        inner,
        provider: Arc::clone(&provider),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|_| RootsError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

pub(crate) fn server_name(host: &Host) -> Result<ServerName<'static>, Failure> {
    match host {
        Host::Address(IpAddr::V4(ip)) => Ok(ServerName::IpAddress((*ip).into())),
        Host::Address(IpAddr::V6(ip)) => Ok(ServerName::IpAddress((*ip).into())),
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| Failure::TlsWrongName),
    }
}

/// The usual verification; it only says more precisely why it fails.
#[derive(Debug)]
struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// A certificate is self-signed when trusting just itself makes its issuer known.
    fn is_self_signed(&self, certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
        let mut alone = RootCertStore::empty();
        if alone.add(certificate.clone().into_owned()).is_err() {
            return false;
        }
        let Ok(parsed) = ParsedCertificate::try_from(certificate) else {
            return false;
        };
        let algorithms = self.provider.signature_verification_algorithms.all;
        !matches!(
            verify_server_cert_signed_by_trust_anchor(&parsed, &alone, &[], now, algorithms),
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer
            ))
        )
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.inner
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| match error {
                rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)
                    if self.is_self_signed(end_entity, now) =>
                {
                    rustls::Error::General(SELF_SIGNED.to_owned())
                }
                other => other,
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// What an error of the socket or of TLS on top of it means.
pub(crate) fn failure_of(error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return tls_failure(tls);
    }
    match error.kind() {
        Kind::TimedOut | Kind::WouldBlock => Failure::TimedOut,
        Kind::ConnectionRefused => Failure::ConnectionRefused,
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => {
            Failure::Unreachable
        }
        Kind::UnexpectedEof
        | Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe => Failure::Closed,
        Kind::FileTooLarge => Failure::TooLarge,
        _ => Failure::Other,
    }
}

pub(crate) fn tls_failure(error: &rustls::Error) -> Failure {
    use CertificateError as Cert;
    match error {
        rustls::Error::General(text) if text == SELF_SIGNED => Failure::TlsSelfSigned,
        rustls::Error::InvalidCertificate(reason) => match reason {
            Cert::Expired | Cert::ExpiredContext { .. } => Failure::TlsExpired,
            Cert::NotValidYet | Cert::NotValidYetContext { .. } => Failure::TlsNotYetValid,
            Cert::NotValidForName | Cert::NotValidForNameContext { .. } => Failure::TlsWrongName,
            Cert::UnknownIssuer => Failure::TlsUnknownRoot,
            // What the usual tools make when asked for a self-signed certificate is marked as an
            // authority, which no server's certificate may be.
            Cert::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                Failure::TlsSelfSigned
            }
            _ => Failure::TlsOther,
        },
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => Failure::TlsVersion,
        rustls::Error::InvalidMessage(_) => Failure::NotTls,
        _ => Failure::TlsOther,
    }
}
