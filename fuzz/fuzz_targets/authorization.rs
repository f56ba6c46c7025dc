//! The `Authorization: OAuth …` header: whatever it holds is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = ferrite_oauth1::Protocol::parse(text);
    if let Ok(Some(protocol)) = ferrite_oauth1::Protocol::parse(&format!("OAuth {text}")) {
        let _ = protocol.check(&["oauth_token"], true);
    }
});
