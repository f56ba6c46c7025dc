//! A grid: columns that can be filtered and sorted, rows of cells, pages. Its state is in the
//! address alone, so that links and a plain form are all it needs.

use crate::web::fields::Fields;

/// How a column can be filtered.
#[derive(Clone, Copy)]
pub enum FilterKind {
    None,
    Text,
    /// Values with their labels.
    Select(&'static [(&'static str, &'static str)]),
}

/// A column.
pub struct Column {
    /// Its name in the address.
    pub key: &'static str,
    pub title: &'static str,
    pub filter: FilterKind,
    pub is_sortable: bool,
    /// Whether its cells are numbers.
    pub is_number: bool,
}

impl Column {
    /// A column of text that can be filtered and sorted.
    pub const fn text(key: &'static str, title: &'static str) -> Self {
        Self {
            key,
            title,
            filter: FilterKind::Text,
            is_sortable: true,
            is_number: false,
        }
    }

    /// A column of which one of a few values can be picked.
    pub const fn select(
        key: &'static str,
        title: &'static str,
        values: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            filter: FilterKind::Select(values),
            ..Self::text(key, title)
        }
    }

    /// A column of what is only looked at.
    pub const fn plain(key: &'static str, title: &'static str) -> Self {
        Self {
            filter: FilterKind::None,
            is_sortable: false,
            ..Self::text(key, title)
        }
    }

    /// The same column, of numbers.
    pub const fn number(self) -> Self {
        Self {
            is_number: true,
            ..self
        }
    }

    /// The same column, not filtered.
    pub const fn unfiltered(self) -> Self {
        Self {
            filter: FilterKind::None,
            ..self
        }
    }
}

/// What stands in a cell.
pub enum Cell {
    Text(String),
    /// A date with its time.
    Moment(String),
    /// The address of a small picture; none shows nothing.
    Picture(Option<String>),
    /// A word with a colour: `good`, `warn`, `bad` or none.
    Badge(String, &'static str),
    /// A name with its marks.
    Name {
        text: String,
        is_insecure: bool,
        label: Option<Label>,
    },
    Link {
        url: String,
        text: &'static str,
    },
    Icon {
        url: String,
        icon: &'static str,
        title: &'static str,
        class: &'static str,
    },
    Disabled {
        icon: &'static str,
        title: &'static str,
    },
}

/// A word beside a name with its colour, as of [`Cell::Badge`].
pub struct Label {
    pub text: String,
    pub tone: &'static str,
}

impl Cell {
    /// A name without a mark.
    pub fn name(text: String) -> Self {
        Self::Name {
            text,
            is_insecure: false,
            label: None,
        }
    }

    /// The class of its cell: what is pressed stands side by side on narrow screens.
    pub fn class(&self, head: &Head) -> &'static str {
        match self {
            Self::Link { .. } | Self::Icon { .. } | Self::Disabled { .. } => "action",
            _ if head.is_number => "number",
            _ => "",
        }
    }
}

/// What is wrong with the thing of a row, shown below it.
pub struct Finding {
    /// What kind it is of, for people.
    pub kind: &'static str,
    /// Its colour, as of [`Cell::Badge`].
    pub tone: &'static str,
    /// The file, with line and column where they are known.
    pub place: String,
    pub message: String,
    /// What would put it right; may be empty.
    pub hint: String,
}

const LIMITS: [i64; 5] = [20, 30, 50, 100, 200];

/// What is asked for.
pub struct State {
    /// The filters that are set.
    pub filters: Vec<(&'static str, String)>,
    /// The column that is sorted by.
    pub sort: &'static str,
    pub is_descending: bool,
    pub page: i64,
    pub limit: i64,
}

impl State {
    /// Reads an address; what does not fit is passed over.
    pub fn read(query: &Fields, columns: &[Column], sort: &'static str, descending: bool) -> Self {
        let mut filters = Vec::new();
        for column in columns {
            let value = query.text(column.key).trim();
            let fits = match column.filter {
                FilterKind::None => false,
                FilterKind::Text => true,
                FilterKind::Select(values) => values.iter().any(|(known, _)| *known == value),
            };
            if fits && !value.is_empty() {
                filters.push((column.key, value.to_owned()));
            }
        }
        let number = |name: &str| query.text(name).parse::<i64>().ok();
        let asked = query.text("sort");
        let column = columns.iter().find(|c| c.is_sortable && c.key == asked);
        Self {
            filters,
            sort: column.map_or(sort, |column| column.key),
            is_descending: query.given("dir").map_or(descending, |dir| dir == "desc"),
            page: number("page")
                .filter(|page| (1..1_000_000).contains(page))
                .unwrap_or(1),
            limit: number("limit")
                .filter(|limit| LIMITS.contains(limit))
                .unwrap_or(LIMITS[0]),
        }
    }

    /// The value of a filter.
    pub fn filter(&self, key: &str) -> Option<&str> {
        let found = self.filters.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.as_str())
    }

    fn url(&self, path: &str, sort: &str, is_descending: bool, page: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters);
        query.append_pair("sort", sort);
        query.append_pair("dir", if is_descending { "desc" } else { "asc" });
        query.append_pair("limit", &self.limit.to_string());
        query.append_pair("page", &page.to_string());
        format!("{path}?{}", query.finish())
    }
}

/// A column's head.
pub struct Head {
    pub key: &'static str,
    pub title: &'static str,
    pub is_number: bool,
    /// Where sorting by it leads.
    pub sort_url: Option<String>,
    /// `ascending` or `descending` where it is sorted by, else empty.
    pub sorted: &'static str,
    pub has_filter: bool,
    /// The filter's value.
    pub value: String,
    /// Values with their labels, and whether they are picked.
    pub options: Vec<(&'static str, &'static str, bool)>,
}

/// A grid, ready for the template.
pub struct Grid {
    /// Its page.
    pub url: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
    /// What is wrong, for each row; empty in grids that know nothing of the kind.
    pub findings: Vec<Vec<Finding>>,
    pub total: i64,
    pub sort: &'static str,
    pub direction: &'static str,
    pub page: i64,
    pub pages: i64,
    pub limits: Vec<(i64, bool)>,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub has_filters: bool,
}

impl Grid {
    /// The grid of a page of rows.
    pub fn new(
        url: String,
        columns: &[Column],
        state: &State,
        rows: Vec<Vec<Cell>>,
        total: i64,
    ) -> Self {
        let pages = (total.max(1) - 1) / state.limit + 1;
        let to = |page: i64| state.url(&url, state.sort, state.is_descending, page);
        Self {
            heads: columns
                .iter()
                .map(|column| head(&url, column, state))
                .collect(),
            rows,
            findings: Vec::new(),
            total,
            sort: state.sort,
            direction: if state.is_descending { "desc" } else { "asc" },
            page: state.page,
            pages,
            limits: LIMITS.map(|limit| (limit, limit == state.limit)).to_vec(),
            previous: (state.page > 1).then(|| to((state.page - 1).min(pages))),
            next: (state.page < pages).then(|| to(state.page + 1)),
            has_filters: columns
                .iter()
                .any(|c| !matches!(c.filter, FilterKind::None)),
            url,
        }
    }

    /// `1 record found`, `3 records found`
    pub fn count(&self) -> String {
        let word = if self.total == 1 { "record" } else { "records" };
        format!("{} {word} found", self.total)
    }

    /// The rows, each with what is wrong.
    pub fn lines(&self) -> impl Iterator<Item = (&[Cell], &[Finding])> {
        let findings = |row: usize| self.findings.get(row).map_or(&[][..], Vec::as_slice);
        let rows = self.rows.iter().enumerate();
        rows.map(move |(number, row)| (row.as_slice(), findings(number)))
    }

    /// A row's cells with their heads.
    pub fn cells<'a>(&'a self, row: &'a [Cell]) -> impl Iterator<Item = (&'a Head, &'a Cell)> {
        self.heads.iter().zip(row)
    }
}

fn head(url: &str, column: &Column, state: &State) -> Head {
    let is_sorted = column.key == state.sort;
    let sorted = match (is_sorted, state.is_descending) {
        (false, _) => "",
        (true, false) => "ascending",
        (true, true) => "descending",
    };
    let value = state.filter(column.key).unwrap_or_default().to_owned();
    let options = match column.filter {
        FilterKind::Select(values) => {
            let with_picked = values.iter().map(|(v, label)| (*v, *label, *v == value));
            with_picked.collect()
        }
        _ => Vec::new(),
    };
    let turned = is_sorted && !state.is_descending;
    Head {
        key: column.key,
        title: column.title,
        is_number: column.is_number,
        sort_url: column
            .is_sortable
            .then(|| state.url(url, column.key, turned, 1)),
        sorted,
        has_filter: !matches!(column.filter, FilterKind::None),
        value,
        options,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::text("name", "Name"),
        Column::select("status", "Status", &[("0", "Inactive"), ("1", "Active")]),
        Column::plain("edit", "Edit"),
    ];

    fn read(query: &str) -> State {
        State::read(&Fields::parse(query.as_bytes()), COLUMNS, "id", false)
    }

    #[test]
    fn an_address_is_read_and_what_does_not_fit_is_passed_over() {
        let state = read("name=+a%26b&status=7&edit=1&sort=edit&limit=7&page=-3");
        assert_eq!(state.filters, [("name", "a&b".to_owned())]);
        assert_eq!((state.sort, state.page, state.limit), ("id", 1, 20));
        let state = read("status=1&sort=name&dir=desc&page=9999999999&limit=50");
        assert_eq!(state.filter("status"), Some("1"));
        assert!(state.is_descending && state.sort == "name");
        assert_eq!((state.page, state.limit), (1, 50));
    }

    #[test]
    fn links_keep_the_state() {
        let state = read("name=a%26b&sort=name&page=2");
        let grid = Grid::new("/x".to_owned(), COLUMNS, &state, Vec::new(), 41);
        assert_eq!(grid.pages, 3);
        let next = grid.next.unwrap();
        assert_eq!(next, "/x?name=a%26b&sort=name&dir=asc&limit=20&page=3");
        let name = &grid.heads[0];
        assert_eq!(name.sorted, "ascending");
        assert!(name.sort_url.as_ref().unwrap().contains("dir=desc"));
    }
}
