//! Creating a customer (`Magento\Customer\Api\AccountManagementInterface::createAccount`) and
//! changing one (`Magento\Customer\Api\CustomerRepositoryInterface::save`).

use ferrite_accounts::password;
use ferrite_base::{DateTime, Fault, Kind, Phrase, Randomness, Secret, phrase};
use ferrite_settings::{StoreView, Stores};
use ferrite_storage::Error;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::identity::Caller;
use ferrite_webapi::{Call, Json, Maybe, Opt, Routes, Tx};
use serde_json::{Map, Value};

use super::addresses::Rules;
use super::groups::{self, GROUPS};
use super::rows::{CONFIRMATION, CUSTOMERS, Row, find};
use super::types::{Customer, ValidationResults};
use super::{account, addresses, checks, read};

/// Columns that are not on the wire.
pub(crate) const OURS: [&str; 8] = [
    "password_hash",
    "is_subscribed",
    "failures_num",
    "first_failure",
    "locked_until",
    "tokens_since",
    "reset_token",
    "reset_token_at",
];

/// Fields that are no columns, or that no client sets this way.
const APART: [&str; 9] = [
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

const MANAGE: &str = "Magento_Customer::manage";

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes, randomness: &Randomness) {
    let randomness = randomness.clone();
    routes.bind_outside(
        "POST /V1/customers",
        move |call: &Call, customer: Customer, password: Maybe<String>, _redirect: String| {
            let password = password.0.map(Secret::new);
            post(&randomness, call, &customer, password)
        },
    );
    routes.bind("PUT /V1/customers/:customerId", put);
    routes.bind("PUT /V1/customers/me", put);
    routes.bind("PUT /V1/customers/validate", validate);
}

/// The account of a new customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewAccount {
    /// The hash of the password, where there is one already.
    pub password_hash: Option<String>,
    /// The key that the account waits for, where it has to be confirmed.
    pub confirmation: Option<String>,
}

/// Where a new customer belongs.
#[derive(Clone, Debug)]
pub(crate) struct Place {
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
    randomness: &Randomness,
    call: &Call,
    customer: &Customer,
    password: Option<Secret>,
) -> Result<Json, Fault> {
    // Whoever signs wrongly is told so, though the route is open to everybody.
    let may_manage = call.may(MANAGE).map_err(|fault| Fault {
        kind: Kind::Invalid,
        ..fault
    })?;
    if customer.group_id.get().is_some() && !may_manage {
        return Err(Fault::not_authorized(MANAGE));
    }
    let email = customer.email.value().unwrap_or_default();
    if let Some(password) = &password {
        checks::check_strength(call.settings(), &call.store, password)?;
        checks::differs_from_email(password, &email)?;
    }
    let mut customer = customer.clone();
    customer.id = Opt::Absent;
    let (place, must_confirm) = place(call, &customer)?;
    call.read(|tx| check(tx, &customer))?;
    let new = NewAccount {
        password_hash: password.as_ref().map(password::hash).transpose()?,
        confirmation: must_confirm.then(|| randomness.token()),
    };
    let rules = Rules::of(call.settings(), &call.store);
    let settings = call.settings().clone();
    call.write_answer(move |tx| {
        if find(tx, &settings, &email, place.website_id)?.is_some() {
            return Err(taken());
        }
        create(tx, &customer, &place, &new, &rules)
    })
}

/// The website and store view that a new customer belongs to, and whether accounts of it have to be
/// confirmed.
fn place(call: &Call, customer: &Customer) -> Result<(Place, bool), Fault> {
    let stores = call.settings().stores();
    let scope = if call.store.is_admin() {
        stores.default_scope()
    } else {
        call.store.clone()
    };
    let website_id = customer.website_id.value().filter(|id| *id != 0);
    let website_id = website_id.unwrap_or(scope.website_id);
    let store_id = customer.store_id.value().filter(|id| *id != 0);
    let chosen = store_id.unwrap_or(scope.store_id);
    check_place(&stores, website_id, chosen)?;
    let own = |view: &&StoreView| view.website_id == website_id;
    let view = stores.view(chosen).filter(own);
    if store_id.is_some() && view.is_none() {
        return Err(Fault::invalid(
            "The store view is not in the associated website.",
        ));
    }
    let view = view.or_else(|| default_view(&stores, website_id));
    let scope = view.map_or(scope, StoreView::scope);
    let place = Place {
        website_id,
        store_id: scope.store_id,
        created_in: view.map_or_else(String::new, |view| view.name.clone()),
        group_id: groups::default::id(call.settings(), &scope),
    };
    Ok((place, call.settings().flag(account::REQUIRED, &scope)))
}

/// The store view that counts in a website when none is named.
fn default_view(stores: &Stores, website_id: i64) -> Option<&StoreView> {
    let site = stores.websites.iter().find(|site| site.id == website_id)?;
    let mut groups = stores.groups.iter();
    let group = groups.find(|one| one.id == site.default_group_id)?;
    stores.view(group.default_store_id)
}

/// Fails where a website or a store view does not exist.
fn check_place(stores: &Stores, website_id: i64, store_id: i64) -> Result<(), Fault> {
    if !stores.websites.iter().any(|site| site.id == website_id) {
        return Err(no_such_website(website_id));
    }
    if stores.view(store_id).is_none() {
        let text = "The store that was requested wasn't found. Verify the store and try again.";
        return Err(Fault::not_found(text));
    }
    Ok(())
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
        && checks::day(dob).is_none()
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

/// Stores a new customer; addresses in countries that are not allowed are left out.
pub(crate) fn create(
    tx: &mut Tx<'_>,
    customer: &Customer,
    place: &Place,
    account: &NewAccount,
    rules: &Rules,
) -> Result<Json, Fault> {
    let mut row = Row::default();
    for (name, value) in columns(customer) {
        row.set(&name, value);
    }
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
        addresses::replace(tx, &mut row, &rules.new_ones(sent), rules)?;
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

/// What may be missing, and was sent as null.
fn taken_away(customer: &Customer) -> impl Iterator<Item = &'static str> {
    let sent = [
        ("middlename", customer.middlename == Opt::Null),
        ("prefix", customer.prefix == Opt::Null),
        ("suffix", customer.suffix == Opt::Null),
        ("gender", customer.gender == Opt::Null),
        ("dob", customer.dob == Opt::Null),
        ("taxvat", customer.taxvat == Opt::Null),
    ];
    let nulls = sent.into_iter().filter(|(_, is_null)| *is_null);
    nulls.map(|(name, _)| name)
}

/// The columns that were sent; null takes away what may be missing.
fn columns(customer: &Customer) -> Map<String, Value> {
    let mut values = match customer.to_value() {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    values.retain(|name, value| !value.is_null() && !APART.contains(&name.as_str()));
    for name in taken_away(customer) {
        values.insert(name.to_owned(), Value::Null);
    }
    if let Some(dob) = values.get("dob").and_then(Value::as_str) {
        // What is no day stays, so that it is refused.
        let day = checks::day(dob).unwrap_or_else(|| dob.to_owned());
        let is_empty = day.trim().is_empty();
        let day = if is_empty { Value::Null } else { day.into() };
        values.insert("dob".into(), day);
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
        row.set(&name, value);
    }
    let merged = read::without_ours(Value::Object(row.values.clone()));
    check(tx, &Customer::from_value(&merged)?.unwrap_or_default())?;
    let (website_id, store_id) = (row.number("website_id"), row.number("store_id"));
    check_place(&call.settings().stores(), website_id, store_id)?;
    let same = find(tx, call.settings(), row.text("email"), website_id)?;
    if same.is_some_and(|other| other.id != row.id) {
        return Err(taken());
    }
    row.set("updated_at", tx.now().as_str());
    // An address that says of itself that it is a default has the last word.
    addresses::set_defaults(tx, &mut row, &customer)?;
    if let Some(sent) = customer.addresses.get() {
        let rules = Rules::of(call.settings(), &call.store);
        addresses::replace(tx, &mut row, sent, &rules)?;
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

/// `The website with id … that was requested wasn't found. …`
pub(crate) fn no_such_website(id: i64) -> Fault {
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
