//! The rows of the Web API as they are declared: what the walks go over, and what has to be proven.

use anyhow::{Context, Result, ensure};

use crate::stage::Repo;

const TABLE: &str = "crates/webapi/data/routes.csv";

/// How many rows there are.
const ROWS: usize = 416;

/// Its routes are there only while two-factor authentication is on.
pub const ABSENT: &str = "Magento_TwoFactorAuth";

/// The other side of the Web API: carts, orders, promotions.
const OTHER_SIDE: [&str; 6] = [
    "Magento_Quote",
    "Magento_Checkout",
    "Magento_GiftMessage",
    "Magento_Sales",
    "Magento_SalesRule",
    "Magento_InventoryInStorePickupSalesApi",
];

/// A declared row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub module: String,
    pub method: String,
    /// With its parameters, such as `/V1/products/:sku`.
    pub path: String,
    /// Those of which a caller needs one, as a refusal names them.
    pub resources: String,
    /// Whether it answers over HTTPS alone.
    pub secure: bool,
}

impl Row {
    fn read(line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.split(',').collect();
        let [module, method, path, _, _, resources, _, secure, ..] = columns.as_slice() else {
            return None;
        };
        Some(Self {
            module: (*module).to_owned(),
            method: (*method).to_owned(),
            path: (*path).to_owned(),
            resources: resources.replace('|', ", "),
            secure: *secure == "true",
        })
    }

    /// `GET /V1/products/:sku`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What the recordings of a guest's requests call it: `get-V1-products-sku`.
    pub fn recorded_name(&self) -> String {
        let path = self.path.replace(':', "").replace('/', "-");
        format!("{}{path}", self.method.to_lowercase())
    }

    /// Whether it is of catalog, inventory, customers, content and what they stand on, not of carts,
    /// orders or promotions.
    pub fn is_of_this_side(&self) -> bool {
        !OTHER_SIDE.contains(&&*self.module)
    }
}

/// All of them, in the order in which they are declared.
pub fn rows(repo: &Repo) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(repo.root.join(TABLE)).context(TABLE)?;
    let rows: Vec<Row> = text.lines().skip(1).filter_map(Row::read).collect();
    ensure!(rows.len() == ROWS, "{TABLE} has {} rows", rows.len());
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_called_as_the_recordings_call_it() {
        let repo = Repo::locate().unwrap();
        let rows = rows(&repo).unwrap();
        let product = rows
            .iter()
            .find(|row| row.name() == "GET /V1/products/:sku");
        let product = product.unwrap();
        assert_eq!(product.recorded_name(), "get-V1-products-sku");
        assert_eq!(product.resources, "Magento_Catalog::products");
        assert!(product.is_of_this_side());
        // A module that was renamed would leave nothing out.
        for module in OTHER_SIDE.iter().chain([&ABSENT]) {
            assert!(rows.iter().any(|row| row.module == *module), "{module}");
        }
    }
}
