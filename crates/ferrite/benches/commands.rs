//! `cargo bench --bench commands`: the shipped binary as whole processes. `setup:upgrade` over 500
//! generated modules beside `bin/magento list` in a project without any, medians of [`RUNS`].

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ferrite_testkit::Store;

const RUNS: usize = 20;
const MODULES: usize = 500;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let binary = Path::new(env!("CARGO_BIN_EXE_ferrite"));
    let empty = folder.path().join("empty");
    Store::install(binary, &empty, 8080, &[])?;
    let list = median(|| timed(&empty, &["list"]))?;

    let full = folder.path().join("full");
    Store::install(binary, &full, 8080, &[])?;
    for number in 0..MODULES {
        generate(&full, number)?;
    }
    let first = timed(&full, &["setup:upgrade"])?;
    let again = median(|| timed(&full, &["setup:upgrade"]))?;

    println!("{:<52} {:>9}  aim", "whole processes, medians of 20", "ms");
    let row = |name: &str, time: Duration, aim: &str| {
        println!("{name:<52} {:>9.1}  {aim}", time.as_secs_f64() * 1000.0);
    };
    row("bin/magento list", list, "under 15");
    row("setup:upgrade, 500 modules that are new (once)", first, "");
    row(
        "setup:upgrade, the same 500 modules",
        again,
        "under 300 on an idle machine",
    );
    let ratio = again.as_secs_f64() / list.as_secs_f64();
    println!(
        "{:<52} {ratio:>9.1}  at most 30",
        "setup:upgrade beside list"
    );
    Ok(())
}

fn median(mut run: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    run()?;
    let mut times = (0..RUNS).map(|_| run()).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(times[RUNS / 2])
}

fn timed(project: &Path, words: &[&str]) -> Result<Duration> {
    let mut command = Command::new(project.join("bin/magento"));
    command.args(words).stdout(Stdio::null());
    let begun = Instant::now();
    let status = command.status()?;
    let took = begun.elapsed();
    ensure!(status.success(), "{words:?} fails");
    Ok(took)
}

/// A module as Adobe's tutorial has it, every other one with `etc/integration.xml` instead of setup
/// code.
fn generate(project: &Path, number: usize) -> Result<()> {
    let folder = project.join(format!("app/code/Made{}/Link{number}", number % 10));
    let name = format!("Made{}_Link{number}", number % 10);
    let put = |inside: &str, text: String| -> Result<()> {
        let path = folder.join(inside);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(fs::write(path, text)?)
    };
    put(
        "registration.php",
        format!(
            "<?php\nuse Magento\\Framework\\Component\\ComponentRegistrar;\n\n\
             ComponentRegistrar::register(ComponentRegistrar::MODULE, '{name}', __DIR__);\n"
        ),
    )?;
    put(
        "composer.json",
        format!(
            "{{\"name\": \"made/link-{number}\", \"type\": \"magento2-module\", \"version\": \"1.0.0\"}}"
        ),
    )?;
    put(
        "etc/module.xml",
        format!(
            "<?xml version=\"1.0\"?>\n<config>\n  <module name=\"{name}\" setup_version=\"1.0.0\">\n    \
             <sequence><module name=\"Magento_Integration\"/></sequence>\n  </module>\n</config>\n"
        ),
    )?;
    let fields = format!("<email>made{number}@example.com</email>");
    let resources = "<resources><resource name=\"Magento_Sales::sales\"/>\
        <resource name=\"Magento_Catalog::products\"/></resources>";
    if number % 2 == 1 {
        let text = format!(
            "<config><integration name=\"Link {number}\">{fields}{resources}</integration></config>"
        );
        return put("etc/integration.xml", text);
    }
    let one = |inner: &str| {
        format!(
            "<integrations><integration name=\"Link {number}\">{inner}</integration></integrations>"
        )
    };
    put("etc/integration/config.xml", one(&fields))?;
    put("etc/integration/api.xml", one(resources))?;
    put(
        "Setup/InstallData.php",
        script(&name.replace('_', "\\"), number),
    )
}

fn script(namespace: &str, number: usize) -> String {
    format!(
        "<?php\nnamespace {namespace}\\Setup;\n\n\
         use Magento\\Framework\\Setup\\InstallDataInterface;\n\
         use Magento\\Framework\\Setup\\ModuleContextInterface;\n\
         use Magento\\Framework\\Setup\\ModuleDataSetupInterface;\n\
         use Magento\\Integration\\Model\\ConfigBasedIntegrationManager;\n\n\
         class InstallData implements InstallDataInterface\n{{\n    \
         private $manager;\n\n    \
         public function __construct(ConfigBasedIntegrationManager $manager)\n    {{\n        \
         $this->manager = $manager;\n    }}\n\n    \
         public function install(ModuleDataSetupInterface $setup, ModuleContextInterface $context)\n    \
         {{\n        $this->manager->processIntegrationConfig(['Link {number}']);\n    }}\n}}\n"
    )
}
