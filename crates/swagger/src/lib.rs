//! The page at `/swagger`, on which the documents of the Web API are browsed and calls are tried.
//!
//! In: a path. Out: the file that lies there, inside the binary, and the policy under which a browser
//! may use it. The page itself is a frame (`assets`) around swagger-ui, whose script and style
//! `build.rs` takes out of a crate. It asks this server alone, as the caller whose token is typed
//! in; the token stays in the page's memory.

/// A file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// The page's `Content-Security-Policy`: files of this server, no code or styles in pages, no frames,
/// no other host. swagger-ui's icons are `data:` addresses in its style.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                          img-src 'self' data:; connect-src 'self'; form-action 'none'; \
                          frame-ancestors 'none'; base-uri 'none'";

const FOLDER: &str = "/swagger";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Whether a raw path is the page's or one below it.
pub fn holds(path: &str) -> bool {
    let below = path.strip_prefix(FOLDER);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The file at a raw path.
pub fn find(path: &str) -> Option<File> {
    macro_rules! built {
        ($name:literal) => {
            include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
        };
    }
    let (media, bytes): (_, &[u8]) = match path.strip_prefix(FOLDER)? {
        "" | "/" => (
            "text/html; charset=utf-8",
            include_bytes!("../assets/page.html"),
        ),
        "/page.css" => (STYLE, include_bytes!("../assets/page.css")),
        "/page.js" => (SCRIPT, include_bytes!("../assets/page.js")),
        "/swagger-ui.css" => (STYLE, built!("swagger-ui.css")),
        "/swagger-ui-bundle.js" => (SCRIPT, built!("swagger-ui-bundle.js")),
        "/LICENSE" => ("text/plain; charset=utf-8", built!("LICENSE")),
        _ => return None,
    };
    Some(File { media, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_the_page_names_is_there_and_nothing_is_elsewhere() {
        let page = std::str::from_utf8(find("/swagger").unwrap().bytes).unwrap();
        let named = page.split(['"', '\'']).filter(|text| text.contains('/'));
        let named: Vec<&str> = named.filter(|text| !text.contains(['<', '>'])).collect();
        assert!(named.len() >= 5, "{named:?}");
        for address in named {
            assert!(find(address).is_some(), "{address}");
        }
    }

    #[test]
    fn swagger_uis_files_are_those_files() {
        let script = find("/swagger/swagger-ui-bundle.js").unwrap().bytes;
        assert!(script.windows(15).any(|part| part == b"SwaggerUIBundle"));
        let style = find("/swagger/swagger-ui.css").unwrap().bytes;
        assert!(style.starts_with(b".swagger-ui"));
        assert!(find("/swagger/LICENSE").unwrap().bytes.len() > 10_000);
    }

    #[test]
    fn other_paths_are_not_the_pages() {
        assert!(holds("/swagger") && holds("/swagger/") && holds("/swagger/x"));
        assert!(!holds("/swaggers") && !holds("/admin/swagger"));
        assert_eq!(find("/swagger/../page.js"), None);
        assert_eq!(find("/swagger/nothing"), None);
    }
}
