//! Python's oauthlib as a second opinion on base strings and signatures.
//!
//! One process answers for all requests: a line of tab-separated fields in, a line out. The
//! interpreter is `FERRITE_PYTHON`, which the test command sets, or `python3`. Where it has no
//! oauthlib the test is skipped, unless it was promised (`FERRITE_PYTHON`) or `CI` is set.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use ferrite_base::Secret;
use ferrite_oauth1::{
    Credentials, Form, Method, Protocol, Request, Scheme, SigningKey, authorization, base_string,
    verify,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const SCRIPT: &str = r#"
import sys
from types import SimpleNamespace
from urllib.parse import unquote
from oauthlib.oauth1.rfc5849 import signature as s

sys.stdout.reconfigure(newline="\n", encoding="utf-8", line_buffering=True)
sys.stdin.reconfigure(newline="\n", encoding="utf-8")
print("ready")
for line in sys.stdin:
    method, uri, body, header, consumer_secret, token_secret = line.rstrip("\n").split("\t")
    query = uri.partition("?")[2]
    pairs = s.collect_parameters(uri_query=query, body=body, headers={"Authorization": header})
    base = s.signature_base_string(method, s.base_string_uri(uri), s.normalize_parameters(pairs))
    client = SimpleNamespace(
        client_secret=unquote(consumer_secret), resource_owner_secret=unquote(token_secret)
    )
    sha256 = s.sign_hmac_sha256_with_client(base, client)
    sha1 = s.sign_hmac_sha1_with_client(base, client)
    print(base, sha256, sha1, sep="\t")
"#;

/// The running interpreter. It ends when its input does.
struct Oauthlib {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oauthlib {
    /// None where oauthlib is not there.
    fn start(python: &str) -> Option<Self> {
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe was asked for"));
        let mut oauthlib = Self {
            child,
            input,
            output,
        };
        (oauthlib.line() == "ready").then_some(oauthlib)
    }

    fn ask(&mut self, question: &str) -> String {
        let input = self.input.as_mut().expect("open until it is dropped");
        writeln!(input, "{question}").expect("the script reads on");
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("UTF-8");
        line.trim_end_matches('\n').to_owned()
    }
}

impl Drop for Oauthlib {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

#[derive(Clone, Debug)]
struct Case {
    method: Method,
    verb: &'static str,
    scheme: Scheme,
    host: &'static str,
    path: String,
    query: Option<String>,
    form: Option<String>,
    credentials: Credentials,
    verifier: Option<&'static str>,
}

impl Case {
    fn strategy() -> impl Strategy<Value = Self> {
        let request = (
            prop::sample::select(vec![Method::HmacSha256, Method::HmacSha1]),
            prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]),
            prop::sample::select(vec![Scheme::Http, Scheme::Https]),
            prop::sample::select(vec![
                "magento.test",
                "MAGENTO.test",
                "magento.test:80",
                "magento.test:443",
                "localhost:8080",
                "[::1]:8080",
            ]),
            "(/(rest|V1|a%2Fb|%c3%a9|%20|~|24-MB01|;x=1|%7E|me|\\.){0,3}){1,4}",
            prop::option::of(pairs()),
            prop::option::of(pairs()),
        );
        let credentials = (
            prop::sample::select(vec!["ck", "c k&=%", "schl\u{fc}ssel"]),
            prop::sample::select(vec!["cs", "c&s +%", "geheimnis\u{fc}"]),
            prop::option::of(prop::sample::select(vec!["tk", "t/k+\u{2615}"])),
            prop::sample::select(vec!["", "ts", "t&s=~"]),
            prop::option::of(Just("vf")),
        );
        (request, credentials).prop_map(|(request, credentials)| {
            let (method, verb, scheme, host, path, query, form) = request;
            let (consumer_key, consumer_secret, token, token_secret, verifier) = credentials;
            Self {
                method,
                verb,
                scheme,
                host,
                path,
                query,
                form: form.filter(|_| verb == "POST"),
                credentials: Credentials {
                    consumer_key: consumer_key.to_owned(),
                    consumer_secret: Secret::new(consumer_secret),
                    token: token.map(str::to_owned),
                    token_secret: Secret::new(token_secret),
                },
                verifier,
            }
        })
    }

    fn question(&self, header: &str) -> String {
        let query = self.query.as_ref().map(|query| format!("?{query}"));
        let uri = format!(
            "{}://{}{}{}",
            self.scheme.name(),
            self.host,
            self.path,
            query.unwrap_or_default()
        );
        let form = self.form.as_deref().unwrap_or_default();
        let secrets = [
            &self.credentials.consumer_secret,
            &self.credentials.token_secret,
        ];
        let [consumer, token] =
            secrets.map(|secret| utf8_percent_encode(secret.reveal(), NON_ALPHANUMERIC));
        format!(
            "{}\t{uri}\t{form}\t{header}\t{consumer}\t{token}",
            self.verb
        )
    }

    /// Holds our base string, signatures and judgement against oauthlib's.
    fn check(&self, oauthlib: &mut Oauthlib) -> Result<(), TestCaseError> {
        let schemes = [self.scheme];
        let request = Request {
            method: self.verb,
            schemes: &schemes,
            host: self.host,
            path: &self.path,
            query: self.query.as_deref(),
            form: self.form.as_deref(),
        };
        let header = authorization(
            &request,
            &self.credentials,
            self.method,
            "n0nce",
            1_718_000_000,
            self.verifier,
        );
        let header = header.expect("small enough to sign");
        let protocol = Protocol::parse(&header)
            .expect("no parameter stands twice")
            .expect("an OAuth header");
        let answer = oauthlib.ask(&self.question(&header));
        let columns: Vec<&str> = answer.split('\t').collect();
        let [base, sha256, sha1] = columns[..] else {
            panic!("the script ended: {answer:?}");
        };
        let own = base_string(&request, &protocol, self.scheme, Form::Rfc5849);
        prop_assert_eq!(own.as_deref(), Ok(base));
        let key = SigningKey::new(
            &self.credentials.consumer_secret,
            &self.credentials.token_secret,
        );
        let key = key.expect("any length of key will do");
        prop_assert_eq!(key.sign(Method::HmacSha256, base), sha256);
        prop_assert_eq!(key.sign(Method::HmacSha1, base), sha1);
        let verified = verify(&request, &protocol, &key, self.method, false);
        prop_assert_eq!(verified.map(|verified| verified.form), Ok(Form::Rfc5849));
        Ok(())
    }
}

/// Pairs as they stand in a query or a form body. oauthlib refuses raw brackets, so they come
/// escaped only.
fn pairs() -> &'static str {
    "((a|b|q%5B)(a|B|2|10|01|%5D|~|\\.|%7E|%C3%A9){0,2}\
     (=(a|\\+|%20|%2B|%2b|%26|%3D|%25|%e2%98%95|~|-|\\.|_|\\*|!|/|:|=){0,5})?&?\
     (oauth_signature=x&)?){1,6}"
}

#[test]
fn oauthlib_signs_the_same() {
    let promised = std::env::var("FERRITE_PYTHON").ok();
    let needed = promised.is_some() || std::env::var_os("CI").is_some();
    let python = promised.unwrap_or_else(|| "python3".to_owned());
    let Some(oauthlib) = Oauthlib::start(&python) else {
        assert!(!needed, "{python} cannot import oauthlib");
        println!("SKIPPED: {python} cannot import oauthlib; `cargo xtask test` installs it");
        return;
    };
    let oauthlib = RefCell::new(oauthlib);
    let config = Config {
        cases: 512,
        failure_persistence: None,
        ..Config::default()
    };
    let result = TestRunner::new(config).run(&Case::strategy(), |case| {
        case.check(&mut oauthlib.borrow_mut())
    });
    result.expect("oauthlib agrees");
}
