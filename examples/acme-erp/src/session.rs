//! Sessions: who is logged in in which browser, and which store that browser came from. In memory,
//! bounded, gone at a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ferrite_base::{Clock, Randomness};
use url::Url;

/// Cookies do not tell ports apart: the name must be nobody else's on this host.
pub const COOKIE: &str = "acme_erp_session";

const IDLE_SECONDS: i64 = 8 * 3_600;
const MOST: usize = 5_000;

/// A sentence for the next page.
#[derive(Clone, Debug)]
pub struct Notice {
    pub good: bool,
    pub text: String,
}

impl Notice {
    pub fn good(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { good: true, text }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { good: false, text }
    }
}

/// The store that sent this browser here.
#[derive(Clone, Debug)]
pub struct Link {
    pub consumer_key: String,
    pub store: Url,
    /// Where the browser goes back to, checked.
    pub return_to: Option<Url>,
}

/// One browser's session.
#[derive(Clone)]
pub struct Session {
    pub id: String,
    /// Stands in every form, so that no other site can post one.
    pub form_token: String,
    pub account: Option<String>,
    pub link: Option<Link>,
    pub notice: Option<Notice>,
    used: i64,
}

/// All sessions.
pub struct Sessions {
    map: Mutex<HashMap<String, Session>>,
    clock: Clock,
    randomness: Randomness,
}

impl Sessions {
    pub fn new(clock: Clock, randomness: Randomness) -> Self {
        Self {
            map: Mutex::default(),
            clock,
            randomness,
        }
    }

    /// A session that is still alive; finding it keeps it so.
    pub fn find(&self, id: &str) -> Option<Session> {
        let now = self.clock.unix_seconds();
        let mut map = self.lock();
        let session = map.get_mut(id)?;
        if session.used + IDLE_SECONDS < now {
            map.remove(id);
            return None;
        }
        session.used = now;
        Some(session.clone())
    }

    /// A new one, of nobody.
    pub fn start(&self) -> Session {
        let session = Session {
            id: self.randomness.token(),
            form_token: self.randomness.token(),
            account: None,
            link: None,
            notice: None,
            used: self.clock.unix_seconds(),
        };
        self.put(session.clone());
        session
    }

    /// The account's session in place of the one that logged in, under another id, so that nobody
    /// who knew that one is logged in too.
    pub fn sign_in(&self, before: &Session, account: &str) -> Session {
        let mut session = self.start();
        session.account = Some(account.to_owned());
        session.link.clone_from(&before.link);
        self.end(&before.id);
        self.put(session.clone());
        session
    }

    /// Forgets a session.
    pub fn end(&self, id: &str) {
        self.lock().remove(id);
    }

    pub fn set_link(&self, id: &str, link: Option<Link>) {
        if let Some(session) = self.lock().get_mut(id) {
            session.link = link;
        }
    }

    pub fn notify(&self, id: &str, notice: Notice) {
        if let Some(session) = self.lock().get_mut(id) {
            session.notice = Some(notice);
        }
    }

    /// The sentence for this page, which is shown once.
    pub fn take_notice(&self, id: &str) -> Option<Notice> {
        self.lock().get_mut(id)?.notice.take()
    }

    fn put(&self, session: Session) {
        let mut map = self.lock();
        if map.len() >= MOST && !map.contains_key(&session.id) {
            // Browsers in which nobody is logged in go first.
            let stale = map.values().min_by_key(|s| (s.account.is_some(), s.used));
            if let Some(id) = stale.map(|session| session.id.clone()) {
                map.remove(&id);
            }
        }
        map.insert(session.id.clone(), session);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(clock: &Clock) -> Sessions {
        Sessions::new(clock.clone(), Randomness::seeded(1))
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_changes_its_id_at_a_log_in() {
        let clock = Clock::fixed(0);
        let sessions = sessions(&clock);
        let before = sessions.start();
        let after = sessions.sign_in(&before, "a");
        assert_ne!(before.id, after.id);
        assert_ne!(before.form_token, after.form_token);
        assert!(sessions.find(&before.id).is_none());
        clock.advance(IDLE_SECONDS);
        assert_eq!(
            sessions.find(&after.id).unwrap().account.as_deref(),
            Some("a")
        );
        clock.advance(IDLE_SECONDS + 1);
        assert!(sessions.find(&after.id).is_none());
    }

    #[test]
    fn sessions_are_bounded_and_who_is_logged_in_stays() {
        let clock = Clock::fixed(0);
        let sessions = sessions(&clock);
        let start = sessions.start();
        let kept = sessions.sign_in(&start, "a");
        clock.advance(1);
        for _ in 0..MOST + 5 {
            sessions.start();
        }
        assert_eq!(sessions.lock().len(), MOST);
        assert!(sessions.find(&kept.id).is_some());
    }
}
