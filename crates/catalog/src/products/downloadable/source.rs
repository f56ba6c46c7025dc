//! Where a download comes from: a file that was sent, or an address of a host that may be used.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::Fault;
use ferrite_webapi::{Call, Tx};
use serde::{Deserialize, Serialize};

use super::FILES;
use super::types::FileContent;

/// What no name of a file may have.
const FORBIDDEN: [char; 14] = [
    '\\', '/', '?', '*', ':', '"', ';', '<', '>', '(', ')', '|', '{', '}',
];

/// Where a download comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The path of a file.
    File(String),
    /// An address.
    Url(String),
}

impl Source {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Url(_) => "url",
        }
    }

    pub(super) fn file(&self) -> Option<String> {
        match self {
            Self::File(path) => Some(path.clone()),
            Self::Url(_) => None,
        }
    }

    pub(super) fn url(&self) -> Option<String> {
        match self {
            Self::Url(url) => Some(url.clone()),
            Self::File(_) => None,
        }
    }
}

/// What was sent of a source.
pub(super) struct Sent<'a> {
    /// `file` or `url`.
    pub(super) kind: &'a str,
    /// A path that is kept already.
    pub(super) path: Option<String>,
    /// A new file.
    pub(super) content: Option<&'a FileContent>,
    /// An address.
    pub(super) url: Option<String>,
    /// What Magento calls it in sentences about addresses.
    pub(super) address_name: &'a str,
    /// What it says where there is no file.
    pub(super) no_file: &'a str,
}

/// Takes a source that was sent, its file included.
pub(super) fn take(call: &Call, tx: &mut Tx<'_>, sent: &Sent<'_>) -> Result<Source, Fault> {
    if sent.kind == "url" {
        let url = sent.url.clone().unwrap_or_default();
        check_url(call, &url, sent.address_name)?;
        return Ok(Source::Url(url));
    }
    if let Some(content) = sent.content {
        let data = content.file_data.value().unwrap_or_default();
        let plain: String = data
            .chars()
            .filter(|letter| !letter.is_ascii_whitespace())
            .collect();
        let bytes = STANDARD.decode(&plain).unwrap_or_default();
        if bytes.is_empty() {
            return Err(Fault::invalid(
                "Provided content must be valid base64 encoded data.",
            ));
        }
        let name = content.name.value().unwrap_or_default();
        if name.is_empty() || name.contains(FORBIDDEN) {
            return Err(Fault::invalid(
                "Provided file name contains forbidden characters.",
            ));
        }
        let mime = "application/octet-stream";
        return Ok(Source::File(FILES.keep(tx, &name, mime, &bytes)?));
    }
    let path = sent.path.clone().unwrap_or_default();
    match FILES.find(tx, &path)? {
        Some(_) => Ok(Source::File(path)),
        None => Err(Fault::invalid(sent.no_file)),
    }
}

/// Takes the file of a source away.
pub(super) fn forget(tx: &mut Tx<'_>, source: &Source) -> Result<(), Fault> {
    if let Source::File(path) = source {
        FILES.forget(tx, path)?;
    }
    Ok(())
}

/// An address has to be one, and its host that of the shop: others may not be fetched from.
fn check_url(call: &Call, url: &str, name: &str) -> Result<(), Fault> {
    let Some(host) = host(url) else {
        return Err(Fault::invalid(format!("{name} must have valid format.")));
    };
    let base = call.settings().text("web/unsecure/base_url", &call.store);
    if Some(host) == self::host(&base) {
        return Ok(());
    }
    let text = format!("{name}'s domain is not in list of downloadable_domains in env.php.");
    Err(Fault::invalid(text))
}

/// The host of an `http` or `https` address, in small letters.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let authority = authority.rsplit('@').next()?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '[' | ']' | ':')
    };
    let fits = !host.is_empty() && host.chars().all(plain) && !url.contains(' ');
    fits.then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_of_an_address_is_what_a_client_would_connect_to() {
        assert_eq!(
            host("HTTP://Shop.test:8080/x").as_deref(),
            Some("shop.test")
        );
        assert_eq!(
            host("http://shop.test@evil.test/").as_deref(),
            Some("evil.test")
        );
        assert_eq!(
            host("http://evil.test\\@shop.test/").as_deref(),
            Some("evil.test")
        );
        for bad in [
            "not a url",
            "ftp://shop.test/",
            "http:///x",
            "http://a b/",
            "",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }
}
