//! Which part of the server a path leads to.

/// Who answers a path; the panel's router where none of these does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The Web API.
    Rest,
    /// What the Web API says of itself.
    OpenApi,
    /// Images of the catalog.
    Media,
    /// The page on which that is browsed.
    Swagger,
    /// The first of an exchange's two token endpoints.
    RequestToken,
    /// The second one.
    AccessToken,
}

impl Room {
    /// Who answers this raw path.
    pub fn of(path: &str) -> Option<Self> {
        if below_media(path).is_some() {
            return Some(Self::Media);
        }
        if path == "/rest" || path.starts_with("/rest/") || path.contains("/rest/") {
            return Some(Self::Rest);
        }
        if path == "/openapi.json" {
            return Some(Self::OpenApi);
        }
        if ferrite_swagger::holds(path) {
            return Some(Self::Swagger);
        }
        // In front there may be `index.php` and a store code, behind a slash.
        let path = path.trim_end_matches('/');
        if path.ends_with("/oauth/token/request") {
            Some(Self::RequestToken)
        } else if path.ends_with("/oauth/token/access") {
            Some(Self::AccessToken)
        } else {
            None
        }
    }
}

/// What stands below the media address, raw; a shop whose document root is not `pub` has that in
/// front.
pub fn below_media(path: &str) -> Option<&str> {
    let path = path.strip_prefix("/pub").unwrap_or(path);
    path.strip_prefix("/media/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_found_behind_index_php_and_store_codes() {
        assert_eq!(Room::of("/index.php/rest/V1/x"), Some(Room::Rest));
        assert_eq!(Room::of("/oauth/token/request/"), Some(Room::RequestToken));
        let access = "/default/oauth/token/access";
        assert_eq!(Room::of(access), Some(Room::AccessToken));
        assert_eq!(Room::of("/oauth/token"), None);
        assert_eq!(Room::of("/openapi.json"), Some(Room::OpenApi));
        assert_eq!(Room::of("/admin/openapi.json"), None);
        assert_eq!(Room::of("/media/rest/V1"), Some(Room::Media));
        assert_eq!(below_media("/pub/media/a/b"), Some("a/b"));
        assert_eq!(below_media("/pubmedia/a"), None);
        assert_eq!(Room::of("/swagger/page.js"), Some(Room::Swagger));
    }
}
