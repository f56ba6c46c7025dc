//! From what the store posted to an access token: a request token first, then the access token
//! (RFC 5849 §2, without the middle step, which the verifier in the post stands for).

use ferrite_base::Secret;
use ferrite_oauth1::Credentials;

use crate::book::Offer;
use crate::call::Call;
use crate::client::{Answer, Client, NoAnswer, Question};

/// A token and its secret.
#[derive(Clone, Debug)]
pub struct Token {
    pub token: Secret,
    pub secret: Secret,
}

/// Why there is no access token.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("The store refused to give the {what}: {problem}")]
    Refused { what: &'static str, problem: String },
    #[error("The store answered something that is no {0}.")]
    NoToken(&'static str),
}

/// Both steps; the calls that were made come back in any case.
pub fn exchange(client: &Client, offer: &Offer) -> (Vec<Call>, Result<Token, ExchangeError>) {
    let mut calls = Vec::new();
    let result = request_token(client, offer, &mut calls)
        .and_then(|token| access_token(client, offer, &token, &mut calls));
    (calls, result)
}

fn request_token(
    client: &Client,
    offer: &Offer,
    calls: &mut Vec<Call>,
) -> Result<Token, ExchangeError> {
    let credentials = credentials(offer, None);
    step(
        client,
        offer,
        &credentials,
        "oauth/token/request",
        None,
        calls,
    )
}

fn access_token(
    client: &Client,
    offer: &Offer,
    token: &Token,
    calls: &mut Vec<Call>,
) -> Result<Token, ExchangeError> {
    let credentials = credentials(offer, Some(token));
    let verifier = Some(offer.verifier.reveal());
    step(
        client,
        offer,
        &credentials,
        "oauth/token/access",
        verifier,
        calls,
    )
}

fn credentials(offer: &Offer, token: Option<&Token>) -> Credentials {
    Credentials {
        consumer_key: offer.consumer_key.clone(),
        consumer_secret: offer.consumer_secret.clone(),
        token: token.map(|token| token.token.reveal().to_owned()),
        token_secret: token.map(|token| token.secret.clone()).unwrap_or_default(),
    }
}

fn step(
    client: &Client,
    offer: &Offer,
    credentials: &Credentials,
    target: &str,
    verifier: Option<&str>,
    calls: &mut Vec<Call>,
) -> Result<Token, ExchangeError> {
    let question = Question {
        method: "POST",
        target,
        body: None,
        verifier,
    };
    let what = match verifier {
        None => "request token",
        Some(_) => "access token",
    };
    let (mut call, answer) = client.ask(&offer.store, credentials, &question);
    let token = match answer {
        Ok(answer) => read(&answer, what),
        Err(error) => Err(error.into()),
    };
    call.note = match &token {
        Ok(_) => format!("got the {what}"),
        Err(error) => error.to_string(),
    };
    calls.push(call);
    token
}

fn read(answer: &Answer, what: &'static str) -> Result<Token, ExchangeError> {
    let field = |wanted: &str| {
        let mut fields = form_urlencoded::parse(answer.body.as_bytes());
        let found = fields.find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
    };
    if let Some(problem) = field("oauth_problem") {
        return Err(ExchangeError::Refused { what, problem });
    }
    match (
        answer.status,
        field("oauth_token"),
        field("oauth_token_secret"),
    ) {
        (200, Some(token), Some(secret)) => Ok(Token {
            token: Secret::new(token),
            secret: Secret::new(secret),
        }),
        (200, ..) => Err(ExchangeError::NoToken(what)),
        (status, ..) => Err(ExchangeError::Refused {
            what,
            problem: format!("it answered with status {status}."),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &str) -> Result<Token, String> {
        let body = body.to_owned();
        read(&Answer { status, body }, "request token").map_err(|error| error.to_string())
    }

    #[test]
    fn a_stores_refusal_is_told_in_its_own_words() {
        let token = said(200, "oauth_token=a&oauth_token_secret=b").unwrap();
        assert_eq!((token.token.reveal(), token.secret.reveal()), ("a", "b"));
        let refused = said(401, "oauth_problem=Consumer+key+has+expired").unwrap_err();
        assert_eq!(
            refused,
            "The store refused to give the request token: Consumer key has expired"
        );
        assert_eq!(
            said(200, "<html>").unwrap_err(),
            "The store answered something that is no request token."
        );
        assert!(
            said(502, "")
                .unwrap_err()
                .ends_with("it answered with status 502.")
        );
    }
}
