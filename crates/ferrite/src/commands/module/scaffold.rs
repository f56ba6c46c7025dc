//! The files of a new integration module.
//!
//! In come its name and what the integration is to be; out come file names below its folder with
//! their texts. All texts that a person gave are escaped for the file in which they stand.

use std::collections::BTreeSet;

use serde_json::json;

/// The letters that a resource's title may have.
const LONGEST_TITLE: usize = 50;

/// What a module is made of.
pub struct Scaffold {
    /// `Vendor`
    pub vendor: String,
    /// `Name`
    pub name: String,
    /// The integration's e-mail address.
    pub email: String,
    /// The callback URL; empty for none.
    pub endpoint: String,
    /// The identity link URL; empty for none.
    pub identity_link: String,
    /// The resources that the integration is granted besides the module's own.
    pub resources: Vec<String>,
    /// The modules that bring those.
    pub sequence: BTreeSet<String>,
}

impl Scaffold {
    /// `Vendor_Name`
    pub fn module(&self) -> String {
        format!("{}_{}", self.vendor, self.name)
    }

    /// The resource that the module brings.
    pub fn resource(&self) -> String {
        format!("{}::access", self.module())
    }

    /// The integration's name, which is the resource's title as well.
    fn title(&self) -> String {
        let title = format!("{} {}", words(&self.vendor), words(&self.name));
        if title.len() <= LONGEST_TITLE {
            title
        } else {
            format!("{} {}", self.vendor, self.name)
        }
    }

    fn package(&self) -> String {
        let name = words(&self.name).to_lowercase().replace(' ', "-");
        format!("{}/module-{name}", self.vendor.to_lowercase())
    }

    /// File names, below the module's folder, and texts.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        vec![
            ("registration.php", self.registration()),
            ("composer.json", self.composer()),
            ("etc/module.xml", self.module_xml()),
            ("etc/acl.xml", self.acl()),
            ("etc/integration.xml", self.integration()),
            ("README.md", self.readme()),
        ]
    }

    fn registration(&self) -> String {
        let module = self.module();
        format!(
            "<?php\n\
             declare(strict_types=1);\n\n\
             use Magento\\Framework\\Component\\ComponentRegistrar;\n\n\
             ComponentRegistrar::register(ComponentRegistrar::MODULE, '{module}', __DIR__);\n"
        )
    }

    fn composer(&self) -> String {
        let mut require = serde_json::Map::new();
        for package in ["magento/framework", "magento/module-integration"] {
            require.insert(package.to_owned(), "*".into());
        }
        let prefix = format!("{}\\{}\\", self.vendor, self.name);
        let value = json!({
            "name": self.package(),
            "description": format!("The integration {}", self.title()),
            "type": "magento2-module",
            "version": "1.0.0",
            "license": "proprietary",
            "require": require,
            "autoload": {"files": ["registration.php"], "psr-4": {prefix: ""}},
        });
        format!("{value:#}\n")
    }

    fn module_xml(&self) -> String {
        let own = self.module();
        let before = self.sequence.iter().filter(|name| **name != own);
        let before: String = before
            .map(|name| format!("            <module name=\"{}\"/>\n", escaped(name)))
            .collect();
        document(
            "urn:magento:framework:Module/etc/module.xsd",
            &format!(
                "    <module name=\"{own}\">\n        <sequence>\n{before}        </sequence>\n    \
                 </module>\n"
            ),
        )
    }

    fn acl(&self) -> String {
        let (id, title) = (self.resource(), self.title());
        document(
            "urn:magento:framework:Acl/etc/acl.xsd",
            &format!(
                "    <acl>\n        <resources>\n            \
                 <resource id=\"Magento_Backend::admin\">\n                \
                 <resource id=\"{id}\" title=\"{title}\" translate=\"title\" sortOrder=\"100\"/>\n            \
                 </resource>\n        </resources>\n    </acl>\n"
            ),
        )
    }

    fn integration(&self) -> String {
        let element = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!("        <{name}>{}</{name}>\n", escaped(text)),
        };
        let own = self.resource();
        let granted = self.resources.iter().filter(|id| **id != own);
        let granted: String = std::iter::once(&own)
            .chain(granted)
            .map(|id| format!("            <resource name=\"{}\"/>\n", escaped(id)))
            .collect();
        let title = self.title();
        document(
            "urn:magento:module:Magento_Integration:etc/integration/integration_file.xsd",
            &format!(
                "    <integration name=\"{title}\">\n{}{}{}        \
                 <resources>\n{granted}        </resources>\n    </integration>\n",
                element("email", &self.email),
                element("endpoint_url", &self.endpoint),
                element("identity_link_url", &self.identity_link),
            ),
        )
    }

    fn readme(&self) -> String {
        let (title, module, own) = (self.title(), self.module(), self.resource());
        format!(
            "# {title}\n\n\
             The module `{module}` declares one integration.\n\n\
             - `etc/integration.xml`: name, e-mail address, addresses and resources of the integration. \
             `bin/magento integration:resources` lists what can be granted.\n\
             - `etc/acl.xml`: the resource `{own}`, for routes of the module's own.\n\n\
             Install it:\n\n\
             ```\n\
             bin/magento module:enable {module}\n\
             bin/magento setup:upgrade\n\
             bin/magento cache:clean\n\
             ```\n\n\
             Then activate it in the panel under System > Extensions > Integrations. After each change \
             run `bin/magento module:validate` on this folder, then `bin/magento setup:upgrade`: a changed \
             integration gets a new key and new tokens and waits to be activated again.\n"
        )
    }
}

/// `StockLink` as `Stock Link`; what follows upon several capitals stays with them.
fn words(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            out.push(' ');
        }
        out.push(letter);
        before = letter;
    }
    out
}

fn document(schema: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n\
         <config xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n        \
         xsi:noNamespaceSchemaLocation=\"{schema}\">\n{inside}</config>\n"
    )
}

/// A text for an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(words("StockLink"), "Stock Link");
        assert_eq!(words("ERPSync2Go"), "ERPSync2 Go");
        assert_eq!(words("A"), "A");
    }

    #[test]
    fn what_a_person_gives_stays_within_its_element() {
        assert_eq!(escaped("a&b<c>\"'"), "a&amp;b&lt;c&gt;&quot;&apos;");
    }
}
