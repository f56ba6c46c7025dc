//! The readers under arbitrary bytes and mutated samples: they neither fail nor lose a place.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const SAMPLES: [&str; 8] = [
    r#"<config><module name="Vendor_Module" setup_version="1.0.0"><sequence><module name="Magento_Sales"/></sequence></module></config>"#,
    r#"<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Vendor_Module::thing" title="Thing" sortOrder="10" disabled="false"/></resource></resources></acl></config>"#,
    r#"<routes><route url="/V1/acme/things/:id" method="GET" secure="false"><service class="A\B\CInterface" method="get"/><resources><resource ref="self"/></resources><data input-array-size-limit="50"><parameter name="customerId" force="true">%customer_id%</parameter></data></route></routes>"#,
    r#"<config><integration name="Acme"><email>a@b.test</email><endpoint_url>https://x.test</endpoint_url><resources><resource name="Magento_Sales::ship"/></resources></integration></config>"#,
    r#"<config><default><acme><sync><enabled>1</enabled></sync></acme></default><stores><de><acme><x>1</x></acme></de></stores></config>"#,
    r#"<config><menu><add id="Vendor_Module::thing" title="Thing" module="Vendor_Module" resource="Vendor_Module::thing"/><remove id="A_B::c"/></menu></config>"#,
    r#"<integrations><integration name="Acme"><email>a@b.test</email><endpoint_url>https://x.test</endpoint_url><identity_link_url>https://x.test/l</identity_link_url></integration></integrations>"#,
    r#"<integrations><integration name="Acme"><resources><resource name="Magento_Sales::ship"/></resources></integration></integrations>"#,
];

type Reader = fn(Vec<u8>) -> Vec<Report>;

/// Every reader of XML by the file that it reads, with its schema.
const READERS: [(&str, Reader, &schema::Element); 8] = [
    (
        "etc/module.xml",
        |bytes| reports(bytes, &module_xml::SCHEMA, module_xml::read),
        &module_xml::SCHEMA,
    ),
    (
        "etc/acl.xml",
        |bytes| reports(bytes, &acl::SCHEMA, acl::read),
        &acl::SCHEMA,
    ),
    (
        "etc/webapi.xml",
        |bytes| reports(bytes, &webapi::SCHEMA, webapi::read),
        &webapi::SCHEMA,
    ),
    (
        "etc/integration.xml",
        |bytes| reports(bytes, &integration::SCHEMA, integration::read),
        &integration::SCHEMA,
    ),
    (
        "etc/integration/config.xml",
        |bytes| reports(bytes, &integration::CONFIG_SCHEMA, integration::read),
        &integration::CONFIG_SCHEMA,
    ),
    (
        "etc/integration/api.xml",
        |bytes| reports(bytes, &integration::API_SCHEMA, integration::read),
        &integration::API_SCHEMA,
    ),
    (
        "etc/config.xml",
        |bytes| reports(bytes, &config::SCHEMA, config::read),
        &config::SCHEMA,
    ),
    (
        "etc/adminhtml/menu.xml",
        |bytes| reports(bytes, &menu::SCHEMA, menu::read),
        &menu::SCHEMA,
    ),
];

fn reports<T>(bytes: Vec<u8>, schema: &'static schema::Element, take: Take<T>) -> Vec<Report> {
    document(bytes, Path::new("etc/file.xml"), schema, take).1
}

/// The files of all layouts, and of those that `module:validate` is shown with, by their ending.
fn corpus() -> &'static [(String, Vec<u8>)] {
    static CORPUS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let (mut open, mut files) = (vec![fixtures], Vec::new());
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.to_string_lossy().into_owned();
                if path.is_dir() {
                    open.push(path);
                } else if name.ends_with(".xml") || name.ends_with("composer.json") {
                    files.push((name, std::fs::read(path).unwrap()));
                }
            }
        }
        files.sort();
        files
    });
    &CORPUS
}

/// Runs every reader over the bytes; gives back what each found.
fn all(bytes: &[u8]) -> Vec<Vec<Report>> {
    let readers = READERS.iter();
    readers.map(|(_, read, _)| read(bytes.to_vec())).collect()
}

fn are_sound(bytes: &[u8]) -> Result<(), TestCaseError> {
    for report in all(bytes).into_iter().flatten() {
        prop_assert!(
            !report.message.is_empty() && !report.hint.is_empty(),
            "{report}"
        );
        prop_assert_eq!(&report.file, Path::new("etc/file.xml"));
        let shown = report.to_string();
        prop_assert!(
            !shown
                .chars()
                .any(|letter| letter.is_control() && letter != '\n')
        );
    }
    let mut reports = Vec::new();
    composer::read(bytes, Path::new("composer.json"), &mut reports);
    Ok(())
}

#[test]
fn samples_are_right_for_their_own_reader() {
    let found = SAMPLES.map(|sample| all(sample.as_bytes()));
    for (sample, reader) in [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (4, 6),
        (5, 7),
        (6, 4),
        (7, 5),
    ] {
        assert_eq!(found[sample][reader], [], "{}", SAMPLES[sample]);
    }
}

#[test]
fn each_reader_has_files_to_begin_with() {
    for (name, ..) in READERS
        .iter()
        .chain([&("composer.json", READERS[0].1, READERS[0].2)])
    {
        let count = corpus()
            .iter()
            .filter(|(file, _)| file.ends_with(name))
            .count();
        assert!(count >= 2, "{name}: {count}");
    }
}

/// Values for attributes and texts; `#` stands for a number of its own.
const VALUES: [&str; 14] = [
    "Vendor_Module#",
    "Vendor_Module::thing#",
    "dev@acme.test",
    "https://acme.test/#",
    "1.0.#",
    "Acme\\Sync\\Api\\Thing#Interface",
    "acme/thing#/index",
    "/V1/acme/things#",
    "thing#",
    "self",
    "get#",
    "%customer_id%",
    "Title #",
    "50",
];

/// Writes documents that a schema allows, led by bytes.
struct Writer<'a> {
    choices: std::slice::Iter<'a, u8>,
    serial: usize,
    out: String,
}

impl Writer<'_> {
    fn choose(&mut self, most: usize) -> usize {
        usize::from(self.choices.next().copied().unwrap_or(0)) % (most + 1)
    }

    fn value(&mut self, check: &schema::Check) -> String {
        self.serial += 1;
        match check {
            schema::Check::Any | schema::Check::Length(..) => format!("Any {}", self.serial),
            schema::Check::Integer => self.serial.to_string(),
            schema::Check::Boolean => ["true", "false", "0", "1"][self.choose(3)].to_owned(),
            schema::Check::OneOf(some) => some[self.choose(some.len() - 1)].to_owned(),
            schema::Check::Shape(fits, like) => {
                let number = self.serial.to_string();
                let values = VALUES.iter().map(|value| value.replace('#', &number));
                values
                    .into_iter()
                    .find(|value| fits(value))
                    .unwrap_or_else(|| panic!("{like}"))
            }
        }
    }

    fn put(&mut self, element: &'static schema::Element, depth: usize) {
        self.out.push_str(&format!("<{}", element.name));
        for attribute in element.attributes {
            if attribute.required || self.choose(1) == 1 {
                let value = self.value(&attribute.check);
                self.out
                    .push_str(&format!(" {}=\"{value}\"", attribute.name));
            }
        }
        self.out.push('>');
        if element.children.is_empty() && matches!(element.text, schema::Check::Shape(..)) {
            let value = self.value(&element.text);
            self.out.push_str(&value);
        }
        let mut children: Vec<_> = element.children.iter().collect();
        if !element.ordered && self.choose(1) == 1 {
            children.reverse();
        }
        for child in children {
            let more = if depth < 5 { self.choose(2) } else { 0 };
            let count = child.at_least.saturating_add(more).min(child.at_most);
            (0..count).for_each(|_| self.put(child.element, depth + 1));
        }
        self.out.push_str(&format!("</{}>", element.name));
    }
}

fn written(schema: &'static schema::Element, choices: &[u8]) -> String {
    let mut writer = Writer {
        choices: choices.iter(),
        serial: 0,
        out: String::new(),
    };
    writer.put(schema, 0);
    writer.out
}

/// Pieces that mean something in XML or JSON, or to a reader.
const PIECES: [&str; 24] = [
    "<",
    ">",
    "</",
    "/>",
    "\"",
    "'",
    "&amp;",
    "&#0;",
    "&x;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x?>",
    " xmlns:a=\"b\"",
    "<a:config>",
    "<!DOCTYPE a>",
    "\u{feff}",
    "\r\n",
    "{",
    "[",
    "\\u0000",
    "..",
    "::",
];

/// What is done to a file: where, what, how.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, prop::sample::Index, u8)>> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..5_u8,
    );
    prop::collection::vec(change, 1..6)
}

fn changed(
    mut bytes: Vec<u8>,
    changes: &[(prop::sample::Index, prop::sample::Index, u8)],
) -> Vec<u8> {
    for (at, other, kind) in changes {
        bytes.extend(bytes.is_empty().then_some(b'<'));
        let (from, to) = (at.index(bytes.len()), other.index(bytes.len()));
        let (from, to) = (from.min(to), from.max(to));
        match kind {
            0 => drop(bytes.drain(from..to)),
            1 => bytes.extend_from_within(from..to),
            2 => bytes[from..=to].reverse(),
            3 => bytes.truncate(to),
            _ => {
                let piece = PIECES[other.index(PIECES.len())].bytes();
                drop(bytes.splice(from..from, piece));
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_schemas_allow_is_not_reported(choices in proptest::collection::vec(any::<u8>(), 0..60)) {
        for (name, read, schema) in READERS.iter().filter(|(name, ..)| *name != "etc/config.xml") {
            let text = written(schema, &choices);
            prop_assert_eq!(read(text.clone().into_bytes()), [], "{}: {}", name, text);
        }
    }

    #[test]
    fn allowed_documents_with_changes_never_fail(
        choices in proptest::collection::vec(any::<u8>(), 0..60),
        changes in changes(),
    ) {
        for (_, _, schema) in READERS {
            are_sound(&changed(written(schema, &choices).into_bytes(), &changes))?;
        }
    }

    #[test]
    fn files_of_layouts_with_changes_never_fail(
        which in any::<prop::sample::Index>(),
        changes in changes(),
    ) {
        let (_, bytes) = &corpus()[which.index(corpus().len())];
        are_sound(&changed(bytes.clone(), &changes))?;
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        are_sound(&bytes)?;
    }

    #[test]
    fn mutated_samples_never_fail(
        sample in 0..SAMPLES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..8),
    ) {
        let mut bytes = SAMPLES[sample].as_bytes().to_vec();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); if bytes.is_empty() { bytes.push(b'<'); } }
                _ => { let rest = bytes[at..].to_vec(); bytes.extend(rest); }
            }
        }
        are_sound(&bytes)?;
    }
}
