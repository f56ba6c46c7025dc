//! Comparing a signature with what it should be, in constant time.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ferrite_base::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::base_string::Reading;
use crate::{Form, Problem, Protocol, Request, Scheme, encode, legacy};

/// At most six base strings are tried for one request.
const MOST_SCHEMES: usize = 3;

/// A signature method that can be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// HMAC-SHA256, the only one of Magento 2.4.4 and later.
    HmacSha256,
    /// HMAC-SHA1 (RFC 5849 §3.4.2), for older clients.
    HmacSha1,
}

/// A prepared key: `enc(consumer secret)&enc(token secret)`.
#[derive(Clone)]
pub struct SigningKey {
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// Prepares a key; the token's secret is empty before there is a token.
    pub fn new(consumer_secret: &Secret, token_secret: &Secret) -> Option<Self> {
        let parts = [consumer_secret, token_secret].map(|part| encode(part.reveal().as_bytes()));
        let key = Secret::new(parts.join("&"));
        let bytes = key.reveal().as_bytes();
        let sha256 = Hmac::new_from_slice(bytes).ok()?;
        let sha1 = Hmac::new_from_slice(bytes).ok()?;
        Some(Self { sha256, sha1 })
    }

    /// The signature of a base string, in base64.
    pub fn sign(&self, method: Method, text: &str) -> String {
        match method {
            Method::HmacSha256 => {
                let mut mac = self.sha256.clone();
                mac.update(text.as_bytes());
                BASE64.encode(mac.finalize().into_bytes())
            }
            Method::HmacSha1 => {
                let mut mac = self.sha1.clone();
                mac.update(text.as_bytes());
                BASE64.encode(mac.finalize().into_bytes())
            }
        }
    }
}

/// What a right signature was made over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose reading it was.
    pub form: Form,
    /// The scheme that was signed.
    pub scheme: Scheme,
    /// Names in query and body that 2.4.7's reading leaves unsigned since they look like protocol
    /// parameters. Anybody may have added them on the way: no handler may see them
    /// ([`Verified::signed_query`]).
    pub hidden: Vec<String>,
    /// The path that was signed, where it is not the raw one. The request must be refused with
    /// [`Problem::Signature`] where this one leads to another route than the raw one.
    pub path: Option<String>,
}

impl Verified {
    fn new(request: &Request<'_>, form: Form, scheme: Scheme, path: &str) -> Self {
        let mut hidden = Vec::new();
        if form == Form::Magento247 {
            let query = request.query.into_iter().flat_map(|text| text.split('&'));
            let body = request.form.into_iter().flat_map(|text| text.split('&'));
            let names = query.filter_map(legacy::hidden_in_query);
            hidden.extend(names.chain(body.filter_map(legacy::hidden_in_form)));
        }
        let path = (path != request.path).then(|| path.to_owned());
        Self {
            form,
            scheme,
            hidden,
            path,
        }
    }

    /// The raw query without the pairs whose names are hidden.
    pub fn signed_query<'a>(&self, query: &'a str) -> Cow<'a, str> {
        if self.form == Form::Rfc5849 || self.hidden.is_empty() {
            return Cow::Borrowed(query);
        }
        let pairs = query.split('&');
        let kept = pairs.filter(|pair| legacy::hidden_in_query(pair).is_none());
        Cow::Owned(kept.collect::<Vec<_>>().join("&"))
    }
}

/// What the signature was made over, by RFC 5849 or, where `legacy` allows it, by 2.4.7; refused
/// where it is neither. The base64 text is compared whole, so that no other spelling of the same
/// bytes passes.
pub fn verify(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    key: &SigningKey,
    method: Method,
    legacy: bool,
) -> Result<Verified, Problem> {
    request.check_size(protocol)?;
    let given = protocol.get("oauth_signature").unwrap_or_default();
    let forms = [Form::Rfc5849, Form::Magento247];
    for form in forms.into_iter().take(if legacy { 2 } else { 1 }) {
        let Some(reading) = Reading::new(request, protocol, form) else {
            continue;
        };
        for scheme in request.schemes.iter().take(MOST_SCHEMES) {
            let wanted = key.sign(method, &reading.base_string(request, *scheme));
            if wanted.as_bytes().ct_eq(given.as_bytes()).into() {
                return Ok(Verified::new(request, form, *scheme, &reading.path));
            }
        }
    }
    Err(Problem::Signature)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Credentials, authorization, base_string};

    const BOTH: [Scheme; 2] = [Scheme::Http, Scheme::Https];

    fn credentials() -> Credentials {
        Credentials {
            consumer_key: "ck".into(),
            consumer_secret: Secret::new("cs"),
            token: Some("t".repeat(32)),
            token_secret: Secret::new("ts"),
        }
    }

    fn key() -> SigningKey {
        SigningKey::new(&Secret::new("cs"), &Secret::new("ts")).unwrap()
    }

    fn request<'a>(path: &'a str, query: Option<&'a str>) -> Request<'a> {
        Request {
            method: "GET",
            schemes: &[Scheme::Http],
            host: "h",
            path,
            query,
            form: None,
        }
    }

    /// Signs in a form and verifies what arrives.
    fn arrives(
        signed: &Request<'_>,
        form: Form,
        arrived: &Request<'_>,
    ) -> Result<Verified, Problem> {
        let open = "OAuth oauth_nonce=\"n\"";
        let protocol = Protocol::parse(open)?.unwrap();
        let text = base_string(signed, &protocol, signed.schemes[0], form)?;
        let signature = key().sign(Method::HmacSha256, &text);
        let signature = encode(signature.as_bytes());
        let whole = format!("{open}, oauth_signature=\"{signature}\"");
        let protocol = Protocol::parse(&whole)?.unwrap();
        verify(arrived, &protocol, &key(), Method::HmacSha256, true)
    }

    #[test]
    fn names_that_were_added_unsigned_are_told_and_taken_out() {
        let signed = request("/a", Some("q=a+b"));
        let added = "x[oauth_a]=1&q=a+b&y%5Boauth%5Fb%5D";
        let arrived = request("/a", Some(added));
        let verified = arrives(&signed, Form::Magento247, &arrived).unwrap();
        assert_eq!(verified.form, Form::Magento247);
        assert_eq!(verified.hidden, ["x[oauth_a]", "y[oauth_b]"]);
        assert_eq!(verified.signed_query(added), "q=a+b");
        let refused = arrives(&signed, Form::Rfc5849, &arrived);
        assert_eq!(refused, Err(Problem::Signature));
    }

    #[test]
    fn names_that_were_signed_stay() {
        let query = "x[oauth_a]=1";
        let signed = request("/a", Some(query));
        let verified = arrives(&signed, Form::Rfc5849, &signed).unwrap();
        assert!(verified.hidden.is_empty());
        assert_eq!(verified.signed_query(query), query);
    }

    #[test]
    fn a_path_that_was_signed_otherwise_is_told() {
        let (plain, slash) = (request("/x/links", None), request("/x%2Flinks", None));
        let verified = arrives(&plain, Form::Magento247, &slash).unwrap();
        assert_eq!(verified.path.as_deref(), Some("/x/links"));
        let verified = arrives(&slash, Form::Rfc5849, &slash).unwrap();
        assert_eq!((verified.form, verified.path), (Form::Rfc5849, None));
        let dots = request("/y/../x/links", None);
        let verified = arrives(&plain, Form::Magento247, &dots).unwrap();
        assert_eq!(verified.path.as_deref(), Some("/x/links"));
    }

    #[test]
    fn either_scheme_may_have_been_signed_where_tls_may_end_before_us() {
        let https = Request {
            schemes: &[Scheme::Https],
            host: "h:443",
            ..request("/a", None)
        };
        let offloaded = Request {
            schemes: &BOTH,
            ..https
        };
        let verified = arrives(&https, Form::Rfc5849, &offloaded).unwrap();
        assert_eq!(verified.scheme, Scheme::Https);
        let plain = request("/a", None);
        let refused = arrives(&https, Form::Rfc5849, &Request { host: "h", ..plain });
        assert_eq!(refused, Err(Problem::Signature));
    }

    #[test]
    fn too_many_parameters_are_refused_before_they_are_read() {
        let many = vec!["a=1"; 10_000].join("&");
        let arrived = request("/a", Some(&many));
        let refused = arrives(&request("/a", None), Form::Magento247, &arrived);
        assert_eq!(refused, Err(Problem::TooLarge));
    }

    /// An HMAC is made of nothing but two states of its hash.
    #[test]
    fn what_holds_a_key_is_wiped_when_it_is_dropped() {
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<Sha256>();
        wiped::<Sha1>();
    }

    proptest! {
        #[test]
        fn what_is_signed_is_accepted_and_no_other(
            method in "[A-Z]{1,7}",
            schemes in prop::sample::select(vec![[Scheme::Http; 2], [Scheme::Https; 2]]),
            host in "[a-zA-Z]{1,6}(:(80|443|8080))?",
            path in "(/([a-z.~!]|%2F|%c3|%25){0,4}){1,3}",
            query in prop::option::of("([a-z]{1,3}(\\[(2|10|oauth_x)\\])?(=([a-z+=]|%3D|%20){0,4})?&?){0,6}"),
            form in prop::option::of("([a-z._]{1,3}(=[a-z+%]{0,4})?&?){0,4}"),
            sha1 in any::<bool>(),
            nonce in "[!-~]{1,32}",
        ) {
            let arrived = Request {
                method: &method,
                schemes: &BOTH,
                host: &host,
                path: &path,
                query: query.as_deref(),
                form: form.as_deref(),
            };
            let signed = Request { schemes: &schemes[..1], ..arrived };
            let with = if sha1 { Method::HmacSha1 } else { Method::HmacSha256 };
            let header = authorization(&signed, &credentials(), with, &nonce, 1, None).unwrap();
            let protocol = Protocol::parse(&header).unwrap().unwrap();
            prop_assert_eq!(protocol.check(&["oauth_token"], true), Ok(with));
            let verified = verify(&arrived, &protocol, &key(), with, true).unwrap();
            prop_assert_eq!((verified.form, verified.scheme), (Form::Rfc5849, schemes[0]));
            let other = format!("{path}x");
            let other = Request { path: &other, ..arrived };
            let refused = verify(&other, &protocol, &key(), with, true);
            prop_assert_eq!(refused, Err(Problem::Signature));
            let wrong = SigningKey::new(&Secret::new("cs"), &Secret::new("")).unwrap();
            let refused = verify(&arrived, &protocol, &wrong, with, true);
            prop_assert_eq!(refused, Err(Problem::Signature));
        }
    }
}
