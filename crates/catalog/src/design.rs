//! How products and categories look: who may change it, and what nobody can set.
//!
//! In: the attributes that were sent, and what is stored of the thing. Out: a refusal, if any.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::Call;
use ferrite_webapi::dto::CustomAttributes;

/// A text that changes the layout; it may stay or go.
const UPDATE: &str = "custom_layout_update";

/// The name of a file that changes the layout; there are none.
const UPDATE_FILE: &str = "custom_layout_update_file";

/// Values of [`UPDATE_FILE`] that name no file.
const NO_FILE: [&str; 2] = ["__no_update__", "__existing__"];

/// Who may change how a kind of thing looks.
pub(crate) struct Design {
    /// The resource that a change needs.
    pub(crate) resource: &'static str,
    /// What is said to who does not hold it.
    pub(crate) refusal: &'static str,
    /// The attributes.
    pub(crate) attributes: &'static [&'static str],
}

/// The texts that were sent, empty ones left out.
fn texts(sent: Option<&CustomAttributes>) -> impl Iterator<Item = (&str, &str)> {
    let all = sent.map_or(&[][..], |all| &all.0);
    all.iter()
        .filter_map(|(code, value)| Some((code.as_str(), value.as_str()?)))
        .filter(|(_, text)| !text.is_empty())
}

impl Design {
    /// Refuses who changes how a thing looks without the resource for it. `current` is what an
    /// attribute is without the change.
    pub(crate) fn permit<'a>(
        &self,
        call: &Call,
        sent: Option<&CustomAttributes>,
        current: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<(), Fault> {
        let is_change = |(code, text): (&str, &str)| {
            self.attributes.contains(&code) && current(code) != Some(text)
        };
        if !texts(sent).any(is_change) || call.may(self.resource)? {
            return Ok(());
        }
        Err(Fault::new(Kind::Denied, Phrase::new(self.refusal)))
    }
}

/// Why an update of the layout cannot be set; `current` is the text that is stored.
pub(crate) fn refused_layout(
    sent: Option<&CustomAttributes>,
    current: &str,
) -> Option<&'static str> {
    texts(sent).find_map(|(code, text)| match code {
        UPDATE if text != current => {
            Some("Custom layout update text cannot be changed, only removed")
        }
        UPDATE_FILE if !NO_FILE.contains(&text) => Some("Selected layout update is not available"),
        _ => None,
    })
}
