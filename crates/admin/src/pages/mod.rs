//! The pages, and which address leads to which.

mod configuration;
mod grid_page;
mod identity;
pub mod integrations;
mod lists;
pub mod modules;
mod permissions;
pub mod sign_in;
mod start;

use std::sync::Arc;

use axum::Router;

use crate::Panel;
use crate::web::route::{act, act_any, act_open, show, show_any};

const CONFIG: &str = "Magento_Config::config";

/// All addresses below the panel's path.
pub fn router() -> Router<Arc<Panel>> {
    Router::new()
        .merge(integrations::router())
        .merge(modules::router())
        .merge(permissions::router())
        .route("/", show_any(start::go))
        .route(
            "/sign-in",
            show_any(start::go).merge(act_open(sign_in::enter)),
        )
        .route("/sign-out", act_any(sign_in::leave))
        .route("/config", show(CONFIG, configuration::first))
        .route(
            "/config/{section}",
            show(CONFIG, configuration::show).merge(act(CONFIG, configuration::save)),
        )
        .route(
            "/catalog/product",
            show("Magento_Catalog::products", lists::products),
        )
        .route(
            "/customer",
            show("Magento_Customer::manage", lists::customers),
        )
        .route(
            "/sales/order",
            show("Magento_Sales::sales_order", lists::orders),
        )
}
