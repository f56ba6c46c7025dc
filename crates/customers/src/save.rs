//! Creating a customer (`Magento\Customer\Api\AccountManagementInterface::createAccount`) and
//! changing one (`Magento\Customer\Api\CustomerRepositoryInterface::save`).

use ferrite_accounts::password;
use ferrite_base::{DateTime, Fault, Kind, Phrase, Randomness, Secret, phrase};
use ferrite_settings::Stores;
use ferrite_storage::{Db, Error};
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::identity::Caller;
use ferrite_webapi::{Call, Json, Maybe, Opt, Routes, Tx};
use serde_json::{Map, Value};

use super::groups::{self, GROUPS};
use super::rows::{CONFIRMATION, CUSTOMERS, Row};
use super::types::{Customer, ValidationResults};
use super::{addresses, checks, read};

/// Columns that are not on the wire.
pub(crate) const OURS: [&str; 8] = [
    "password_hash",
    "is_subscribed",
    "failures",
    "first_failure",
    "locked_until",
    "tokens_since",
    "reset_token",
    "reset_token_at",
];

/// Whether a new account waits for its confirmation.
const CONFIRM: &str = "customer/create_account/confirm";

const MANAGE: &str = "Magento_Customer::manage";

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes, db: &Db, randomness: &Randomness) {
    let (store, randomness) = (db.clone(), randomness.clone());
    routes.bind_outside(
        "POST /V1/customers",
        move |call: &Call,
              tx: &mut Tx<'_>,
              customer: Customer,
              password: Maybe<String>,
              _redirect: String| {
            post(&store, &randomness, call, tx, &customer, password.0)
        },
    );
    routes.bind("PUT /V1/customers/:customerId", put);
    routes.bind("PUT /V1/customers/me", put);
    routes.bind("PUT /V1/customers/validate", validate);
}

/// The account of a new customer.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// The hash of the password, where there is one already.
    pub password_hash: Option<String>,
    /// The key that the account waits for, where it has to be confirmed.
    pub confirmation: Option<String>,
}

/// Where a new customer belongs.
#[derive(Clone, Debug)]
pub struct Place {
    /// The website.
    pub website_id: i64,
    /// The store view.
    pub store_id: i64,
    /// Its name.
    pub created_in: String,
    /// The group of whoever names none.
    pub group_id: i64,
}

fn post(
    db: &Db,
    randomness: &Randomness,
    call: &Call,
    tx: &mut Tx<'_>,
    customer: &Customer,
    password: Option<String>,
) -> Result<Json, Fault> {
    // Whoever signs wrongly is told so, though the route is open to everybody.
    let may_manage = call.may(MANAGE).map_err(|fault| Fault {
        kind: Kind::Invalid,
        ..fault
    })?;
    if customer.group_id.get().is_some() && !may_manage {
        return Err(Fault::not_authorized(MANAGE));
    }
    let place = place(call, customer)?;
    let mut customer = customer.clone();
    customer.id = Opt::Absent;
    let password = password
        .map(Secret::new)
        .filter(|password| !password.reveal().is_empty());
    check(tx, &customer)?;
    if let Some(password) = &password {
        let email = customer.email.value().unwrap_or_default();
        checks::check_password(call.settings(), &call.store, password, &email)?;
    }
    let email = customer.email.value().unwrap_or_default();
    if super::rows::find(tx, &email, place.website_id)?.is_some() {
        return Err(taken());
    }
    let must_confirm = call.settings().flag(CONFIRM, &call.store);
    let new = NewAccount {
        password_hash: password.as_ref().map(password::hash).transpose()?,
        confirmation: must_confirm.then(|| randomness.token()),
    };
    db.write(move |tx| create(tx, &customer, &place, &new))
}

/// The website and store view that a new customer belongs to.
fn place(call: &Call, customer: &Customer) -> Result<Place, Fault> {
    let stores = call.settings().stores();
    let scope = if call.store.store_id == 0 {
        stores.default_scope()
    } else {
        call.store.clone()
    };
    let website_id = customer.website_id.value().unwrap_or(scope.website_id);
    if !stores.websites.iter().any(|site| site.id == website_id) {
        return Err(no_such_website(website_id));
    }
    let store_id = customer.store_id.value().unwrap_or(scope.store_id);
    let view = stores.view(store_id).ok_or_else(|| {
        Fault::not_found(
            "The store that was requested wasn't found. Verify the store and try again.",
        )
    })?;
    if customer.store_id.get().is_some() && view.website_id != website_id {
        return Err(Fault::invalid(
            "The store view is not in the associated website.",
        ));
    }
    Ok(Place {
        website_id,
        store_id,
        created_in: created_in(&stores, website_id, store_id),
        group_id: groups::default::id(call.settings(), &view.scope()),
    })
}

fn created_in(stores: &Stores, website_id: i64, store_id: i64) -> String {
    let own = stores
        .view(store_id)
        .filter(|view| view.website_id == website_id);
    let other = || {
        stores
            .views
            .iter()
            .find(|view| view.website_id == website_id)
    };
    own.or_else(other)
        .map_or_else(String::new, |view| view.name.clone())
}

/// What is wrong with a customer that is to be stored.
fn check(tx: &mut Tx<'_>, customer: &Customer) -> Result<(), Fault> {
    checks::check(|field| match field {
        "email" => customer.email.value().unwrap_or_default(),
        "firstname" => customer.firstname.value().unwrap_or_default(),
        "middlename" => customer.middlename.value().unwrap_or_default(),
        _ => customer.lastname.value().unwrap_or_default(),
    })?;
    if let Some(group) = customer.group_id.value()
        && GROUPS.get(tx, group)?.is_none()
    {
        return Err(Fault::invalid(
            "The specified customer group id does not exist.",
        ));
    }
    if let Some(gender) = customer
        .gender
        .value()
        .filter(|gender| !(0..=3).contains(gender))
    {
        let text = format!("Attribute gender does not contain option with Id {gender}");
        return Err(Fault::invalid(text));
    }
    if let Some(created) = customer.created_at.get().filter(|text| !text.is_empty())
        && DateTime::parse(created).is_none()
    {
        return Err(Fault::new(
            Kind::Invalid,
            checks::invalid_value("created_at", created.as_str()),
        ));
    }
    if let Some(dob) = customer.dob.get().filter(|dob| !dob.is_empty())
        && DateTime::parse(dob).is_none()
    {
        return Err(Fault::invalid("Invalid date"));
    }
    Ok(())
}

fn taken() -> Fault {
    Fault::invalid(
        "A customer with the same email address already exists in an associated website.",
    )
}

/// Stores a new customer; addresses that are not whole are left out.
pub fn create(
    tx: &mut Tx<'_>,
    customer: &Customer,
    place: &Place,
    account: &NewAccount,
) -> Result<Json, Fault> {
    let mut row = Row {
        id: 0,
        values: columns(customer),
    };
    let now = tx.now().as_str().to_owned();
    row.set("website_id", place.website_id);
    row.set("store_id", place.store_id);
    row.set("created_in", place.created_in.as_str());
    row.set(
        "group_id",
        customer.group_id.value().unwrap_or(place.group_id),
    );
    row.values
        .entry("created_at")
        .or_insert_with(|| now.as_str().into());
    row.set("updated_at", now);
    row.set("password_hash", account.password_hash.clone());
    row.set(CONFIRMATION, account.confirmation.clone());
    CUSTOMERS.insert(tx, &mut row).map_err(unsaved)?;
    if let Some(sent) = customer.addresses.get() {
        let whole = sent
            .iter()
            .filter(|one| addresses::problems(one).is_empty());
        let whole: Vec<_> = whole.cloned().collect();
        addresses::replace(tx, &mut row, &whole)?;
        CUSTOMERS.put(tx, &row)?;
    }
    // Whoever makes an account is not told the key that proves the address of mail.
    row.values.remove(CONFIRMATION);
    read::shown(tx, &row)
}

/// Why a row was not stored: it stands by its e-mail address alone.
fn unsaved(error: Error) -> Fault {
    match error {
        Error::Duplicate(_) => taken(),
        Error::TooLong(_) => checks::bad_email(),
        other => other.into(),
    }
}

/// The columns that were sent.
fn columns(customer: &Customer) -> Map<String, Value> {
    let mut values = match customer.to_value() {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let apart = [
        "id",
        "addresses",
        "extension_attributes",
        "custom_attributes",
        "confirmation",
        "created_in",
        "default_billing",
        "default_shipping",
        "updated_at",
    ];
    values.retain(|name, value| !value.is_null() && !apart.contains(&name.as_str()));
    if let Some(day) = values
        .get("dob")
        .and_then(Value::as_str)
        .and_then(DateTime::parse)
    {
        let day = day.as_str().get(..10).unwrap_or_default().to_owned();
        values.insert("dob".into(), day.into());
    }
    let subscribed = customer.extension_attributes.get();
    if let Some(is_subscribed) = subscribed.and_then(|sent| sent.is_subscribed.value()) {
        values.insert("is_subscribed".into(), is_subscribed.into());
    }
    values
}

fn put(
    call: &Call,
    tx: &mut Tx<'_>,
    mut customer: Customer,
    _password_hash: Maybe<String>,
) -> Result<Json, Fault> {
    let mut row = read::load(tx, meant(call)?)?;
    if let Caller::Customer { .. } = call.identity()?.caller {
        if customer.email.get().is_none() {
            return Err(Fault::invalid(
                "The customer email is missing. Enter and try again.",
            ));
        }
        // What a customer may not choose stays as it is.
        for chosen in [
            &mut customer.group_id,
            &mut customer.website_id,
            &mut customer.store_id,
            &mut customer.disable_auto_group_change,
        ] {
            *chosen = Opt::Absent;
        }
    }
    for (name, value) in columns(&customer) {
        row.values.insert(name, value);
    }
    let merged = read::without_ours(Value::Object(row.values.clone()));
    check(tx, &Customer::from_value(&merged)?.unwrap_or_default())?;
    let stores = call.settings().stores();
    let website_id = row.number("website_id");
    if !stores.websites.iter().any(|site| site.id == website_id) {
        return Err(no_such_website(website_id));
    }
    row.set("updated_at", tx.now().as_str());
    // An address that says of itself that it is a default has the last word.
    addresses::set_defaults(tx, &mut row, &customer)?;
    if let Some(sent) = customer.addresses.get() {
        let wrong: Vec<Phrase> = sent.iter().flat_map(addresses::problems).collect();
        if !wrong.is_empty() {
            return Err(Fault::several(wrong));
        }
        addresses::replace(tx, &mut row, sent)?;
    }
    match CUSTOMERS.put(tx, &row) {
        Ok(()) => read::shown(tx, &row),
        Err(error) => Err(unsaved(error)),
    }
}

/// Whom a save is about: whoever the path names, else the customer who calls. What the body says
/// of it never counts.
fn meant(call: &Call) -> Result<i64, Fault> {
    match call.path_parameter("customerId") {
        Some(named) => Ok(i64::from_value(&named.into())?.unwrap_or(0)),
        None => Ok(call.customer_id().unwrap_or(0)),
    }
}

fn no_such_website(id: i64) -> Fault {
    Fault::not_found(format!(
        "The website with id {id} that was requested wasn't found. Verify the website and try again."
    ))
}

/// Says what a save would miss, without saving.
fn validate(_: &Call, _: &mut Tx<'_>, customer: Customer) -> Result<ValidationResults, Fault> {
    let text = |value: Option<&String>| value.is_none_or(|text| text.trim().is_empty());
    let missing = [
        (customer.website_id.get().is_none(), "Associate to Website"),
        (customer.group_id.get().is_none(), "Group"),
        (text(customer.firstname.get()), "First Name"),
        (text(customer.lastname.get()), "Last Name"),
        (text(customer.email.get()), "Email"),
    ];
    let sentence = |(_, label): &(bool, &str)| {
        format!("The \"{label}\" attribute value is empty. Set the attribute and try again.")
    };
    let missing = missing.iter().filter(|(is_missing, _)| *is_missing);
    let messages: Vec<String> = missing.map(sentence).collect();
    Ok(ValidationResults {
        valid: messages.is_empty().into(),
        messages: messages.into(),
    })
}

/// `No such entity with email = …, websiteId = …`
pub(crate) fn no_such_account(email: &str, website_id: phrase::Value) -> Fault {
    let text = "No such entity with %fieldName = %fieldValue, %field2Name = %field2Value";
    let values = [
        ("fieldName", "email".into()),
        ("fieldValue", email.into()),
        ("field2Name", "websiteId".into()),
        ("field2Value", website_id),
    ];
    Fault::new(Kind::NotFound, Phrase::named(text, values))
}
