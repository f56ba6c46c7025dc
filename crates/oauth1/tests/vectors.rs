//! Signatures computed with an independent implementation, in RFC 5849's form and in 2.4.7's.
//!
//! Columns of `vectors.tsv`: name, method, address, form body, the RFC's signature, 2.4.7's.

use ferrite_base::Secret;
use ferrite_oauth1::{
    Form, Method, Problem, Protocol, Request, Scheme, SigningKey, Verified, verify,
};

struct Vector<'a> {
    name: &'a str,
    method: &'a str,
    scheme: Scheme,
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    form: Option<&'a str>,
    rfc: &'a str,
    magento: &'a str,
}

fn vectors() -> Vec<Vector<'static>> {
    include_str!("vectors.tsv")
        .lines()
        .map(|line| {
            let [name, method, url, form, rfc, magento] = line
                .split('\t')
                .collect::<Vec<_>>()
                .try_into()
                .expect("six columns");
            let (scheme, rest) = url.split_once("://").expect("an absolute address");
            let scheme = match scheme {
                "https" => Scheme::Https,
                _ => Scheme::Http,
            };
            let (host, path) = rest.split_at(rest.find('/').expect("a path"));
            let (path, query) = match path.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (path, None),
            };
            let form = Some(form).filter(|form| !form.is_empty());
            Vector {
                name,
                method,
                scheme,
                host,
                path,
                query,
                form,
                rfc,
                magento,
            }
        })
        .collect()
}

fn check(vector: &Vector<'_>, signature: &str, legacy: bool) -> Result<Verified, Problem> {
    let sha1 = vector.name == "C";
    let name = if sha1 { "HMAC-SHA1" } else { "HMAC-SHA256" };
    let mut header = format!(
        "OAuth oauth_consumer_key=\"ck0000000000000000000000000000ab\", \
         oauth_nonce=\"n0nce7777777777777777777777777op\", oauth_timestamp=\"1718000000\", \
         oauth_version=\"1.0\", oauth_signature_method=\"{name}\", oauth_signature=\"{}\"",
        signature.replace('+', "%2B")
    );
    let token_secret = match vector.name {
        "H" | "I" => "",
        "J" => "rs5555555555555555555555555555kl",
        _ => "ts3333333333333333333333333333gh",
    };
    match vector.name {
        "H" | "I" => {}
        "J" => header.push_str(
            ", oauth_token=\"rq4444444444444444444444444444ij\", \
             oauth_verifier=\"vf6666666666666666666666666666mn\"",
        ),
        _ => header.push_str(", oauth_token=\"tk2222222222222222222222222222ef\""),
    }
    let protocol = Protocol::parse(&header)?.expect("an OAuth header");
    let method = protocol.check(&[], true)?;
    assert_eq!(method == Method::HmacSha1, sha1);
    let consumer_secret = Secret::new("cs1111111111111111111111111111cd");
    let key = SigningKey::new(&consumer_secret, &Secret::new(token_secret)).expect("a key");
    let request = Request {
        method: vector.method,
        schemes: &[vector.scheme],
        host: vector.host,
        path: vector.path,
        query: vector.query,
        form: vector.form,
    };
    verify(&request, &protocol, &key, method, legacy)
}

#[test]
fn both_forms_agree_with_the_vectors() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 20);
    for vector in &vectors {
        let verified = check(vector, vector.rfc, false).expect(vector.name);
        assert_eq!(verified.form, Form::Rfc5849, "{}", vector.name);
        let form = if vector.rfc == vector.magento {
            Form::Rfc5849
        } else {
            Form::Magento247
        };
        let verified = check(vector, vector.magento, true).expect(vector.name);
        assert_eq!(verified.form, form, "{}", vector.name);
    }
}

#[test]
fn a_signature_in_any_other_spelling_is_refused() {
    for vector in &vectors() {
        let cut = vector.rfc.trim_end_matches('=');
        let first = if vector.rfc.starts_with('A') {
            'B'
        } else {
            'A'
        };
        let changed = format!("{first}{}", &vector.rfc[1..]);
        let newline = format!("{}%0A", vector.rfc);
        for wrong in ["", cut, &changed, &newline] {
            let answer = check(vector, wrong, true);
            assert_eq!(answer, Err(Problem::Signature), "{} {wrong}", vector.name);
        }
        if vector.rfc != vector.magento {
            let answer = check(vector, vector.magento, false);
            assert_eq!(answer, Err(Problem::Signature), "{}", vector.name);
        }
    }
}
