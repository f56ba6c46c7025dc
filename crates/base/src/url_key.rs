//! URL keys: a name in Latin letters, in lower case, everything else a dash.

use deunicode::deunicode;

/// The key of a text; empty where nothing of it can be written in Latin letters.
pub fn url_key(text: &str) -> String {
    let latin = deunicode(text).to_lowercase();
    let mut key = String::with_capacity(latin.len());
    for letter in latin.chars() {
        if letter.is_ascii_alphanumeric() {
            key.push(letter);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.truncate(key.trim_end_matches('-').len());
    key
}

#[cfg(test)]
mod tests {
    use super::url_key;

    #[test]
    fn keys_are_latin_and_plain() {
        assert_eq!(url_key("Neuer Schlüssel 7"), "neuer-schlussel-7");
        assert_eq!(url_key("  --Café & Co.-- "), "cafe-co");
        assert_eq!(url_key("!!!"), "");
    }
}
