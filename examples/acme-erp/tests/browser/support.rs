//! A running Acme ERP and a browser that knows cookies, forms and redirects.

use std::net::SocketAddr;
use std::time::Duration;

use acme_erp::{Options, Server, StartError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::store::{KEY, SECRET, Store, VERIFIER};

/// Acme ERP on a free port.
pub struct Acme {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), StartError>>,
}

impl Acme {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::new(free());
        options.store_timeout = Duration::from_millis(500);
        change(&mut options);
        let server = Server::bind(options).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let address = server.address();
        let running = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self {
            address,
            stop,
            running,
        }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.running.await.unwrap().unwrap();
    }

    /// What a store posts when Allow is pressed.
    pub async fn credentials(&self, base: &str) -> Answer {
        let body = form(&[
            ("oauth_consumer_key", KEY),
            ("oauth_consumer_secret", SECRET),
            ("store_base_url", base),
            ("oauth_verifier", VERIFIER),
        ]);
        self.callback("application/x-www-form-urlencoded", body)
            .await
    }

    pub async fn callback(&self, media: &str, body: String) -> Answer {
        let url = format!("http://{}/callback", self.address);
        ask("POST", url, vec![("Content-Type", media.to_owned())], body).await
    }
}

pub fn free() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// Where a store sends the browser.
pub fn link(store: &Store, back: &str) -> String {
    let back = if back.is_empty() {
        format!("{}admin/done", store.base())
    } else {
        back.to_owned()
    };
    format!(
        "/link?{}",
        form(&[("oauth_consumer_key", KEY), ("success_call_back", &back)])
    )
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub policy: String,
    pub cookie: Option<String>,
    pub body: String,
}

pub async fn ask(
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Answer {
    let work = move || {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None);
        let agent = ureq::Agent::new_with_config(config.build());
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut response = match method {
            "GET" => agent.run(request.body(()).unwrap()),
            _ => agent.run(request.body(body).unwrap()),
        }
        .unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        Answer {
            status: response.status().as_u16(),
            location: header("location").unwrap_or_default(),
            policy: header("content-security-policy").unwrap_or_default(),
            cookie: header("set-cookie"),
            body: response.body_mut().read_to_string().unwrap(),
        }
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// One browser.
pub struct Browser {
    address: SocketAddr,
    pub cookie: String,
    pub form_token: String,
}

impl Browser {
    pub fn new(acme: &Acme) -> Self {
        Self {
            address: acme.address,
            cookie: String::new(),
            form_token: String::new(),
        }
    }

    /// Loads a page and follows redirects within Acme ERP.
    pub async fn open(&mut self, path: &str) -> Answer {
        let answer = self.send("GET", path, String::new()).await;
        self.arrive(answer).await
    }

    /// Posts a form of the page that was loaded last, and follows as [`Browser::open`] does.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.form_token.clone();
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        let answer = self.send("POST", path, form(&all)).await;
        self.arrive(answer).await
    }

    pub async fn sign_up(&mut self) -> Answer {
        self.open("/sign-up").await;
        self.submit("/sign-up", &SIGN_UP).await
    }

    async fn arrive(&mut self, mut answer: Answer) -> Answer {
        while answer.location.starts_with('/') {
            answer = self
                .send("GET", &answer.location.clone(), String::new())
                .await;
        }
        answer
    }

    pub async fn send(&mut self, method: &'static str, path: &str, body: String) -> Answer {
        let headers = vec![
            ("Cookie", self.cookie.clone()),
            (
                "Content-Type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        let answer = ask(
            method,
            format!("http://{}{path}", self.address),
            headers,
            body,
        )
        .await;
        if let Some(cookie) = &answer.cookie {
            assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        let mark = "name=\"form_token\" value=\"";
        if let Some((_, rest)) = answer.body.split_once(mark) {
            self.form_token = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }
}

pub const PASSWORD: &str = "Acme123!x";
pub const SIGN_UP: [(&str, &str); 3] = [
    ("company", "Bag <b>& Co"),
    ("email", "ada@example.com"),
    ("password", PASSWORD),
];

/// The address of the only store on the start page.
pub fn store_path(home: &Answer) -> String {
    let (_, rest) = home.body.split_once("href=\"/stores/").expect("a store");
    format!("/stores/{}", rest.split('"').next().unwrap())
}
