//! The panel's own files, inside the binary. Their names hold a hash of what is in them, so that
//! browsers may keep them for good.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file.
pub struct Asset {
    /// Its name with the hash: `panel-1a2b3c4d.css`.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
    plain_name: &'static str,
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset("panel.css", CSS, include_bytes!("../assets/panel.css")),
        asset("grid.css", CSS, include_bytes!("../assets/grid.css")),
        asset("form.css", CSS, include_bytes!("../assets/form.css")),
        asset(
            "icon.svg",
            "image/svg+xml",
            include_bytes!("../assets/icon.svg"),
        ),
        asset("forms.js", SCRIPT, include_bytes!("../assets/forms.js")),
        asset("dialog.js", SCRIPT, include_bytes!("../assets/dialog.js")),
        asset(
            "sections.js",
            SCRIPT,
            include_bytes!("../assets/sections.js"),
        ),
        asset("tree.js", SCRIPT, include_bytes!("../assets/tree.js")),
        asset(
            "exchange.js",
            SCRIPT,
            include_bytes!("../assets/exchange.js"),
        ),
        asset("close.js", SCRIPT, include_bytes!("../assets/close.js")),
    ]
});

fn asset(plain_name: &'static str, media: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = Sha256::digest(bytes);
    let hash: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    let (stem, ending) = plain_name.rsplit_once('.').unwrap_or((plain_name, ""));
    Asset {
        name: format!("{stem}-{hash}.{ending}"),
        media,
        bytes,
        plain_name,
    }
}

/// The file that is served under a name with its hash.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The name with its hash of a file; for templates.
pub fn name(plain_name: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.plain_name == plain_name);
    found.map_or("", |asset| asset.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_the_hash_and_leads_back() {
        let name = name("panel.css");
        assert!(
            name.starts_with("panel-") && name.ends_with(".css"),
            "{name}"
        );
        assert_eq!(find(name).map(|asset| asset.media), Some(CSS));
        assert!(find("panel.css").is_none());
    }
}
