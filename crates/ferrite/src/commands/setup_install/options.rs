//! The options of `setup:install`, named as Magento's.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// Options that have an effect, and those that are only taken.
#[derive(Args)]
pub struct Options {
    /// The address under which the store is reached, with its final slash
    #[arg(long, default_value = "")]
    pub base_url: String,
    /// The address for HTTPS
    #[arg(long)]
    pub base_url_secure: Option<String>,
    /// The panel's path; admin without it
    #[arg(long)]
    pub backend_frontname: Option<String>,
    /// The first admin's user name
    #[arg(long, default_value = "")]
    pub admin_user: String,
    /// The first admin's password
    #[arg(long, default_value = "")]
    pub admin_password: String,
    /// The first admin's e-mail address
    #[arg(long, default_value = "")]
    pub admin_email: String,
    /// The first admin's first name
    #[arg(long, default_value = "")]
    pub admin_firstname: String,
    /// The first admin's last name
    #[arg(long, default_value = "")]
    pub admin_lastname: String,
    /// MariaDB's host and port; without it the store is a SQLite file
    #[arg(long)]
    pub db_host: Option<String>,
    /// The database
    #[arg(long)]
    pub db_name: Option<String>,
    /// The database's user
    #[arg(long)]
    pub db_user: Option<String>,
    /// The user's password
    #[arg(long, default_value = "")]
    pub db_password: String,
    /// Takes away what an earlier installation left in the database
    #[arg(long)]
    pub cleanup_database: bool,
    /// The language, such as en_US
    #[arg(long)]
    pub language: Option<String>,
    /// The currency, such as USD
    #[arg(long)]
    pub currency: Option<String>,
    /// The time zone, such as UTC
    #[arg(long)]
    pub timezone: Option<String>,
    /// The key that secrets are sealed with; a new one without it
    #[arg(long)]
    pub key: Option<String>,
    /// opensearch, elasticsearch8 or elasticsearch7: taken, though Ferrite searches for itself
    #[arg(long)]
    pub search_engine: Option<String>,
    /// Refused: tables have their own names, and a store has a database of its own
    #[arg(long, default_value = "", hide = true)]
    pub db_prefix: String,
    /// Modules that are switched on, with commas between, or all
    #[arg(long, value_delimiter = ',')]
    pub enable_modules: Vec<String>,
    /// Modules that are not switched on, with commas between, or all
    #[arg(long, value_delimiter = ',')]
    pub disable_modules: Vec<String>,
    /// Only looks at the options
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub dry_run: Option<String>,
    /// Asks for what is not given
    #[arg(short = 'i', long)]
    pub interactive: bool,
    #[command(flatten)]
    _taken: Taken,
}

/// Options for what Ferrite does without or does always: they are taken, so that scripts for
/// Magento run.
struct Taken;

/// Those that take a value.
const VALUED: &[&str] = &[
    "admin-use-security-key",
    "allow-parallel-generation",
    "amqp-host",
    "amqp-password",
    "amqp-port",
    "amqp-ssl",
    "amqp-ssl-options",
    "amqp-user",
    "amqp-virtualhost",
    "cache-backend",
    "cache-backend-redis-compress-data",
    "cache-backend-redis-compression-lib",
    "cache-backend-redis-db",
    "cache-backend-redis-password",
    "cache-backend-redis-port",
    "cache-backend-redis-server",
    "cache-backend-redis-use-lua",
    "cache-backend-redis-use-lua-on-gc",
    "cache-id-prefix",
    "config-async",
    "consumers-wait-for-messages",
    "db-engine",
    "db-init-statements",
    "db-model",
    "db-ssl-ca",
    "db-ssl-cert",
    "db-ssl-key",
    "deferred-events",
    "document-root-is-pub",
    "elasticsearch-enable-auth",
    "elasticsearch-host",
    "elasticsearch-index-prefix",
    "elasticsearch-password",
    "elasticsearch-port",
    "elasticsearch-timeout",
    "elasticsearch-username",
    "enable-debug-logging",
    "enable-syslog-logging",
    "http-cache-hosts",
    "js-logging",
    "lock-db-prefix",
    "lock-file-path",
    "lock-provider",
    "lock-zookeeper-host",
    "lock-zookeeper-path",
    "opensearch-enable-auth",
    "opensearch-host",
    "opensearch-index-prefix",
    "opensearch-password",
    "opensearch-port",
    "opensearch-timeout",
    "opensearch-username",
    "page-cache",
    "page-cache-id-prefix",
    "page-cache-redis-compress-data",
    "page-cache-redis-compression-lib",
    "page-cache-redis-db",
    "page-cache-redis-password",
    "page-cache-redis-port",
    "page-cache-redis-server",
    "remote-storage-bucket",
    "remote-storage-driver",
    "remote-storage-endpoint",
    "remote-storage-key",
    "remote-storage-path-style",
    "remote-storage-prefix",
    "remote-storage-region",
    "remote-storage-secret",
    "sales-order-increment-prefix",
    "session-save",
    "session-save-redis-bot-first-lifetime",
    "session-save-redis-bot-lifetime",
    "session-save-redis-break-after-adminhtml",
    "session-save-redis-break-after-frontend",
    "session-save-redis-compression-lib",
    "session-save-redis-compression-threshold",
    "session-save-redis-db",
    "session-save-redis-disable-locking",
    "session-save-redis-first-lifetime",
    "session-save-redis-host",
    "session-save-redis-log-level",
    "session-save-redis-max-concurrency",
    "session-save-redis-max-lifetime",
    "session-save-redis-min-lifetime",
    "session-save-redis-password",
    "session-save-redis-persistent-id",
    "session-save-redis-port",
    "session-save-redis-sentinel-connect-retries",
    "session-save-redis-sentinel-master",
    "session-save-redis-sentinel-master-verify",
    "session-save-redis-sentinel-servers",
    "session-save-redis-sentinel-verify-master",
    "session-save-redis-timeout",
    "use-rewrites",
    "use-secure",
    "use-secure-admin",
];

/// Those whose value can be left out.
const PERHAPS_VALUED: &[&str] = &[
    "convert-old-scripts",
    "data-restore",
    "db-ssl-verify",
    "safe-mode",
    "use-sample-data",
];

/// Those that take none.
const FLAGS: &[&str] = &["skip-db-validation"];

impl Args for Taken {
    fn augment_args(command: Command) -> Command {
        let help = "Taken, without an effect";
        let option = |name: &&'static str| {
            let arg = Arg::new(*name).long(*name).help(help);
            arg.action(ArgAction::Set)
        };
        let perhaps = |name: &&'static str| option(name).num_args(0..=1).require_equals(true);
        let flag = |name: &&'static str| {
            let arg = Arg::new(*name).long(*name).help(help);
            arg.action(ArgAction::SetTrue)
        };
        command
            .args(VALUED.iter().map(option))
            .args(PERHAPS_VALUED.iter().map(perhaps))
            .args(FLAGS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Taken {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), Error> {
        Ok(())
    }
}
