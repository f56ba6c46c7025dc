//! The readers under arbitrary bytes and mutated samples: they neither fail nor lose a place.

use std::path::Path;

use proptest::prelude::*;

use super::*;

const SAMPLES: [&str; 6] = [
    r#"<config><module name="Vendor_Module" setup_version="1.0.0"><sequence><module name="Magento_Sales"/></sequence></module></config>"#,
    r#"<config><acl><resources><resource id="Magento_Backend::admin"><resource id="Vendor_Module::thing" title="Thing" sortOrder="10" disabled="false"/></resource></resources></acl></config>"#,
    r#"<routes><route url="/V1/acme/things/:id" method="GET" secure="false"><service class="A\B\CInterface" method="get"/><resources><resource ref="self"/></resources><data input-array-size-limit="50"><parameter name="customerId" force="true">%customer_id%</parameter></data></route></routes>"#,
    r#"<config><integration name="Acme"><email>a@b.test</email><endpoint_url>https://x.test</endpoint_url><resources><resource name="Magento_Sales::ship"/></resources></integration></config>"#,
    r#"<config><default><acme><sync><enabled>1</enabled></sync></acme></default><stores><de><acme><x>1</x></acme></de></stores></config>"#,
    r#"<config><menu><add id="Vendor_Module::thing" title="Thing" module="Vendor_Module" resource="Vendor_Module::thing"/><remove id="A_B::c"/></menu></config>"#,
];

/// Runs every reader over the bytes; gives back how many faults each found.
fn all(bytes: &[u8]) -> Vec<Vec<Report>> {
    let file = Path::new("etc/file.xml");
    let of = |reports: Vec<Report>| reports;
    let bytes = || bytes.to_vec();
    vec![
        of(document(bytes(), file, &module_xml::SCHEMA, module_xml::read).1),
        of(document(bytes(), file, &acl::SCHEMA, acl::read).1),
        of(document(bytes(), file, &webapi::SCHEMA, webapi::read).1),
        of(document(bytes(), file, &integration::SCHEMA, integration::read).1),
        of(document(
            bytes(),
            file,
            &integration::CONFIG_SCHEMA,
            integration::read,
        )
        .1),
        of(document(bytes(), file, &integration::API_SCHEMA, integration::read).1),
        of(document(bytes(), file, &config::SCHEMA, config::read).1),
        of(document(bytes(), file, &menu::SCHEMA, menu::read).1),
    ]
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
    for (sample, reader) in [(0, 0), (1, 1), (2, 2), (3, 3), (4, 6), (5, 7)] {
        assert_eq!(found[sample][reader], [], "{}", SAMPLES[sample]);
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
