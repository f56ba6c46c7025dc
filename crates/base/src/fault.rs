//! What a rule says when it refuses: a kind, and Magento's sentence. It knows nothing of HTTP;
//! `webapi` alone turns kinds into statuses and phrases into bodies.

use crate::{Parameters, Phrase};

/// The family of Magento exceptions that a [`Fault`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `LocalizedException` and its kin: the input or the state does not allow it.
    Invalid,
    /// `NoSuchEntityException`: what was named does not exist.
    NotFound,
    /// `AuthorizationException`, `AuthenticationException`: the caller may not.
    Denied,
    /// An exception of the Web API layer itself, whose sentence goes out rendered.
    Request,
    /// The method is known to nobody.
    MethodNotAllowed,
    /// No media type that the caller accepts can be written.
    NotAcceptable,
    /// The host that was asked is none of ours.
    Misdirected,
    /// Too many calls of this kind; later.
    TooManyRequests,
    /// The body is larger than what is read.
    TooLarge,
    /// The body has an encoding that is not read.
    UnsupportedEncoding,
    /// A route that is declared and has no handler yet.
    NotImplemented,
    /// Nothing can be accepted at present; later.
    Unavailable,
    /// A fault of ours, or of what we stand on. Its text is for the log only.
    Internal,
}

/// A refusal with Magento's sentence, or a fault of the server's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", phrase.rendered())]
pub struct Fault {
    /// The family it belongs to.
    pub kind: Kind,
    /// The sentence.
    pub phrase: Phrase,
    /// Further sentences, where several things were wrong at once.
    pub errors: Vec<Phrase>,
}

impl Fault {
    /// A fault with this sentence.
    pub fn new(kind: Kind, phrase: Phrase) -> Self {
        Self {
            kind,
            phrase,
            errors: Vec::new(),
        }
    }

    /// A plain sentence that refuses the input.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, Phrase::new(text))
    }

    /// A plain sentence for something that does not exist.
    pub fn not_found(text: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, Phrase::new(text))
    }

    /// `No such entity with %fieldName = %fieldValue`.
    pub fn no_such_entity(field: &str, value: impl Into<crate::phrase::Value>) -> Self {
        let text = "No such entity with %fieldName = %fieldValue";
        let values = [("fieldName", field.into()), ("fieldValue", value.into())];
        Self::new(Kind::NotFound, Phrase::named(text, values))
    }

    /// `The consumer isn't authorized to access %resources.`
    pub fn not_authorized(resources: &str) -> Self {
        let text = "The consumer isn't authorized to access %resources.";
        Self::new(
            Kind::Denied,
            Phrase::named(text, [("resources", resources)]),
        )
    }

    /// A fault of the server's own; `text` is for the log and never leaves it.
    pub fn internal(text: impl Into<String>) -> Self {
        Self::new(Kind::Internal, Phrase::new(text))
    }

    /// The phrase for one missing parameter.
    pub fn required_phrase(field: &str) -> Phrase {
        Phrase::named(
            "\"%fieldName\" is required. Enter and try again.",
            [("fieldName", field)],
        )
    }

    /// `"%fieldName" is required. Enter and try again.` for one or several fields.
    pub fn required<'a>(fields: impl IntoIterator<Item = &'a str>) -> Self {
        Self::several(fields.into_iter().map(Self::required_phrase).collect())
    }

    /// One sentence stands for itself; of several, each follows a general one.
    pub fn several(mut phrases: Vec<Phrase>) -> Self {
        if phrases.len() == 1
            && let Some(phrase) = phrases.pop()
        {
            return Self::new(Kind::Invalid, phrase);
        }
        let phrase = Phrase::new("One or more input exceptions have occurred.");
        Self {
            kind: Kind::Invalid,
            phrase,
            errors: phrases,
        }
    }

    /// The same refusal with its values put into the sentence, as Magento's outer layers re-throw.
    pub fn into_rendered(self) -> Self {
        let phrase = Phrase {
            text: self.phrase.rendered(),
            parameters: Parameters::None,
        };
        Self { phrase, ..self }
    }
}
