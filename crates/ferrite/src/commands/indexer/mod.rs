//! `indexer:…`: Magento's indexes, their state, and making them anew.
//!
//! Ferrite keeps what it has of them in step with every save, whatever the mode; making one anew
//! ([`rebuild`]) derives its table from the documents once more. State and mode are facts of the
//! store; a lock in `var/locks` keeps two from making one index at once.

mod rebuild;
mod state;

pub use rebuild::reindex_invalid;
pub use state::schedule_all;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_base::Clock;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome, output, table};
use state::{Mode, State, Status};

/// `indexer:info`
pub static INFO: Entry<NoOptions> = Entry {
    name: "indexer:info",
    description: "Lists the indexes",
    exists: Exists::Installed,
    run: info,
};

/// `indexer:status`
pub static STATUS: Entry<Ids> = Entry {
    name: "indexer:status",
    description: "Shows how the indexes stand",
    exists: Exists::Installed,
    run: status,
};

/// `indexer:reindex`
pub static REINDEX: Entry<Ids> = Entry {
    name: "indexer:reindex",
    description: "Makes indexes anew",
    exists: Exists::Installed,
    run: reindex,
};

/// `indexer:reset`
pub static RESET: Entry<Ids> = Entry {
    name: "indexer:reset",
    description: "Marks indexes as invalid",
    exists: Exists::Installed,
    run: reset,
};

/// `indexer:show-mode`
pub static SHOW_MODE: Entry<Ids> = Entry {
    name: "indexer:show-mode",
    description: "Shows when the indexes are brought up to date",
    exists: Exists::Installed,
    run: show_mode,
};

/// `indexer:set-mode`
pub static SET_MODE: Entry<ModeOptions> = Entry {
    name: "indexer:set-mode",
    description: "Sets when indexes are brought up to date",
    exists: Exists::Installed,
    run: set_mode,
};

/// `indexer:set-status`
pub static SET_STATUS: Entry<StatusOptions> = Entry {
    name: "indexer:set-status",
    description: "Sets how indexes stand",
    exists: Exists::Installed,
    run: set_status,
};

/// An index: its id and title.
pub type Index = (&'static str, &'static str);

/// All indexes, in the order in which they are made.
pub const INDEXES: [Index; 13] = [
    ("design_config_grid", "Design Config Grid"),
    ("customer_grid", "Customer Grid"),
    ("catalog_category_flat", "Category Flat Data"),
    ("catalog_category_product", "Category Products"),
    ("catalog_product_category", "Product Categories"),
    ("catalogrule_rule", "Catalog Rule Product"),
    ("catalog_product_attribute", "Product EAV"),
    ("cataloginventory_stock", "Stock"),
    ("inventory", "Inventory"),
    ("catalogrule_product", "Catalog Product Rule"),
    ("catalog_product_price", "Product Price"),
    ("catalog_product_flat", "Product Flat Data"),
    ("catalogsearch_fulltext", "Catalog Search"),
];

/// Options of the commands that take indexes.
#[derive(Args)]
pub struct Ids {
    /// The ids, with blanks between them; all without one
    #[arg(num_args = 0..)]
    index: Vec<String>,
}

/// Options of `indexer:set-mode`.
#[derive(Args)]
pub struct ModeOptions {
    /// realtime or schedule
    #[arg(required = true)]
    mode: String,
    #[command(flatten)]
    ids: Ids,
}

/// Options of `indexer:set-status`.
#[derive(Args)]
pub struct StatusOptions {
    /// invalid, suspended or valid
    #[arg(required = true)]
    status: String,
    #[command(flatten)]
    ids: Ids,
}

impl Ids {
    /// The indexes that are meant, in the order in which they are made.
    fn chosen(&self) -> Result<Vec<Index>> {
        let known = |id: &&String| INDEXES.iter().any(|(known, _)| known == id);
        let unknown: Vec<String> = self
            .index
            .iter()
            .filter(|id| !known(id))
            .map(|id| format!("'{id}'"))
            .collect();
        if !unknown.is_empty() {
            let all: Vec<&str> = INDEXES.iter().map(|(id, _)| *id).collect();
            bail!(
                "The following requested index types are not supported: {}.\nSupported types: {}",
                unknown.join(", "),
                all.join(", ")
            );
        }
        let is_meant =
            |one: &Index| self.index.is_empty() || self.index.iter().any(|id| id == one.0);
        Ok(INDEXES.into_iter().filter(is_meant).collect())
    }
}

fn info(_: &Context, _: NoOptions) -> Outcome {
    INDEXES
        .iter()
        .for_each(|(id, title)| say!("{id:<40} {title}"));
    Ok(ExitCode::SUCCESS)
}

fn status(context: &Context, ids: Ids) -> Outcome {
    let mut chosen = ids.chosen()?;
    chosen.sort_by_key(|(_, title)| *title);
    let db = context.open()?;
    let mut rows = Vec::new();
    for (id, title) in chosen {
        let state = state::of(&db, id)?;
        let scheduled = state.mode == Mode::Schedule;
        let only = |text: &str| {
            let text = if scheduled { text } else { "" };
            text.to_owned()
        };
        rows.push(vec![
            id.to_owned(),
            title.to_owned(),
            state.status.label().to_owned(),
            state.mode.short().to_owned(),
            only("idle (0 in backlog)"),
            only(&state.updated),
        ]);
    }
    let heads = [
        "ID",
        "Title",
        "Status",
        "Update On",
        "Schedule Status",
        "Schedule Updated",
    ];
    output::lines(table::drawn(&heads, &rows));
    Ok(ExitCode::SUCCESS)
}

fn reindex(context: &Context, ids: Ids) -> Outcome {
    let chosen = ids.chosen()?;
    let db = context.open()?;
    let mut whole = true;
    for line in rebuild::all(&context.project, &db, &chosen) {
        let (done, text) = line?;
        whole &= done;
        say!("{text}");
    }
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn reset(context: &Context, ids: Ids) -> Outcome {
    let chosen = ids.chosen()?;
    let db = context.open()?;
    for (id, title) in chosen {
        state::change(&db, id, |state| state.status = Status::Invalid)?;
        say!("{title} indexer has been invalidated.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show_mode(context: &Context, ids: Ids) -> Outcome {
    let chosen = ids.chosen()?;
    let db = context.open()?;
    for (id, title) in chosen {
        let mode = state::of(&db, id)?.mode.label();
        say!("{:<50} {mode}", format!("{title}:"));
    }
    Ok(ExitCode::SUCCESS)
}

fn set_mode(context: &Context, options: ModeOptions) -> Outcome {
    let Some(mode) = Mode::of(&options.mode) else {
        bail!("Accepted values for mode are 'realtime' or 'schedule'");
    };
    let chosen = options.ids.chosen()?;
    let db = context.open()?;
    let now = Clock::system().now();
    for (id, title) in chosen {
        let before: State = state::of(&db, id)?;
        if before.mode == mode {
            say!("Index mode for Indexer {title} has not been changed");
            continue;
        }
        let updated = now.as_str().to_owned();
        state::change(&db, id, move |state| {
            state.mode = mode;
            state.updated.clone_from(&updated);
        })?;
        say!(
            "Index mode for Indexer {title} was changed from '{}' to '{}'",
            before.mode.label(),
            mode.label()
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn set_status(context: &Context, options: StatusOptions) -> Outcome {
    let Some(status) = Status::of(&options.status) else {
        bail!("Accepted values for status are 'invalid', 'suspended' or 'valid'");
    };
    let chosen = options.ids.chosen()?;
    let db = context.open()?;
    for (id, title) in chosen {
        let before = state::of(&db, id)?.status;
        if before == status {
            say!("Index status for Indexer {title} has not been changed");
            continue;
        }
        state::change(&db, id, move |state| state.status = status)?;
        say!(
            "Index status for Indexer {title} was changed from '{}' to '{}'",
            before.label(),
            status.label()
        );
    }
    Ok(ExitCode::SUCCESS)
}
