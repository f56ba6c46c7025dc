//! Consumers and tokens: what signs, sealed where it lies.

use ferrite_base::{DateTime, Randomness, Secret};
use ferrite_storage::{Collection, Error, Field, Scalar, Sealer, Tx, serde_document};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A consumer: the key and secret of one integration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Consumer {
    /// Its row.
    pub id: i64,
    /// `Integration5`
    pub name: String,
    /// The key, which is no secret.
    pub key: String,
    /// The sealed secret.
    pub secret: String,
    /// When its credentials were last posted, in seconds since 1970: it expires from then on.
    pub posted_at: i64,
}

serde_document!(Consumer);

/// All consumers.
pub static CONSUMERS: Collection<Consumer> = Collection {
    name: "oauth_consumer",
    fields: &[Field::unique_text("key", |one: &Consumer| {
        Some(Scalar::from(one.key.as_str()))
    })],
};

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Nothing by itself: its verifier was posted to the callback.
    Verifier,
    /// To be exchanged for an access token.
    Request,
    /// Calling the Web API.
    Access,
}

/// A token. An integration has one at a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub consumer_id: i64,
    /// What it is good for.
    pub kind: TokenKind,
    /// The SHA-256 of the token, in hexadecimal digits.
    pub lookup: String,
    /// The sealed token.
    pub token: String,
    /// The sealed secret.
    pub secret: String,
    /// The sealed verifier, while there is an exchange.
    pub verifier: Option<String>,
    /// When it became what it is.
    pub created_at: DateTime,
}

serde_document!(Token);

/// All tokens.
pub static TOKENS: Collection<Token> = Collection {
    name: "oauth_token",
    fields: &[
        Field::unique_text("lookup", |one: &Token| {
            Some(Scalar::from(one.lookup.as_str()))
        }),
        Field::int("consumer_id", |one: &Token| {
            Some(Scalar::from(one.consumer_id))
        }),
    ],
};

/// What a token is found by.
pub(crate) fn lookup(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Consumer {
    /// A new consumer with the key and secret that it will have.
    pub(crate) fn generate(sealer: &Sealer, randomness: &Randomness) -> Result<Self, Error> {
        let key = randomness.token();
        let secret = Secret::new(randomness.token());
        Ok(Self {
            id: 0,
            name: String::new(),
            secret: sealer.seal(&place("consumer_secret", &key), &secret)?,
            key,
            posted_at: 0,
        })
    }

    /// The secret.
    pub(crate) fn open(&self, sealer: &Sealer) -> Result<Secret, Error> {
        sealer.open(&place("consumer_secret", &self.key), &self.secret)
    }

    /// The consumer of a key, as it is written.
    pub(crate) fn find(tx: &mut Tx<'_>, key: &str) -> Result<Option<Self>, Error> {
        let found = CONSUMERS.find(tx, "key", &Scalar::from(key))?;
        Ok(found.filter(|consumer| consumer.key == key))
    }
}

/// A token with its secret in the clear, on its way out.
pub(crate) struct Fresh {
    pub(crate) token: Secret,
    pub(crate) secret: Secret,
    pub(crate) verifier: Option<Secret>,
    pub(crate) row: Token,
}

impl Fresh {
    /// A new token. To be made before the write that stores it.
    pub(crate) fn generate(
        kind: TokenKind,
        sealer: &Sealer,
        randomness: &Randomness,
        now: DateTime,
    ) -> Result<Self, Error> {
        let token = Secret::new(randomness.token());
        let secret = Secret::new(randomness.token());
        let verifier = (kind == TokenKind::Verifier).then(|| Secret::new(randomness.token()));
        let lookup = lookup(token.reveal());
        let seal = |column: &str, text: &Secret| sealer.seal(&place(column, &lookup), text);
        let row = Token {
            id: 0,
            consumer_id: 0,
            kind,
            token: seal("token", &token)?,
            secret: seal("token_secret", &secret)?,
            verifier: verifier
                .as_ref()
                .map(|verifier| seal("verifier", verifier))
                .transpose()?,
            lookup,
            created_at: now,
        };
        Ok(Self {
            token,
            secret,
            verifier,
            row,
        })
    }

    /// Seals a verifier that the token takes over from the one before it.
    pub(crate) fn keep_verifier(&mut self, sealer: &Sealer, verifier: Secret) -> Result<(), Error> {
        let place = place("verifier", &self.row.lookup);
        self.row.verifier = Some(sealer.seal(&place, &verifier)?);
        self.verifier = Some(verifier);
        Ok(())
    }
}

impl Token {
    pub(crate) fn open_token(&self, sealer: &Sealer) -> Result<Secret, Error> {
        sealer.open(&place("token", &self.lookup), &self.token)
    }

    pub(crate) fn open_secret(&self, sealer: &Sealer) -> Result<Secret, Error> {
        sealer.open(&place("token_secret", &self.lookup), &self.secret)
    }

    pub(crate) fn open_verifier(&self, sealer: &Sealer) -> Result<Option<Secret>, Error> {
        let place = place("verifier", &self.lookup);
        let sealed = self.verifier.as_deref();
        sealed.map(|sealed| sealer.open(&place, sealed)).transpose()
    }

    /// The token of this text.
    pub(crate) fn find(tx: &mut Tx<'_>, token: &str) -> Result<Option<Self>, Error> {
        TOKENS.find(tx, "lookup", &Scalar::from(lookup(token).as_str()))
    }

    /// The one token of a consumer.
    pub(crate) fn of(tx: &mut Tx<'_>, consumer_id: i64) -> Result<Option<Self>, Error> {
        TOKENS.find(tx, "consumer_id", &Scalar::from(consumer_id))
    }
}

/// Takes away whatever tokens a consumer has.
pub(crate) fn forget_tokens(tx: &mut Tx<'_>, consumer_id: i64) -> Result<(), Error> {
    TOKENS.delete_by(tx, "consumer_id", &Scalar::from(consumer_id))?;
    Ok(())
}

fn place(column: &str, row: &str) -> String {
    format!("oauth/{column}/{row}")
}
