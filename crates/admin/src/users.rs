//! System > Permissions: who may sign in, and with which role.

use askama::Template;
use ferrite_accounts::{ADMINS, Admin};
use ferrite_storage::Error;

use crate::page::Frame;
use crate::panel::{Page, Visit};

#[derive(Template)]
#[template(path = "table.html")]
pub(crate) struct Table {
    pub(crate) frame: Frame,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) found: String,
    pub(crate) pages: Vec<(String, String, bool)>,
}

/// The sentence above a table.
pub(crate) fn records(count: i64) -> String {
    format!("{count} records found")
}

/// All admins.
pub(crate) fn users(visit: &Visit<'_>) -> Page {
    visit.require("Magento_User::acl_users")?;
    let admins = visit.panel.db.read(|tx| ADMINS.all(tx))?;
    let row = |admin: &Admin| {
        vec![
            admin.id.to_string(),
            admin.user_name.clone(),
            admin.first_name.clone(),
            admin.last_name.clone(),
            admin.email.clone(),
            if admin.is_active {
                "Active"
            } else {
                "Inactive"
            }
            .to_owned(),
        ]
    };
    Ok(visit.show(&Table {
        frame: visit.frame("Users"),
        columns: vec![
            "ID",
            "User Name",
            "First Name",
            "Last Name",
            "Email",
            "Status",
        ],
        found: records(i64::try_from(admins.len()).unwrap_or(0)),
        rows: admins.iter().map(row).collect(),
        pages: Vec::new(),
    }))
}

/// The roles: so far the one of those who may do everything.
pub(crate) fn roles(visit: &Visit<'_>) -> Page {
    visit.require("Magento_User::acl_roles")?;
    let count = visit.panel.db.read(|tx| ADMINS.count(tx));
    let count = count.map_err(|error: Error| error)?;
    Ok(visit.show(&Table {
        frame: visit.frame("Roles"),
        columns: vec!["ID", "Role", "Users"],
        rows: vec![vec![
            "1".to_owned(),
            "Administrators".to_owned(),
            count.to_string(),
        ]],
        found: records(1),
        pages: Vec::new(),
    }))
}
