//! A store for tests: checks every signature, gives tokens, has two orders and a product.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use ferrite_base::Secret;
use ferrite_oauth1::{Protocol, Scheme, SigningKey, verify};
use http::StatusCode;
use tokio::net::TcpListener;

pub const KEY: &str = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
pub const SECRET: &str = "ssssssssssssssssssssssssssssssss";
pub const VERIFIER: &str = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";
const REQUEST: (&str, &str) = ("rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr", "request-secret");
pub const ACCESS: (&str, &str) = ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "access-secret");

/// How the store behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    Expired,
    Forbidding,
    Silent,
    Slow,
    Html,
}

#[derive(Default)]
pub struct Seen {
    pub requests: Vec<String>,
    pub stock: Option<String>,
}

#[derive(Clone)]
pub struct Store {
    pub address: SocketAddr,
    pub mood: Arc<Mutex<Mood>>,
    pub seen: Arc<Mutex<Seen>>,
}

impl Store {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let store = Self {
            address: listener.local_addr().unwrap(),
            mood: Arc::new(Mutex::new(Mood::Well)),
            seen: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(store.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        store
    }

    pub fn base(&self) -> String {
        format!("http://{}/shop/", self.address)
    }

    pub fn feel(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }
}

async fn answer(State(store): State<Store>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    let (path, query) = (head.uri.path(), head.uri.query());
    let line = format!("{} {path}", head.method);
    store.seen.lock().unwrap().requests.push(line.clone());
    let mood = *store.mood.lock().unwrap();
    if mood == Mood::Silent {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    if mood == Mood::Slow {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    if mood == Mood::Html {
        return "<html>maintenance</html>".into_response();
    }
    let header = head.headers["authorization"].to_str().unwrap();
    let protocol = Protocol::parse(header).unwrap().unwrap();
    let secret = match protocol.get("oauth_token") {
        None => "",
        Some(token) if token == REQUEST.0 => REQUEST.1,
        Some(token) if token == ACCESS.0 => ACCESS.1,
        Some(_) => return problem("Specified token does not exist"),
    };
    let key = SigningKey::new(&Secret::new(SECRET), &Secret::new(secret)).unwrap();
    let signed = ferrite_oauth1::Request {
        method: head.method.as_str(),
        schemes: &[Scheme::Http],
        host: head.headers["host"].to_str().unwrap(),
        path,
        query,
        form: None,
    };
    let method = protocol.check(&[], false).unwrap();
    if verify(&signed, &protocol, &key, method, false).is_err()
        || protocol.get("oauth_consumer_key") != Some(KEY)
    {
        return problem("The signature is invalid. Verify and try again.");
    }
    match (line.as_str(), mood) {
        ("POST /shop/oauth/token/request", Mood::Expired) => problem("Consumer key has expired"),
        ("POST /shop/oauth/token/request", _) => token(REQUEST),
        ("POST /shop/oauth/token/access", _) => {
            assert_eq!(protocol.get("oauth_verifier"), Some(VERIFIER));
            token(ACCESS)
        }
        (_, Mood::Forbidding) => (
            StatusCode::UNAUTHORIZED,
            r#"{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}"#,
        )
            .into_response(),
        ("GET /shop/rest/V1/orders", _) => ORDERS.into_response(),
        ("GET /shop/rest/V1/products", _) => PRODUCTS.into_response(),
        ("GET /shop/rest/V1/stockItems/24-MB%2F01", _) => r#"{"item_id":1,"qty":3}"#.into_response(),
        ("PUT /shop/rest/V1/products/24-MB%2F01", _) => {
            let body = String::from_utf8(body.to_vec()).unwrap();
            store.seen.lock().unwrap().stock = Some(body);
            r#"{"sku":"24-MB/01"}"#.into_response()
        }
        _ => (
            StatusCode::NOT_FOUND,
            r#"{"message":"The product that was requested doesn't exist. Verify the product and try again."}"#,
        )
            .into_response(),
    }
}

fn token((token, secret): (&str, &str)) -> Response {
    format!("oauth_token={token}&oauth_token_secret={secret}").into_response()
}

fn problem(text: &str) -> Response {
    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    (StatusCode::UNAUTHORIZED, format!("oauth_problem={text}")).into_response()
}

const ORDERS: &str = r#"{"items":[
  {"increment_id":"000000002","created_at":"2026-11-24 10:00:00","status":"processing","grand_total":75,"order_currency_code":"USD","customer_firstname":"Ada","customer_lastname":"<b>Payer</b>"},
  {"increment_id":"000000001","created_at":"2026-11-23 10:00:00","status":"pending","grand_total":25.5,"order_currency_code":"USD","customer_email":"guest@example.com"}
],"search_criteria":{},"total_count":2}"#;

const PRODUCTS: &str = r#"{"items":[{"sku":"24-MB/01","name":"Joust Duffle Bag","type_id":"simple","price":34}],"search_criteria":{},"total_count":1}"#;
