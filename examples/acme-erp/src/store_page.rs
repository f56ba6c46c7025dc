//! The start page and the page of a connected store, with what can be done with it.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::app::App;
use crate::book::Connection;
use crate::failure::Failure;
use crate::page::{Frame, redirect, render};
use crate::posted::Posted;
use crate::session::{Notice, Session};
use crate::sync::{SyncError, Work, quantity};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    address: String,
    stores: Vec<Connection>,
}

#[derive(Template)]
#[template(path = "store.html")]
struct StorePage {
    frame: Frame,
    store: Connection,
}

/// `GET /`
pub async fn home(State(app): State<Arc<App>>, Extension(session): Extension<Session>) -> Response {
    let account = session.account.clone().unwrap_or_default();
    let stores = app.read(|book| {
        let connections = book.connections.iter();
        let own = connections.filter(|connection| connection.account == account);
        own.cloned().collect()
    });
    let page = HomePage {
        frame: Frame::new(&app, &session, "Acme ERP"),
        address: format!("http://{}", app.address),
        stores,
    };
    render(StatusCode::OK, &page)
}

/// `GET /stores/{id}`
pub async fn show(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let Some(account) = &session.account else {
        return Ok(redirect("/log-in"));
    };
    let store = app.read(|book| book.connection(account, &id).cloned());
    let page = StorePage {
        store: store.ok_or_else(Failure::not_found)?,
        frame: Frame::new(&app, &session, "Your store"),
    };
    Ok(render(StatusCode::OK, &page))
}

/// `POST /stores/{id}/orders`
pub async fn sync_orders(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    run(app, posted.session, id, |work, store, now| {
        let orders = work.orders()?;
        let text = format!("Orders synced: {}.", orders.len());
        store.orders = Some((orders, now));
        Ok(text)
    })
    .await
}

/// `POST /stores/{id}/products`
pub async fn read_products(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    run(app, posted.session, id, |work, store, now| {
        let products = work.products()?;
        let text = format!("Products read: {}.", products.len());
        store.products = Some((products, now));
        Ok(text)
    })
    .await
}

/// `POST /stores/{id}/stock`
pub async fn push_stock(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let sku = posted.fields.text("sku").to_owned();
    let amount = quantity(posted.fields.text("quantity"));
    let refuse = |text: &str| {
        app.sessions.notify(&posted.session.id, Notice::bad(text));
        Ok(redirect(&address(&id)))
    };
    if sku.is_empty() || sku.len() > 256 || matches!(sku.as_str(), "." | "..") {
        return refuse("Enter the SKU of a product.");
    }
    let Some(amount) = amount else {
        return refuse("Enter a quantity: a number from 0 to 99999999.");
    };
    run(app.clone(), posted.session, id, move |work, _, _| {
        let before = work.push_stock(&sku, &amount)?;
        Ok(format!("Stock of {sku}: {before} before, {amount} now."))
    })
    .await
}

/// `POST /stores/{id}/disconnect`
pub async fn disconnect(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let account = posted.session.account.clone().unwrap_or_default();
    app.read(|book| book.connection(&account, &id).map(|_| ()))
        .ok_or_else(Failure::not_found)?;
    app.change(|book| {
        book.connections
            .retain(|connection| connection.id != id || connection.account != account);
    })?;
    let text = "Disconnected. Acme ERP has forgotten the store's credentials; delete the \
                integration in the store too.";
    app.sessions.notify(&posted.session.id, Notice::good(text));
    Ok(redirect("/"))
}

/// What a piece of work changes in the store's page.
#[derive(Default)]
struct Found {
    orders: Option<(Vec<crate::sync::Order>, ferrite_base::DateTime)>,
    products: Option<(Vec<crate::sync::Product>, ferrite_base::DateTime)>,
}

/// Does a piece of work with a store, notes its calls and says how it went.
async fn run(
    app: Arc<App>,
    session: Session,
    id: String,
    job: impl FnOnce(&mut Work<'_>, &mut Found, ferrite_base::DateTime) -> Result<String, SyncError>
    + Send
    + 'static,
) -> Result<Response, Failure> {
    let account = session.account.clone().unwrap_or_default();
    let connection = app.read(|book| book.connection(&account, &id).cloned());
    let connection = connection.ok_or_else(Failure::not_found)?;
    let there = app.clone();
    // It notes its calls itself: they were made even if the browser does not wait.
    let work = move || {
        let mut work = Work::new(&there.client, &connection);
        let mut found = Found::default();
        let result = job(&mut work, &mut found, there.clock.now());
        let calls = work.calls;
        there.note(|book| {
            if let Some(store) = book.connection_mut(&account, &connection.id) {
                store.note(calls);
                store.orders = found.orders.or(store.orders.take());
                store.products = found.products.or(store.products.take());
            }
        });
        result
    };
    let done = tokio::task::spawn_blocking(work).await;
    let notice = match done.map_err(|_| Failure::broken())? {
        Ok(text) => Notice::good(text),
        Err(error) => Notice::bad(error.to_string()),
    };
    app.sessions.notify(&session.id, notice);
    Ok(redirect(&address(&id)).into_response())
}

fn address(id: &str) -> String {
    format!("/stores/{}", crate::client::part(id))
}
