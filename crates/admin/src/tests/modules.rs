//! What modules declare, as the panel shows it: their integrations, resources, menu entries, and the
//! modules themselves.

use std::fs;
use std::path::Path;

use ferrite_integrations::{CONSUMERS, INTEGRATIONS, Status};
use ferrite_modules::{Installation, Options};
use http::StatusCode;

use super::{Browser, PASSWORD, Page, World};

/// A project of one module, `Northwind_Sync`, served after `setup:upgrade`.
struct Project {
    folder: tempfile::TempDir,
    world: World,
}

const MODULE: &str = "app/code/Northwind/Sync";
const INTEGRATION: &str = "app/code/Northwind/Sync/etc/integration.xml";
const CONFIG: &str = "app/etc/config.php";
const NAME: &str = "North <b>wind</b>";

fn integration_xml(resource: &str, email: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<config>
    <integration name="North &lt;b&gt;wind&lt;/b&gt;">
        <resources><resource name="{resource}"/></resources>
        <email>{email}</email>
    </integration>
</config>"#
    )
}

impl Project {
    fn new() -> Self {
        let mut project = Self {
            folder: tempfile::tempdir().unwrap(),
            world: World::new(),
        };
        project.module("Northwind_Sync", "1.0.1", "Magento_Sales");
        project.write(
            &format!("{MODULE}/etc/acl.xml"),
            r#"<?xml version="1.0"?>
<config><acl><resources><resource id="Magento_Backend::admin">
    <resource id="Magento_Sales::sales">
        <resource id="Northwind_Sync::sync" title="North &lt;i&gt;wind">
            <resource id="Northwind_Sync::export" title="Export of Orders"/>
        </resource>
    </resource>
</resource></resources></acl></config>"#,
        );
        project.write(
            &format!("{MODULE}/etc/adminhtml/menu.xml"),
            r#"<?xml version="1.0"?>
<config><menu>
    <add id="Northwind_Sync::sync" title="Northwind" module="Northwind_Sync" sortOrder="60"
        parent="Magento_Sales::sales" resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::log" title="Exports" module="Northwind_Sync" sortOrder="10"
        parent="Northwind_Sync::sync" action="northwind/sync_log/index" resource="Northwind_Sync::export"/>
    <add id="Northwind_Sync::root" title="North&lt;wind" module="Northwind_Sync" sortOrder="75"
        resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::new" title="New Order" module="Northwind_Sync" sortOrder="10"
        parent="Northwind_Sync::root" action="northwind/order/new" resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::tool" title="Northwind Tool" module="Northwind_Sync" sortOrder="10"
        parent="Magento_Backend::system_tools" action="northwind/tool" resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::lost" title="Lost" module="Northwind_Sync" sortOrder="10"
        parent="Nobody_Knows::this" action="northwind/lost" resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::a" title="Round" module="Northwind_Sync" sortOrder="10"
        parent="Northwind_Sync::b" action="northwind/a" resource="Northwind_Sync::sync"/>
    <add id="Northwind_Sync::b" title="Round" module="Northwind_Sync" sortOrder="10"
        parent="Northwind_Sync::a" action="northwind/b" resource="Northwind_Sync::sync"/>
</menu></config>"#,
        );
        project.declare("Northwind_Sync::export", "it@northwind.test");
        project.upgrade();
        project
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A module below `app/code` that comes after another.
    fn module(&self, name: &str, version: &str, after: &str) {
        let folder = format!("app/code/{}", name.replace('_', "/"));
        let registration = format!(
            "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\
             ComponentRegistrar::register(ComponentRegistrar::MODULE, '{name}', __DIR__);\n"
        );
        self.write(&format!("{folder}/registration.php"), &registration);
        let xml = format!(
            r#"<?xml version="1.0"?>
<config><module name="{name}" setup_version="{version}">
    <sequence><module name="{after}"/></sequence>
</module></config>"#
        );
        self.write(&format!("{folder}/etc/module.xml"), &xml);
    }

    fn declare(&self, resource: &str, email: &str) {
        self.write(INTEGRATION, &integration_xml(resource, email));
    }

    fn read(&self, adopt: bool) -> Installation {
        let root: &Path = self.folder.path();
        Installation::read(root, Options { adopt }).unwrap()
    }

    /// Serves the modules as they are on disk.
    fn serve(&mut self) {
        let (installation, adopted) = (self.read(false), self.read(true));
        self.world.serve(&installation, &adopted);
    }

    /// `setup:upgrade` beside a server.
    fn upgrade(&mut self) {
        let installation = self.read(true);
        let switches = installation.switches().into_iter();
        let switches: Vec<_> = switches
            .map(|(name, on)| format!("'{name}' => {}", u8::from(on)))
            .collect();
        let config = format!("<?php return ['modules' => [{}]];", switches.join(", "));
        self.write(CONFIG, &config);
        self.serve();
        let (db, integrations) = (&self.world.db, &self.world.integrations);
        ferrite_setup::upgrade(db, integrations, &installation, false).unwrap();
    }

    async fn signed_in(&self) -> Browser {
        self.world.signed_in("admin").await
    }
}

async fn allow(browser: &mut Browser, id: i64) -> Page {
    let path = format!("/integration/{id}/activate");
    let page = browser.get(&path).await;
    let (once, again) = (page.hidden("once"), page.hidden("reauthorize"));
    let fields = [("once", once.as_str()), ("reauthorize", &again)];
    browser.post(&path, &page, &fields).await
}

#[tokio::test]
async fn what_a_module_declares_is_marked_looked_at_and_activated() {
    let project = Project::new();
    let mut browser = project.signed_in().await;
    let grid = browser.get("/integration").await;
    grid.shows("North &#60;b&#62;wind&#60;/b&#62;");
    grid.shows("Declared by Northwind_Sync");
    grid.shows("aria-label=\"View\"");
    grid.hides("aria-label=\"Edit\"");
    grid.shows("disabled title=\"Uninstall the extension to remove this integration\"");
    grid.hides("have been reset");
    let page = browser.get("/integration/1").await;
    page.shows("View &#34;North &#60;b&#62;wind&#60;/b&#62;&#34; Integration");
    page.shows("/admin/module?name=Northwind_Sync");
    page.shows(INTEGRATION);
    page.shows("<bdi>Export of Orders</bdi> <span class=\"from\">Northwind_Sync</span>");
    page.hides("Changed by setup:upgrade");
    page.hides(">Save</button>");
    allow(&mut browser, 1).await.shows("has been activated.");
    allow(&mut browser, 1)
        .await
        .shows("has been re-authorized.");
}

#[tokio::test]
async fn what_a_module_declares_is_neither_edited_nor_deleted() {
    let project = Project::new();
    let mut browser = project.signed_in().await;
    let page = browser.get("/integration/1").await;
    let before = project.world.integrations.get(1).unwrap();
    for more in [("email", "x@y.test"), ("setup_type", "0"), ("id", "7")] {
        let fields = [("name", "Mine"), ("current_password", PASSWORD), more];
        let answer = browser.post("/integration/1", &page, &fields).await;
        assert_eq!(answer.location(), "/admin/integration/1");
        let page = browser.follow(&answer).await;
        page.shows("The integrations created in the config file can&#39;t be edited.");
    }
    let refused = "Uninstall the extension to remove integration &#39;North &#60;b&#62;wind&#60;/b&#62;&#39;.";
    let answer = browser.get("/integration/1/delete").await;
    browser.follow(&answer).await.shows(refused);
    let answer = browser.post("/integration/1/delete", &page, &[]).await;
    browser.follow(&answer).await.shows(refused);
    let after = project.world.integrations.get(1).unwrap();
    assert_eq!((after.name, after.email), (before.name, before.email));
}

#[tokio::test]
async fn a_changed_declaration_waits_with_what_has_changed() {
    let mut project = Project::new();
    let mut browser = project.signed_in().await;
    allow(&mut browser, 1).await;
    project.declare("Magento_Sales::ship", "&lt;it@northwind.test&gt;");
    project.upgrade();
    let mut browser = project.signed_in().await;
    let told = "have been reset because of a change to their xml configs.";
    browser.get("/module").await.shows(told);
    let grid = browser.get("/integration").await;
    grid.shows(told);
    grid.shows("<span class=\"badge warn\">Reset</span>");
    let one = project.world.integrations.find(NAME).unwrap();
    assert_eq!(one.status, Status::Reset);
    let page = browser.get(&format!("/integration/{}", one.id)).await;
    page.shows("It has to be activated anew.");
    page.shows("~ email: &#34;it@northwind.test&#34; -&#62; &#34;&#60;it@northwind.test&#62;&#34;");
    page.shows("- Northwind_Sync::export");
    page.shows("+ Magento_Sales::ship</bdi></span> <span class=\"muted\"><bdi>Ship</bdi>");
    allow(&mut browser, one.id).await;
    let page = browser.get(&format!("/integration/{}", one.id)).await;
    page.hides("It has to be activated anew.");
    page.hides(told);
    // Who may not see integrations is not told of them.
    project
        .world
        .admin("clerk", &["Magento_Sales::sales_order"]);
    project.declare("Magento_Sales::ship", "");
    project.upgrade();
    let mut clerk = project.world.signed_in("clerk").await;
    clerk.get("/sales/order").await.hides(told);
}

#[tokio::test]
async fn what_no_module_declares_any_more_is_marked_opens_and_is_deleted() {
    let off = "<?php return ['modules' => ['Northwind_Sync' => 0]];";
    let broken = format!("{MODULE}/etc/acl.xml");
    for (file, text, mark, reason) in [
        (
            CONFIG,
            off,
            "Module is switched off",
            "Northwind_Sync is switched off.",
        ),
        (
            broken.as_str(),
            "<config>",
            "Module is left out",
            "is left out because of a fault.",
        ),
        (
            INTEGRATION,
            "<config/>",
            "Declared no longer",
            "declares it no longer.",
        ),
        ("", "", "Module is gone", "is not there any more."),
    ] {
        let mut project = Project::new();
        allow(&mut project.signed_in().await, 1).await;
        if file.is_empty() {
            fs::remove_dir_all(project.folder.path().join(MODULE)).unwrap();
        } else {
            project.write(file, text);
        }
        project.serve();
        let mut browser = project.signed_in().await;
        let grid = browser.get("/integration").await;
        grid.shows(mark);
        grid.hides("Uninstall the extension");
        let page = browser.get("/integration/1").await;
        assert_eq!(page.status, StatusCode::OK, "{mark}");
        page.shows(reason);
        page.shows("It can be deleted. Its tokens are accepted until then.");
        if file != INTEGRATION {
            page.shows("Resources that no module declares at present:");
        }
        let fields = [("name", "Mine"), ("current_password", PASSWORD)];
        let answer = browser.post("/integration/1", &page, &fields).await;
        let page = browser.follow(&answer).await;
        page.shows("The integrations created in the config file can&#39;t be edited.");
        browser
            .get("/integration/1/delete")
            .await
            .shows("Are you sure?");
        let answer = browser.post("/integration/1/delete", &page, &[]).await;
        browser.follow(&answer).await.shows("has been deleted.");
        let db = &project.world.db;
        assert_eq!(db.read(|tx| INTEGRATIONS.count(tx)).unwrap(), 0);
        assert_eq!(db.read(|tx| CONSUMERS.count(tx)).unwrap(), 0);
    }
}

#[tokio::test]
async fn resources_of_modules_stand_in_the_tree_with_their_module() {
    let project = Project::new();
    let mut browser = project.signed_in().await;
    let form = browser.get("/integration/new").await;
    let own = "value=\"Northwind_Sync::export\"";
    form.shows(own);
    form.shows("<bdi>North &#60;i&#62;wind</bdi> <span class=\"from\">Northwind_Sync</span>");
    form.hides("<span class=\"from\">Magento_");
    let sales = form.body.find("value=\"Magento_Sales::sales\"").unwrap();
    let catalog = form
        .body
        .find("value=\"Magento_Catalog::catalog\"")
        .unwrap();
    let own = form.body.find(own).unwrap();
    assert!(sales < own && own < catalog, "it lies under sales");
    let once = form.hidden("once");
    let fields = [
        ("name", "By hand"),
        ("current_password", PASSWORD),
        ("once", &once),
        ("resource[]", "Northwind_Sync::export"),
    ];
    browser.post("/integration/new", &form, &fields).await;
    let one = project.world.integrations.find("By hand").unwrap();
    let stored = [
        "Magento_Sales::sales",
        "Northwind_Sync::sync",
        "Northwind_Sync::export",
    ];
    assert_eq!(one.resources, stored);
}

#[tokio::test]
async fn modules_are_listed_with_what_is_wrong() {
    let mut project = Project::new();
    project.module("Acme_Broken", "2.0.0", "Magento_Store");
    project.module("Acme_Late", "1.0.0", "Nobody_Knows");
    project.upgrade();
    project.write(
        "app/code/Acme/Broken/etc/acl.xml",
        "<config>\n<acl></config>",
    );
    project.serve();
    let mut browser = project.signed_in().await;
    let all = browser.get("/module").await;
    all.shows("One module is left out because of a fault.");
    let at = |text: &str| all.body.find(text).unwrap();
    assert!(
        at("<bdi>Acme_Broken</bdi>") < at("<bdi>Acme_Late</bdi>")
            && at("<bdi>Northwind_Sync</bdi>") < at("<bdi>Magento_Store</bdi>"),
        "left out first, then those on disk"
    );
    let ordered = browser.get("/module?sort=place&dir=asc").await;
    let at = |text: &str| ordered.body.find(text).unwrap();
    assert!(at("<bdi>Acme_Broken</bdi>") < at("<bdi>Magento_Store</bdi>"));
    ordered.hides("<bdi>Northwind_Sync</bdi>");
    all.shows("app/code/Acme/Broken/etc/acl.xml:2:");

    let found = browser.get("/module?name=northwind").await;
    found.shows("1 record found");
    found.shows("<bdi>Magento_Sales</bdi>");
    found.shows("<td data-label=\"Version\" class=\"\"><bdi>1.0.1</bdi>");
    found.shows("<td data-label=\"In the Store\" class=\"\"><bdi>1.0.1</bdi>");
    // The files are newer than the store.
    project.module("Northwind_Sync", "1.0.2", "Magento_Sales");
    project.serve();
    let mut browser = project.signed_in().await;
    let found = browser.get("/module?name=northwind").await;
    found.shows("<span class=\"badge warn\">1.0.1</span>");

    let late = browser
        .get("/module?state=findings&origin=app%2Fcode")
        .await;
    late.shows("2 records found");
    late.shows("Nobody_Knows");
    late.shows("<span class=\"badge warn\">Warning</span>");
    let out = browser.get("/module?state=left-out").await;
    out.shows("1 record found");
    out.shows("<span class=\"badge bad\">Fault</span>");
    let off = browser.get("/module?state=disabled&origin=built+in").await;
    off.hides("Northwind_Sync</bdi>");
    let last = browser
        .get("/module?sort=name&dir=desc&limit=200&page=9")
        .await;
    last.shows("We couldn't find any records.");
}

#[tokio::test]
async fn a_module_that_waits_for_setup_upgrade_says_so_and_what_is_wrong() {
    let mut project = Project::new();
    project.module("Acme_New", "1.0.0", "Magento_Store");
    project.module("Acme_Clash", "1.0.0", "Northwind_Sync");
    project.write(
        "app/code/Acme/Clash/etc/acl.xml",
        r#"<config><acl><resources><resource id="Magento_Backend::admin">
    <resource id="Northwind_Sync::export" title="Elsewhere"/>
</resource></resources></acl></config>"#,
    );
    // It takes the name of a built-in module, which stays.
    project.write(
        "app/code/Acme/Sham/registration.php",
        "<?php \\Magento\\Framework\\Component\\ComponentRegistrar::register(\
         'module', 'Magento_Catalog', __DIR__);",
    );
    project.serve();
    let mut browser = project.signed_in().await;
    let fresh = browser.get("/module?state=fresh").await;
    fresh.shows("1 record found");
    fresh.shows("<bdi>Acme_New</bdi>");
    fresh.shows("<span class=\"badge warn\">Waits for setup:upgrade</span>");
    let clash = browser.get("/module?state=left-out").await;
    clash.shows("2 records found");
    clash.shows("app/code/Acme/Sham/registration.php:1:");
    let catalog = browser
        .get("/module?name=Magento_Catalog&state=enabled")
        .await;
    catalog.shows("<bdi>Magento_Catalog</bdi>");
    clash.shows("<bdi>Acme_Clash</bdi>");
    clash.shows("app/code/Acme/Clash/etc/acl.xml:2:");
    project.upgrade();
    let mut browser = project.signed_in().await;
    let none = browser.get("/module?state=fresh").await;
    none.shows("0 records found");
}

#[tokio::test]
async fn menu_entries_stand_at_their_place_and_say_who_would_serve_them() {
    let project = Project::new();
    let mut browser = project.signed_in().await;
    let page = browser.get("/integration").await;
    let at = |text: &str| page.body.find(text).expect(text);
    assert!(at("<h2>Sales</h2>") < at("<h3>Northwind</h3>"));
    assert!(at("/admin/menu/Northwind_Sync::log") < at("<h2>Catalog</h2>"));
    assert!(at("<h2>North&#60;wind</h2>") < at("<h2>Stores</h2>"));
    assert!(at("<h3>Tools</h3>") < at("/admin/menu/Northwind_Sync::tool"));
    page.hides("Lost");
    page.hides("Round");
    let entry = browser.get("/menu/Northwind_Sync::log").await;
    entry.shows("Northwind\\Sync\\Controller\\Adminhtml\\Sync\\Log\\Index");
    entry.shows("/admin/module?name=Northwind_Sync");
    entry.shows("app/code/Northwind/Sync/etc/adminhtml/menu.xml:5");
    entry.shows("Northwind_Sync::log\" aria-current=\"page\"");
    let entry = browser.get("/menu/Northwind_Sync%3A%3Anew").await;
    entry.shows("Controller\\Adminhtml\\Order\\NewAction");
    let none = browser.get("/menu/Northwind_Sync::nothing").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    let world = &project.world;
    world.admin(
        "seller",
        &["Magento_Sales::sales_order", "Northwind_Sync::sync"],
    );
    let mut seller = world.signed_in("seller").await;
    let page = seller.get("/sales/order").await;
    page.shows("/admin/menu/Northwind_Sync::new");
    page.hides("Northwind_Sync::log");
    let refused = seller.get("/menu/Northwind_Sync::log").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // What lies below what one may not see is not seen either.
    world.admin(
        "exporter",
        &["Magento_Sales::sales_order", "Northwind_Sync::export"],
    );
    let mut exporter = world.signed_in("exporter").await;
    exporter.get("/sales/order").await.hides("/admin/menu/");
    let refused = exporter.get("/menu/Northwind_Sync::log").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let entry = seller.get("/menu/Northwind_Sync::new").await;
    entry.hides("/admin/module");
}
