//! Clicked through by a browser: the tutorial on the demo (by hand, with the third party's sign-up, and
//! without scripts), an integration that a module declares, and the page that shows the Web API.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::openapi::bearer;
use crate::server::{Process, Scratch, Server, answers_at, free_port, install, print_tail, tied};
use crate::stage::{Outcome, Repo, find_program, run};

/// The tutorial in a browser, on the demo.
pub fn check(repo: &Repo) -> Result<Outcome> {
    let (Some(chromium), Some(node)) = (find_program("chromium"), find_program("node")) else {
        return Ok(Outcome::Skipped("no Chromium or no Node.js".to_owned()));
    };
    let scripts = with_packages(repo)?;
    let browser = Browser {
        repo,
        node,
        chromium,
        scripts,
        pictures: repo.target.join("pictures"),
    };
    std::fs::create_dir_all(&browser.pictures)?;
    tutorial(&browser)?;
    module(&browser)?;
    web_api(&browser)?;
    Ok(Outcome::Passed)
}

/// What drives a browser.
struct Browser<'a> {
    repo: &'a Repo,
    node: PathBuf,
    chromium: PathBuf,
    scripts: PathBuf,
    pictures: PathBuf,
}

impl Browser<'_> {
    /// Runs a script on the store at this address.
    fn click(&self, script: &str, base: &str, further: (&str, &str)) -> Result<()> {
        let mut clicks = self.repo.command(&self.node);
        clicks.arg(self.scripts.join(script)).env("BASE", base);
        clicks.env(further.0, further.1);
        clicks
            .env("CHROMIUM", &self.chromium)
            .env("PICTURES", &self.pictures);
        run(&mut clicks)
    }
}

/// The tutorial on the demo.
fn tutorial(browser: &Browser<'_>) -> Result<()> {
    let repo = browser.repo;
    let scratch = Scratch::create(&std::env::temp_dir(), "browser")?;
    let log = scratch.0.join("demo.log");
    let out = std::fs::File::create(&log)?;
    let (port, erp) = (free_port()?, free_port()?);
    let mut demo = tied(&repo.target.join("release/ferrite"), None);
    demo.args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
    demo.args(["--erp-listen", &format!("127.0.0.1:{erp}")]);
    demo.stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out);
    let mut demo = Process::start("ferrite demo", &mut demo)?;
    let ready = || answers_at(port, "/rest/V1/directory/currency");
    let mut clicked = demo.until(Duration::from_secs(20), ready);
    if clicked.is_ok() {
        let base = format!("http://127.0.0.1:{port}");
        let erp = format!("http://127.0.0.1:{erp}");
        clicked = browser.click("tutorial.mjs", &base, ("ERP", &erp));
    }
    let status = demo.terminate(Duration::from_secs(10))?;
    if clicked.is_err() {
        print_tail("the demo's log", &log);
    }
    clicked?;
    if !status.success() {
        bail!("the demo ended with {status} on SIGTERM");
    }
    Ok(())
}

/// A module written file by file as a reader of the tutorial does, the three commands, and the panel.
fn module(browser: &Browser<'_>) -> Result<()> {
    let scratch = Scratch::create(&std::env::temp_dir(), "module")?;
    let ferrite = browser.repo.target.join("release/ferrite");
    let store = install(&ferrite, &scratch, "module", None)?;
    let folder = store.folder.join("app/code/MGT/IntegrationManager");
    for (name, text) in TUTORIAL_MODULE {
        let file = folder.join(name);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(file, text)?;
    }
    for command in ["setup:upgrade", "setup:di:compile", "cache:clean"] {
        let mut magento = browser.repo.command(store.folder.join("bin/magento"));
        run(magento.arg(command).stdout(Stdio::null()))?;
    }
    let mut server = Server::start(&store, scratch.0.join("serve.log"))?;
    let clicked = browser.click("module.mjs", &server.base, ("NAME", "tutorialIntegration"));
    if clicked.is_err() {
        server.print_log();
    }
    clicked?;
    server.stop()
}

/// The page at `/swagger`, as a guest and with the token of an integration.
fn web_api(browser: &Browser<'_>) -> Result<()> {
    let scratch = Scratch::create(&std::env::temp_dir(), "swagger")?;
    let ferrite = browser.repo.target.join("release/ferrite");
    let store = install(&ferrite, &scratch, "swagger", None)?;
    let token = bearer(&store, "Swagger")?;
    let mut server = Server::start(&store, scratch.0.join("serve.log"))?;
    let clicked = browser.click("swagger.mjs", &server.base, ("TOKEN", &token));
    if clicked.is_err() {
        server.print_log();
    }
    clicked?;
    server.stop()
}

const TUTORIAL_MODULE: [(&str, &str); 6] = [
    (
        "registration.php",
        "<?php\n\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\n\
         ComponentRegistrar::register(\n    ComponentRegistrar::MODULE,\n    \
         'MGT_IntegrationManager',\n    __DIR__\n);\n",
    ),
    (
        "composer.json",
        r#"{"name": "mgt/integration-manager", "type": "magento2-module", "version": "1.0.0",
            "autoload": {"files": ["registration.php"], "psr-4": {"MGT\\IntegrationManager\\": ""}}}"#,
    ),
    (
        "etc/module.xml",
        r#"<?xml version="1.0"?>
<config xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        xsi:noNamespaceSchemaLocation="urn:magento:framework:Module/etc/module.xsd">
    <module name="MGT_IntegrationManager" setup_version="1.0.0">
        <sequence><module name="Magento_Integration"/></sequence>
    </module>
</config>"#,
    ),
    (
        "etc/integration/config.xml",
        r#"<integrations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="urn:magento:module:Magento_Integration:etc/integration/config.xsd">
    <integration name="tutorialIntegration"><email>tutorial@example.com</email></integration>
</integrations>"#,
    ),
    (
        "etc/integration/api.xml",
        r#"<integrations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="urn:magento:module:Magento_Integration:etc/integration/api.xsd">
    <integration name="tutorialIntegration"><resources>
        <resource name="Magento_Sales::sales"/>
        <resource name="Magento_Sales::sales_operation"/>
        <resource name="Magento_Sales::sales_order"/>
        <resource name="Magento_Sales::actions"/>
        <resource name="Magento_Sales::actions_view"/>
    </resources></integration>
</integrations>"#,
    ),
    (
        "Setup/InstallData.php",
        r"<?php

namespace MGT\IntegrationManager\Setup;

use Magento\Framework\Setup\InstallDataInterface;
use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\ModuleDataSetupInterface;
use Magento\Integration\Model\ConfigBasedIntegrationManager;

class InstallData implements InstallDataInterface
{
    private $integrationManager;

    public function __construct(ConfigBasedIntegrationManager $integrationManager)
    {
        $this->integrationManager = $integrationManager;
    }

    public function install(ModuleDataSetupInterface $setup, ModuleContextInterface $context)
    {
        $this->integrationManager->processIntegrationConfig(['tutorialIntegration']);
    }
}
",
    ),
];

/// A folder below the target with scripts of the repository and the packages that they name.
fn with_packages(repo: &Repo) -> Result<PathBuf> {
    let from = repo.root.join("tests/browser");
    let to = repo.tools.join("browser");
    std::fs::create_dir_all(&to)?;
    for entry in std::fs::read_dir(&from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    let npm = find_program("npm").context("npm is not installed")?;
    let mut npm = repo.command(&npm);
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(&to))?;
    Ok(to)
}
