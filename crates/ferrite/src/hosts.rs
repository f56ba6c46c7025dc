//! Which hosts are served: a request that was signed for a copy of this store, or a name that
//! somebody points here, must not be answered as ours.

use std::net::IpAddr;

use ferrite_base::StoreScope;
use ferrite_settings::Settings;

/// Which of `default`, `developer` and `production` the store is in.
pub const MODE: &str = "system/deploy/mode";

/// The modes that there are.
pub const MODES: [&str; 3] = ["default", "developer", "production"];

/// Names beside those of the base URLs, with commas between.
const ALLOWED: &str = "web/hosts/allowed_hosts";

/// Whether the Web API is served under this authority: under any, unless in production.
pub fn serves_api(settings: &Settings, authority: &str) -> bool {
    !is_production(settings) || is_ours(settings, name(authority))
}

/// Whether the panel is. A page elsewhere can point its own name here, but neither an address nor
/// `localhost`.
pub fn serves_panel(settings: &Settings, authority: &str) -> bool {
    let host = name(authority);
    let plain = host.trim_matches(['[', ']']);
    let direct = plain.parse::<IpAddr>().is_ok() || plain.eq_ignore_ascii_case("localhost");
    (direct && !is_production(settings)) || is_ours(settings, host)
}

/// Whether the store is in production.
pub fn is_production(settings: &Settings) -> bool {
    settings.says(MODE, &StoreScope::admin(), "production")
}

fn is_ours(settings: &Settings, host: &str) -> bool {
    let allowed = settings.text(ALLOWED, &StoreScope::admin());
    let mut allowed = allowed.split(',').map(str::trim);
    if allowed.any(|other| !other.is_empty() && host.eq_ignore_ascii_case(other)) {
        return true;
    }
    let views = settings.stores();
    let views = views.views.iter().map(|view| view.scope());
    std::iter::once(StoreScope::admin())
        .chain(views)
        .any(|scope| {
            ["web/unsecure/base_url", "web/secure/base_url"]
                .into_iter()
                .any(|path| is_host_of(&settings.text(path, &scope), host))
        })
}

fn is_host_of(url: &str, host: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    !authority.is_empty() && name(authority).eq_ignore_ascii_case(host)
}

/// An authority without its port and without the dot of a whole name: a proxy may listen elsewhere.
fn name(authority: &str) -> &str {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => authority,
    };
    name.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use ferrite_base::Clock;
    use ferrite_storage::{Db, Durability, Engine, Options};

    use super::*;

    fn settings(folder: &tempfile::TempDir) -> Settings {
        let file = folder.path().join("store.db");
        let options = Options {
            engine: Engine::Sqlite { file },
            durability: Durability::Normal,
            clock: Clock::fixed(1_800_000_000),
            generation_file: None,
            run_writes_twice: false,
        };
        let db = Db::open(options).unwrap();
        db.migrate(ferrite_settings::tables()).unwrap();
        db.write(|tx| ferrite_settings::install(tx, "http://Shop.test:8080/"))
            .unwrap();
        Settings::new(db)
    }

    #[test]
    fn the_api_takes_any_host_unless_in_production() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder);
        assert!(serves_api(&settings, "staging.test"));
        settings.set(MODE, Some("production")).unwrap();
        for host in ["shop.test", "SHOP.test:8080", "shop.test.:443"] {
            assert!(serves_api(&settings, host), "{host}");
        }
        for host in [
            "staging.test",
            "evil",
            "127.0.0.1",
            "shop.test.evil",
            "[::1]:80",
            "",
        ] {
            assert!(!serves_api(&settings, host), "{host}");
            assert!(!serves_panel(&settings, host), "{host}");
        }
        settings.set(ALLOWED, Some("a.test, Staging.test")).unwrap();
        assert!(serves_api(&settings, "staging.test:8080"));
    }

    #[test]
    fn the_panel_takes_no_foreign_name() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder);
        for host in [
            "shop.test:8080",
            "127.0.0.1:9",
            "[::1]:8080",
            "localhost",
            "10.1.2.3",
        ] {
            assert!(serves_panel(&settings, host), "{host}");
        }
        for host in [
            "rebound.evil:8080",
            "shop.test.evil",
            "127.0.0.1.nip.io",
            "evil",
        ] {
            assert!(!serves_panel(&settings, host), "{host}");
        }
    }
}
