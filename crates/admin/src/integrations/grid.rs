//! The grid of integrations.

use askama::Template;
use ferrite_integrations::{INTEGRATIONS, Integration, SetupType, Status};
use ferrite_storage::{Direction, Filter, Scalar, Search, Sort};

use crate::grids::around;
use crate::page::{Frame, Message};
use crate::panel::{Page, Visit};
use crate::users::records;

const PAGE: i64 = 20;

const INSECURE: &str = "Warning! Integrations not using HTTPS are insecure and potentially expose \
                        private or personally identifiable information";

struct Row {
    id: i64,
    name: String,
    is_insecure: bool,
    status: &'static str,
    is_active: bool,
    is_config: bool,
}

struct Column {
    label: &'static str,
    address: String,
    arrow: &'static str,
}

#[derive(Template)]
#[template(path = "integrations.html")]
struct Grid {
    frame: Frame,
    rows: Vec<Row>,
    found: String,
    name: String,
    statuses: Vec<(&'static str, &'static str, bool)>,
    columns: Vec<Column>,
    pages: Vec<(i64, String, bool)>,
    is_filtered: bool,
}

/// What the grid is asked for.
struct Asked {
    name: String,
    status: String,
    sort: &'static str,
    descending: bool,
    page: i64,
}

impl Asked {
    fn of(visit: &Visit<'_>) -> Self {
        let query = visit.request.query();
        let sort = match query.get("sort") {
            "name" => "name",
            "status" => "status",
            _ => "entity_id",
        };
        Self {
            name: query.get("name").to_owned(),
            status: query.get("status").to_owned(),
            sort,
            descending: query.get("dir") == "desc",
            page: query.get("page").parse().unwrap_or(1).max(1),
        }
    }

    fn search(&self) -> Search {
        let filter = |field: &str, condition: &str, value: String| {
            vec![Filter {
                field: field.to_owned(),
                condition: condition.to_owned(),
                value,
            }]
        };
        let mut groups = Vec::new();
        if !self.name.is_empty() {
            groups.push(filter("name", "like", format!("%{}%", self.name)));
        }
        if !self.status.is_empty() {
            groups.push(filter("status", "eq", self.status.clone()));
        }
        let direction = if self.descending {
            Direction::Descending
        } else {
            Direction::Ascending
        };
        Search {
            groups,
            sort: vec![Sort {
                field: self.sort.to_owned(),
                direction,
            }],
            page_size: Some(PAGE),
            page: self.page,
        }
    }

    /// The grid's address with other pages or another order.
    fn address(&self, visit: &Visit<'_>, sort: &str, descending: bool, page: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("name", self.name.as_str()),
            ("status", self.status.as_str()),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("sort", sort);
        query.append_pair("dir", if descending { "desc" } else { "asc" });
        query.append_pair("page", &page.to_string());
        format!("{}?{}", visit.address("integrations"), query.finish())
    }

    fn column(&self, visit: &Visit<'_>, label: &'static str, sort: &'static str) -> Column {
        let is_current = self.sort == sort;
        Column {
            label,
            address: self.address(visit, sort, is_current && !self.descending, 1),
            arrow: match (is_current, self.descending) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
        }
    }
}

fn row(one: &Integration) -> Row {
    Row {
        id: one.id,
        name: one.name.clone(),
        is_insecure: one.is_insecure(),
        status: one.status.label(),
        is_active: one.status == Status::Active,
        is_config: one.setup_type == SetupType::Config,
    }
}

/// The grid.
pub(crate) fn show(visit: &Visit<'_>) -> Page {
    let asked = Asked::of(visit);
    let search = asked.search();
    let (page, insecure) = visit.panel.db.read(|tx| {
        let page = INTEGRATIONS.search(tx, &search)?;
        let insecure = INTEGRATIONS.find(tx, "insecure", &Scalar::from(1))?;
        Ok::<_, ferrite_storage::Error>((page, insecure.is_some()))
    })?;
    let mut frame = visit.frame("Integrations");
    if insecure {
        frame.messages.push(Message::notice(INSECURE));
    }
    let statuses = [Status::Inactive, Status::Active, Status::Reset].map(|status| {
        let value = ["0", "1", "2"][usize::try_from(status.number()).unwrap_or(0)];
        (value, status.label(), asked.status == value)
    });
    let last = (page.total + PAGE - 1) / PAGE;
    let link = |number: i64| {
        let address = asked.address(visit, asked.sort, asked.descending, number);
        (number, address, number == asked.page)
    };
    Ok(visit.show(&Grid {
        rows: page.items.iter().map(row).collect(),
        found: records(page.total),
        statuses: statuses.into(),
        columns: vec![
            asked.column(visit, "Name", "name"),
            asked.column(visit, "Status", "status"),
        ],
        pages: around(asked.page, last).into_iter().map(link).collect(),
        is_filtered: !asked.name.is_empty() || !asked.status.is_empty(),
        name: asked.name,
        frame,
    }))
}
