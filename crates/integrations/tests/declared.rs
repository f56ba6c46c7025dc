//! What becomes of the integrations that modules declare.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the other tests use all of it")]
mod world;

use ferrite_integrations::{
    CONSUMERS, Declaration, Difference, Integration, Outcome, SetupType, Status, TOKENS, Way,
};
use world::World;

fn declaration() -> Declaration {
    Declaration {
        name: "AcmeSync".to_owned(),
        email: "dev@acme.test".to_owned(),
        endpoint: String::new(),
        identity_link_url: String::new(),
        resources: ["Magento_Backend::admin", "Magento_Sales::sales"]
            .map(str::to_owned)
            .to_vec(),
        module: "Acme_Sync".to_owned(),
        files: vec!["app/code/Acme/Sync/etc/integration.xml".to_owned()],
    }
}

fn put(world: &World, declaration: &Declaration, way: Way) -> Outcome {
    let prepared = world.integrations.prepare(declaration, way).unwrap();
    let db = &world.integrations.db;
    db.write(move |tx| prepared.put(tx)).unwrap()
}

fn row(world: &World) -> Integration {
    world.integrations.find("AcmeSync").unwrap()
}

#[test]
fn a_file_that_says_the_same_changes_nothing() {
    let world = World::new();
    assert_eq!(put(&world, &declaration(), Way::File), Outcome::Created);
    let made = row(&world);
    assert_eq!(
        (made.status, made.setup_type),
        (Status::Inactive, SetupType::Config)
    );
    let credentials = world.tokens(made.id);
    let moved = Declaration {
        files: vec!["vendor/acme/sync/etc/integration.xml".to_owned()],
        ..declaration()
    };
    assert_eq!(put(&world, &moved, Way::File), Outcome::Unchanged);
    assert_eq!((row(&world).id, row(&world).files), (made.id, moved.files));
    assert_eq!(row(&world).status, Status::Active);
    assert!(world.caller(&credentials).unwrap().is_some());
}

#[test]
fn a_file_that_says_something_else_makes_it_anew_and_leaves_nothing_behind() {
    let world = World::new();
    put(&world, &declaration(), Way::File);
    let before = row(&world);
    let credentials = world.tokens(before.id);
    let mut changed = declaration();
    changed.email = "ops@acme.test".to_owned();
    changed.resources[1] = "Magento_Catalog::products".to_owned();
    let differences = vec![
        Difference::Field {
            field: "email",
            before: "dev@acme.test".to_owned(),
            after: "ops@acme.test".to_owned(),
        },
        Difference::Withdrawn("Magento_Sales::sales".to_owned()),
        Difference::Granted("Magento_Catalog::products".to_owned()),
    ];
    assert_eq!(
        put(&world, &changed, Way::File),
        Outcome::Replaced(differences)
    );
    let after = row(&world);
    assert_eq!(after.status, Status::Reset);
    assert!(after.id != before.id && after.consumer_id != before.consumer_id);
    assert_eq!(after.changes.len(), 3);
    assert!(world.caller(&credentials).is_err());
    let db = &world.integrations.db;
    assert_eq!(db.read(|tx| CONSUMERS.count(tx)), Ok(1));
    assert_eq!(db.read(|tx| TOKENS.count(tx)), Ok(0));
}

#[test]
fn setup_code_writes_over_fields_and_grants() {
    let world = World::new();
    put(&world, &declaration(), Way::SetupCode);
    let before = row(&world);
    let credentials = world.tokens(before.id);
    let mut changed = declaration();
    changed.resources = vec![
        "Magento_Catalog::products".to_owned(),
        "No_Such::thing".to_owned(),
    ];
    let outcome = put(&world, &changed, Way::SetupCode);
    assert!(matches!(outcome, Outcome::Overwritten(_)), "{outcome:?}");
    let after = row(&world);
    assert_eq!(
        (after.id, after.consumer_id),
        (before.id, before.consumer_id)
    );
    assert_eq!(after.status, Status::Active);
    assert_eq!(
        after.resources,
        ["Magento_Backend::admin", "Magento_Catalog::products"]
    );
    assert!(world.caller(&credentials).unwrap().is_some());
    assert_eq!(put(&world, &changed, Way::SetupCode), Outcome::Unchanged);
}

#[test]
fn everything_alone_is_everything() {
    let world = World::new();
    let all = Declaration {
        resources: vec!["Magento_Backend::all".to_owned()],
        ..declaration()
    };
    put(&world, &all, Way::SetupCode);
    assert!(row(&world).has_everything());
}

#[test]
fn declared_both_ways_it_is_left_alone_as_long_as_its_file_is() {
    let world = World::new();
    let other = Declaration {
        resources: vec!["Magento_Catalog::products".to_owned()],
        ..declaration()
    };
    put(&world, &declaration(), Way::File);
    put(&world, &other, Way::SetupCode);
    let id = row(&world).id;
    let _tokens = world.tokens(id);
    for _ in 0..2 {
        assert_eq!(put(&world, &declaration(), Way::File), Outcome::Unchanged);
        assert_eq!(put(&world, &other, Way::SetupCode), Outcome::Unchanged);
    }
    assert_eq!((row(&world).id, row(&world).status), (id, Status::Active));
}

#[test]
fn one_that_a_person_made_is_taken_over() {
    let world = World::new();
    let id = world.create("AcmeSync", "");
    let outcome = put(&world, &declaration(), Way::File);
    let Outcome::Replaced(differences) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(differences[0], Difference::TakenOver);
    let now = row(&world);
    assert!(now.id != id);
    assert_eq!(
        (now.setup_type, now.status),
        (SetupType::Config, Status::Reset)
    );
}

#[test]
fn one_whose_module_is_gone_can_be_deleted() {
    let world = World::new();
    put(&world, &declaration(), Way::File);
    assert!(world.integrations.is_orphaned(&row(&world)));
    world.integrations.delete(row(&world).id).unwrap();
    assert!(world.integrations.find("AcmeSync").is_err());
    let consumers = world.integrations.db.read(|tx| CONSUMERS.count(tx));
    assert_eq!(consumers, Ok(0));
}
