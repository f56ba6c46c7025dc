//! Answers for the page at `/swagger`: its files with the headers that a browser needs, and nothing in
//! production, where Magento hides it too.

use bytes::Bytes;
use ferrite_settings::Settings;
use ferrite_webapi::Response;
use ferrite_webapi::identity::Head;
use hyper::Method;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    X_FRAME_OPTIONS,
};

use crate::hosts;
use crate::server::{Answer, plain, rest};

/// A page's address holds no hash of what is in it: another version shows itself soon.
const KEPT: &str = "max-age=300";

/// Answers a request for the page or a file of it.
pub fn answer(at: &Settings, head: &Head) -> Answer {
    if hosts::is_production(at) {
        return plain(404, "There is no such page.\n");
    }
    if head.method != Method::GET {
        return plain(405, "This page can only be read.\n");
    }
    let Some(file) = ferrite_swagger::find(&head.path) else {
        return plain(404, "There is no such page.\n");
    };
    let mut answer = rest(Response {
        status: 200,
        content_type: file.media,
        body: Bytes::from_static(file.bytes),
    });
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, ferrite_swagger::POLICY);
    set(REFERRER_POLICY, "no-referrer");
    set(X_FRAME_OPTIONS, "DENY");
    set(CACHE_CONTROL, KEPT);
    answer
}
