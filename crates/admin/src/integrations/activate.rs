//! Activating and reauthorizing: what is asked for, then the tokens or the exchange.

use askama::Template;
use ferrite_integrations::{Activation, Credentials, Integration, Status};
use url::Url;

use super::resources::{self, Shown};
use crate::page::{Frame, Message};
use crate::panel::{Page, Visit};

#[derive(Template)]
#[template(path = "activate.html")]
struct Permissions {
    frame: Frame,
    name: String,
    action: String,
    button: &'static str,
    has_everything: bool,
    tree: Vec<Shown>,
    /// Where credentials go and where the person is sent, as the browser would write it.
    hosts: Vec<(&'static str, String)>,
    warnings: Vec<String>,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    frame: Frame,
    fields: Vec<(&'static str, &'static str, String)>,
}

/// Shows what an integration asks for. Changes nothing.
pub(crate) fn ask(visit: &Visit<'_>, id: i64) -> Page {
    let one = visit.panel.integrations.get(id)?;
    let tree = visit.panel.tree;
    let button = if one.status == Status::Inactive {
        "Allow"
    } else {
        "Reauthorize"
    };
    let hosts = if one.has_exchange() {
        hosts(&one)
    } else {
        Vec::new()
    };
    let warnings = warnings(&one);
    Ok(visit.show(&Permissions {
        frame: visit.frame(one.name.clone()),
        action: visit.address(&format!("integrations/{id}/activate")),
        button,
        has_everything: one.has_everything(),
        tree: resources::granted(tree, &one.grants(tree)),
        hosts,
        warnings,
        name: one.name,
    }))
}

fn hosts(one: &Integration) -> Vec<(&'static str, String)> {
    let written = |address: &Option<String>| {
        let url = Url::parse(address.as_deref().unwrap_or_default()).ok();
        url.map_or_else(String::new, |url| url.to_string())
    };
    vec![
        ("Credentials are posted to", written(&one.endpoint)),
        (
            "You will be asked to log in at",
            written(&one.identity_link_url),
        ),
    ]
}

/// What a person should know before they allow it.
fn warnings(one: &Integration) -> Vec<String> {
    let mut found = Vec::new();
    if one.is_insecure() {
        found.push("These addresses do not use HTTPS: others may read the credentials.".to_owned());
    }
    let addresses = [&one.endpoint, &one.identity_link_url]
        .into_iter()
        .flatten();
    let foreign = addresses
        .filter_map(|address| Url::parse(address).ok())
        .any(|url| url.host_str().is_some_and(|host| host.contains("xn--")));
    if foreign {
        found.push("A host's name is written in letters that can look like others.".to_owned());
    }
    found
}

/// Activates.
pub(crate) fn allow(visit: &Visit<'_>, id: i64) -> Page {
    let before = visit.panel.integrations.get(id)?;
    let text = sentence(&before);
    match visit.panel.integrations.activate(id) {
        Ok(Activation::Active(credentials)) => {
            let mut frame = visit.frame("Integration Tokens for Extensions");
            frame.messages.push(Message {
                kind: "success",
                text,
            });
            Ok(visit.show(&Tokens {
                frame,
                fields: fields(credentials),
            }))
        }
        Ok(Activation::Exchange(_)) => {
            let verb = if before.status == Status::Inactive {
                "activation"
            } else {
                "re-authorization"
            };
            let text = format!("Integration '{}' has been sent for {verb}.", before.name);
            let address = format!("integrations/{id}/exchange");
            Ok(visit.back(&address, Message::notice(text)))
        }
        Err(fault) => {
            let message = Message::error(fault.phrase.rendered());
            Ok(visit.back("integrations", message))
        }
    }
}

/// What is said of an integration that has become active.
fn sentence(before: &Integration) -> String {
    let name = &before.name;
    if before.status == Status::Active {
        format!("The integration '{name}' has been re-authorized.")
    } else {
        format!("The integration '{name}' has been activated.")
    }
}

fn fields(credentials: Credentials) -> Vec<(&'static str, &'static str, String)> {
    let (token, secret) = match credentials.access {
        Some((token, secret)) => (token.reveal().to_owned(), secret.reveal().to_owned()),
        None => (String::new(), String::new()),
    };
    let consumer_secret = credentials.consumer_secret.reveal().to_owned();
    vec![
        ("Consumer Key", "consumer_key", credentials.consumer_key),
        ("Consumer Secret", "consumer_secret", consumer_secret),
        ("Access Token", "token", token),
        ("Access Token Secret", "token_secret", secret),
    ]
}
