//! The laws of merging: what is repeated changes nothing, the later module wins, places are kept.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::read::{self, Contents};
use crate::{Report, Route};

fn file<T: Default>(
    text: &str,
    schema: &'static read::schema::Element,
    take: fn(&crate::xml::Text<'_>, roxmltree::Node<'_, '_>, &mut Vec<Report>) -> T,
) -> T {
    let (found, reports) =
        read::document(text.as_bytes().to_vec(), Path::new("x.xml"), schema, take);
    assert!(!reports.iter().any(Report::is_fault), "{reports:?}");
    found.unwrap_or_default()
}

fn with_acl(inner: &str) -> Contents {
    let text = format!(
        "<config><acl><resources><resource id=\"Magento_Backend::admin\">{inner}</resource></resources></acl></config>"
    );
    Contents {
        acl: file(&text, &read::acl::SCHEMA, read::acl::read),
        ..Contents::default()
    }
}

fn with_routes(inner: &str) -> Contents {
    let text = format!("<routes>{inner}</routes>");
    Contents {
        routes: file(&text, &read::webapi::SCHEMA, read::webapi::read),
        ..Contents::default()
    }
}

fn parts<'a>(list: &'a [(&'a str, Contents)]) -> Vec<Part<'a>> {
    let part = |(name, contents): &'a (&'a str, Contents)| Part {
        name,
        path: Path::new(*name),
        contents,
    };
    list.iter().map(part).collect()
}

#[test]
fn the_same_id_under_another_parent_names_both_files() {
    let list = [
        (
            "A_One",
            with_acl("<resource id=\"Aa_One::x\" title=\"One\"/>"),
        ),
        (
            "B_Two",
            with_acl(
                "<resource id=\"Bb_Two::y\" title=\"Two\"><resource id=\"Aa_One::x\"/></resource>",
            ),
        ),
        (
            "C_Sales",
            with_acl("<resource id=\"Magento_Sales::ship\" title=\"Ship\"/>"),
        ),
    ];
    let mut reports = Vec::new();
    let merged = resources(&[], &parts(&list), &mut reports);
    assert_eq!(reports.len(), 2);
    assert_eq!(
        reports[0].message,
        "Resource id 'Aa_One::x' already exists in the ACL"
    );
    assert_eq!(reports[0].file, Path::new("B_Two/etc/acl.xml"));
    assert!(
        reports[0].hint.contains("A_One/etc/acl.xml of A_One"),
        "{}",
        reports[0].hint
    );
    assert!(
        reports[1].hint.contains("Magento_Sales (built in)"),
        "{}",
        reports[1].hint
    );
    assert!(merged.tree.find("Bb_Two::y").is_none() && merged.tree.find("Aa_One::x").is_some());
    assert_eq!(merged.left_out.len(), 2);
}

#[test]
fn only_the_literal_true_disables() {
    let declared = |value: &str| {
        let inner = format!(
            "<resource id=\"Aa_One::x\" title=\"One\" disabled=\"{value}\"><resource id=\"Aa_One::y\" title=\"Two\"/></resource>"
        );
        let list = [("A_One", with_acl(&inner))];
        let tree = resources(&[], &parts(&list), &mut Vec::new()).tree;
        assert_eq!(
            tree.find("Aa_One::x").is_some(),
            tree.find("Aa_One::y").is_some()
        );
        tree.find("Aa_One::x").is_some()
    };
    assert!(!declared("true"));
    for value in ["false", "1", "TRUE", ""] {
        assert!(declared(value), "{value}");
    }
}

#[test]
fn switching_a_built_in_module_off_takes_its_resources() {
    let merged = resources(&["Magento_Sales"], &[], &mut Vec::new());
    assert!(merged.tree.find("Magento_Sales::ship").is_none());
}

#[test]
fn later_services_win_and_resources_add_up() {
    let route = |class: &str, resource: &str, more: &str| {
        with_routes(&format!(
            "<route url=\"/V1/a\" method=\"GET\" {more}><service class=\"{class}\" method=\"m\"/><resources><resource ref=\"{resource}\"/></resources></route>"
        ))
    };
    let list = [
        ("A_One", route("A\\B", "Aa_Bb::x", "secure=\"0\"")),
        ("B_Two", route("C\\D", "Aa_Bb::y", "secure=\"false\"")),
    ];
    let merged = routes(&parts(&list), &mut Vec::new());
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].service_class, "C\\D");
    assert_eq!(merged[0].source.module, "B_Two");
    assert_eq!(merged[0].resources, ["Aa_Bb::x", "Aa_Bb::y"]);
    assert!(merged[0].secure, "any text but 0 counts as yes");
}

fn arbitrary_routes() -> impl Strategy<Value = Contents> {
    let one = (0..4_u8, 0..2_u8, 0..3_u8, 0..3_u8).prop_map(|(url, method, class, resource)| {
        let method = ["GET", "POST"][usize::from(method)];
        format!("<route url=\"/V1/u{url}\" method=\"{method}\"><service class=\"S{class}\" method=\"m\"/><resources><resource ref=\"Aa_Bb::r{resource}\"/></resources></route>")
    });
    proptest::collection::vec(one, 1..6).prop_map(|list| with_routes(&list.concat()))
}

/// Routes without the place that they come from.
fn bare(mut routes: Vec<Route>) -> Vec<Route> {
    routes
        .iter_mut()
        .for_each(|route| route.source = crate::Source::default());
    routes
}

proptest! {
    #[test]
    fn saying_a_thing_twice_changes_nothing(first in arbitrary_routes(), second in arbitrary_routes()) {
        let once = [("A_One", first.clone()), ("B_Two", second.clone())];
        let twice = [("A_One", first), ("B_Two", second.clone()), ("C_Three", second)];
        let once = bare(routes(&parts(&once), &mut Vec::new()));
        let twice = bare(routes(&parts(&twice), &mut Vec::new()));
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn nothing_that_is_declared_is_lost(first in arbitrary_routes(), second in arbitrary_routes()) {
        let list = [("A_One", first), ("B_Two", second)];
        let merged = routes(&parts(&list), &mut Vec::new());
        for declared in list.iter().flat_map(|(_, contents)| &contents.routes) {
            let route = merged.iter().find(|r| r.url == declared.url && r.method == declared.method);
            let route = route.unwrap();
            prop_assert!(declared.resources.iter().all(|id| route.resources.contains(id)));
        }
        let last = list[1].1.routes.last().unwrap();
        let route = merged.iter().find(|r| r.url == last.url && r.method == last.method).unwrap();
        prop_assert_eq!(&route.service_class, &last.service.clone().unwrap().0);
    }

    #[test]
    fn sort_orders_decide_and_ties_keep_their_order(orders in proptest::collection::vec(-3_i64..3, 1..12)) {
        let inner: String = orders
            .iter()
            .enumerate()
            .map(|(at, order)| format!("<resource id=\"Aa_One::r{at}\" title=\"Title\" sortOrder=\"{order}\"/>"))
            .collect();
        let list = [("A_One", with_acl(&format!("<resource id=\"Aa_One::top\" title=\"Top\">{inner}</resource>")))];
        let tree = resources(&[], &parts(&list), &mut Vec::new()).tree;
        let shown: Vec<_> = tree.children_of("Aa_One::top").map(|node| node.id().to_owned()).collect();
        let mut wanted: Vec<usize> = (0..orders.len()).collect();
        wanted.sort_by_key(|at| orders[*at]);
        let wanted: Vec<_> = wanted.iter().map(|at| format!("Aa_One::r{at}")).collect();
        prop_assert_eq!(shown, wanted);
    }
}
