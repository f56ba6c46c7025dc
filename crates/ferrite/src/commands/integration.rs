//! `integration:…`: the life cycle of integrations from the command line.
//!
//! A running server obeys at its next request.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use ferrite_integrations::{
    Access, Activation, Credentials, Details, Exchange, ExchangeState, INTEGRATIONS, Integration,
    Integrations, SetupType,
};
use ferrite_modules::escape;
use serde_json::{Map, Value, json};

use crate::console::output::{error_line, say};
use crate::console::{Context, Entry, Exists};
use crate::wiring;

/// An entry of this family.
macro_rules! entry {
    ($constant:ident, $options:ty, $name:literal, $run:ident, $description:literal) => {
        #[doc = concat!("`", $name, "`")]
        pub static $constant: Entry<$options> = Entry {
            name: $name,
            description: $description,
            exists: Exists::Always,
            run: |context, options| $run(context, options).map(|()| ExitCode::SUCCESS),
        };
    };
}

entry!(
    CREATE,
    CreateOptions,
    "integration:create",
    create,
    "Makes an integration"
);
entry!(
    LIST,
    ListOptions,
    "integration:list",
    list,
    "Lists the integrations"
);
entry!(
    SHOW,
    NameOptions,
    "integration:show",
    show,
    "Shows an integration, without any secret"
);
entry!(
    ACTIVATE,
    NameOptions,
    "integration:activate",
    activate,
    "Activates an integration"
);
entry!(
    REAUTHORIZE,
    NameOptions,
    "integration:reauthorize",
    activate,
    "Gives an integration new tokens; the old ones are refused at once"
);
entry!(
    DELETE,
    NameOptions,
    "integration:delete",
    delete,
    "Deletes an integration"
);

/// How an answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person.
    Text,
    /// For a program.
    Json,
}

/// Options of `integration:create`.
#[derive(Args)]
pub struct CreateOptions {
    /// The name, which no other integration has.
    name: String,
    /// `all`, or the ids of resources with commas between them.
    #[arg(long)]
    resources: String,
    /// Whom to write to.
    #[arg(long, default_value = "")]
    email: String,
    /// The callback URL.
    #[arg(long, default_value = "")]
    endpoint: String,
    /// The identity link URL.
    #[arg(long = "identity-link", default_value = "")]
    identity_link: String,
    /// Activates it at once.
    #[arg(long)]
    activate: bool,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Options of `integration:list`.
#[derive(Args)]
pub struct ListOptions {
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Options of the commands that take a name.
#[derive(Args)]
pub struct NameOptions {
    /// The integration's name.
    name: String,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn open(context: &Context) -> Result<Integrations> {
    wiring::integrations(&context.project, context.open()?)
}

/// Makes an integration, and perhaps activates it.
fn create(context: &Context, options: CreateOptions) -> Result<()> {
    let integrations = open(context)?;
    let access = if options.resources == "all" {
        Access::All
    } else {
        let ids = options.resources.split(',').map(str::trim);
        Access::Custom(ids.filter(|id| !id.is_empty()).map(str::to_owned).collect())
    };
    let made = integrations.create(&Details {
        name: options.name,
        email: options.email,
        endpoint: options.endpoint,
        identity_link_url: options.identity_link,
        access,
    })?;
    if options.activate {
        return activate_and_print(&integrations, &made, options.format);
    }
    print(
        &handed_over(&made, &integrations.credentials(made.id)?),
        options.format,
    );
    Ok(())
}

/// Lists the integrations.
fn list(context: &Context, options: ListOptions) -> Result<()> {
    let integrations = open(context)?;
    let all = integrations.db.read(|tx| INTEGRATIONS.all(tx))?;
    if options.format == Format::Json {
        let all = all.iter().map(|one| shown(&integrations, one)).collect();
        say!("{}", Value::Array(all));
        return Ok(());
    }
    for one in all {
        say!("{}\t{}\t{}", one.id, one.status.label(), escape(&one.name));
    }
    Ok(())
}

/// Shows one integration, without any secret.
fn show(context: &Context, options: NameOptions) -> Result<()> {
    let integrations = open(context)?;
    let found = integrations.find(&options.name)?;
    print(&shown(&integrations, &found), options.format);
    Ok(())
}

/// Activates or reauthorizes an integration.
fn activate(context: &Context, options: NameOptions) -> Result<()> {
    let integrations = open(context)?;
    let found = integrations.find(&options.name)?;
    activate_and_print(&integrations, &found, options.format)
}

/// Deletes an integration.
fn delete(context: &Context, options: NameOptions) -> Result<()> {
    let integrations = open(context)?;
    let deleted = integrations.delete(integrations.find(&options.name)?.id)?;
    if options.format == Format::Json {
        say!("{}", json!({"id": deleted.id, "deleted": true}));
    } else {
        let name = escape(&deleted.name);
        say!("The integration '{name}' has been deleted.");
    }
    Ok(())
}

fn activate_and_print(
    integrations: &Integrations,
    integration: &Integration,
    format: Format,
) -> Result<()> {
    match integrations.activate(integration.id)? {
        Activation::Active(credentials) => {
            print(&handed_over(integration, &credentials), format);
            Ok(())
        }
        Activation::Exchange(exchange) => {
            let credentials = integrations.credentials(integration.id)?;
            print(&handed_over(integration, &credentials), format);
            report(&exchange)
        }
    }
}

fn report(exchange: &Exchange) -> Result<()> {
    let last = exchange.steps.last();
    let detail = last.map_or("", |step| step.detail.as_str());
    if exchange.state == ExchangeState::Failed {
        bail!("The credentials were not posted to the callback URL: {detail}");
    }
    error_line(&format!(
        "The credentials were posted to the callback URL: {detail}"
    ));
    Ok(())
}

fn handed_over(integration: &Integration, credentials: &Credentials) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), integration.id.into());
    out.insert(
        "consumer_key".into(),
        credentials.consumer_key.clone().into(),
    );
    let secret = credentials.consumer_secret.reveal();
    out.insert("consumer_secret".into(), secret.into());
    if let Some((token, secret)) = &credentials.access {
        out.insert("access_token".into(), token.reveal().into());
        out.insert("access_token_secret".into(), secret.reveal().into());
    }
    Value::Object(out)
}

fn shown(integrations: &Integrations, one: &Integration) -> Value {
    let grants = one.grants(integrations.tree);
    let setup_type = match one.setup_type {
        SetupType::Manual => "manual",
        SetupType::Config => "config",
    };
    json!({
        "id": one.id,
        "name": one.name,
        "email": (!one.email.is_empty()).then_some(&one.email),
        "endpoint": one.endpoint,
        "identity_link_url": one.identity_link_url,
        "status": one.status.label().to_ascii_lowercase(),
        "setup_type": setup_type,
        "module": one.module,
        "resources": grants.ids(integrations.tree),
        "created_at": one.created_at.as_str(),
        "updated_at": one.updated_at.as_str(),
    })
}

fn print(value: &Value, format: Format) {
    if format == Format::Json {
        say!("{value}");
        return;
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let text = match value {
            Value::String(text) => escape(text),
            Value::Null => String::new(),
            Value::Array(list) => {
                let texts = list.iter().filter_map(Value::as_str);
                texts.collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        };
        say!("{key}: {text}");
    }
}
