//! `/V1/taxClasses`: what products and customers are sorted into for their taxes.
//!
//! A name stands once for each type. A class that a rule or anybody else uses cannot be deleted.

use std::sync::Arc;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Error, Field, Filter, Scalar, Search, Tx, serde_document};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Json, Routes, SearchCriteria, SearchResults, dto};
use serde::{Deserialize, Serialize};

use crate::rules;

/// The longest name, in characters.
const NAME_LENGTH: usize = 255;

/// Whom a class is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassType {
    /// Customers, by their group.
    #[serde(rename = "CUSTOMER")]
    Customer,
    /// Products.
    #[serde(rename = "PRODUCT")]
    Product,
}

impl ClassType {
    /// As it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Product => "PRODUCT",
        }
    }

    fn read(text: &str) -> Option<Self> {
        let all = [Self::Customer, Self::Product];
        all.into_iter().find(|one| one.as_str() == text)
    }
}

/// Somebody who keeps things that belong to a class.
pub trait ClassUser: Send + Sync {
    /// Whose classes they are.
    fn class_type(&self) -> ClassType;
    /// What the things are called in Magento's sentence, such as `customer group`.
    fn things(&self) -> &'static str;
    /// Whether one of them belongs to this class.
    fn uses(&self, tx: &mut Tx<'_>, class_id: i64) -> Result<bool, Fault>;
}

/// Everybody who may use a class.
#[derive(Clone, Default)]
pub struct ClassUsers(Vec<Arc<dyn ClassUser>>);

impl ClassUsers {
    /// Adds one.
    pub fn add(&mut self, user: impl ClassUser + 'static) {
        self.0.push(Arc::new(user));
    }
}

/// A class.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TaxClass {
    /// Its row.
    pub id: i64,
    /// Its name, unique within its type.
    pub name: String,
    /// Whom it is for.
    pub class_type: ClassType,
}

serde_document!(TaxClass);

/// All classes.
pub static CLASSES: Collection<TaxClass> = Collection {
    name: "tax_class",
    fields: &[
        Field::text("class_name", |class: &TaxClass| {
            Some(Scalar::from(class.name.as_str()))
        }),
        Field::text("class_type", |class: &TaxClass| {
            Some(Scalar::from(class.class_type.as_str()))
        }),
    ],
};

dto! {
    /// `Magento\Tax\Api\Data\TaxClassInterface`
    pub struct ClassData {
        class_id: i64 [null],
        class_name: String,
        class_type: String,
        extension_attributes: NoExtension [null],
    }
}

impl ClassData {
    fn of(class: &TaxClass) -> Self {
        Self {
            class_id: class.id.into(),
            class_name: class.name.as_str().into(),
            class_type: class.class_type.as_str().into(),
            ..Self::default()
        }
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes, users: ClassUsers) {
    routes.bind_kept("GET /V1/taxClasses/:taxClassId", get);
    routes.bind_kept("GET /V1/taxClasses/search", list);
    routes.bind("POST /V1/taxClasses", save);
    routes.bind("PUT /V1/taxClasses/:classId", save);
    routes.bind(
        "DELETE /V1/taxClasses/:taxClassId",
        move |_: &Call, tx: &mut Tx<'_>, id: i64| delete(tx, id, &users),
    );
}

/// Writes the classes of a fresh install.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    let classes = [
        (2, "Taxable Goods", ClassType::Product),
        (3, "Retail Customer", ClassType::Customer),
    ];
    for (id, name, class_type) in classes {
        let name = name.to_owned();
        let class = TaxClass {
            id,
            name,
            class_type,
        };
        CLASSES.insert_as(tx, &class)?;
    }
    Ok(())
}

/// The class of an id, or Magento's sentence.
pub fn load(tx: &mut Tx<'_>, id: i64) -> Result<TaxClass, Fault> {
    let found = CLASSES.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("class_id", id))
}

/// The name of a class that customers can have.
pub fn customer_class_name(tx: &mut Tx<'_>, id: i64) -> Result<Option<String>, Error> {
    let found = CLASSES.get(tx, id)?;
    let found = found.filter(|class| class.class_type == ClassType::Customer);
    Ok(found.map(|class| class.name))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<ClassData, Fault> {
    Ok(ClassData::of(&load(tx, id)?))
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<ClassData>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("class_id", "id")]);
    let page = CLASSES.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(ClassData::of).collect(),
        criteria,
        total: page.total,
    })
}

/// Adds a class, or renames the one whose id was sent. A new id is answered as text, as the
/// database gives it; one that was sent as the number that it is.
fn save(_: &Call, tx: &mut Tx<'_>, sent: ClassData) -> Result<Json, Fault> {
    let held = match sent.class_id.value().filter(|id| *id != 0) {
        Some(id) => Some(load(tx, id)?),
        None => None,
    };
    let type_sent = sent.class_type.value().unwrap_or_default();
    if held
        .as_ref()
        .is_some_and(|held| held.class_type.as_str() != type_sent)
    {
        return Err(Fault::invalid("Updating classType is not allowed."));
    }
    let name = sent.class_name.value().unwrap_or_default();
    let mut wrong = Vec::new();
    if name.trim().is_empty() {
        wrong.push(Fault::required_phrase("class_name"));
    }
    let class_type = ClassType::read(&type_sent);
    if type_sent.trim().is_empty() {
        wrong.push(Fault::required_phrase("class_type"));
    } else if class_type.is_none() {
        wrong.push(crate::invalid_value("class_type", type_sent));
    }
    let (Some(class_type), true) = (class_type, wrong.is_empty()) else {
        return Err(Fault::several(wrong));
    };
    if name.chars().count() > NAME_LENGTH {
        return Err(crate::code_refused(Error::TooLong("class_name".to_owned())));
    }
    let is_new = held.is_none();
    let mut class = TaxClass {
        id: held.map_or(0, |held| held.id),
        name,
        class_type,
    };
    if is_taken(tx, &class)? {
        let text = "A class with the same name already exists for ClassType %1.";
        let phrase = Phrase::list(text, [class_type.as_str()]);
        return Err(Fault::new(Kind::Invalid, phrase));
    }
    if is_new {
        let id = CLASSES.insert(tx, &mut class)?;
        return Ok(id.to_string().into());
    }
    CLASSES.put(tx, &class)?;
    Ok(class.id.into())
}

/// Whether another class of the type has the name.
fn is_taken(tx: &mut Tx<'_>, class: &TaxClass) -> Result<bool, Fault> {
    let same = |field: &str, condition: &str, value: &str| {
        vec![Filter {
            field: field.to_owned(),
            condition: condition.to_owned(),
            value: value.to_owned(),
        }]
    };
    let search = Search {
        groups: vec![
            same("class_name", "eq", &class.name),
            same("class_type", "eq", class.class_type.as_str()),
            same("id", "neq", &class.id.to_string()),
        ],
        page_size: Some(1),
        ..Search::default()
    };
    Ok(CLASSES.search(tx, &search)?.total > 0)
}

fn delete(tx: &mut Tx<'_>, id: i64, users: &ClassUsers) -> Result<bool, Fault> {
    let class = load(tx, id)?;
    if rules::use_class(tx, &class)? {
        return Err(Fault::invalid(
            "You cannot delete this tax class because it is used in Tax Rules. \
             You have to delete the rules it is used in first.",
        ));
    }
    for user in &users.0 {
        if user.class_type() == class.class_type && user.uses(tx, id)? {
            let text = "You cannot delete this tax class because it is used in existing %1(s).";
            let phrase = Phrase::list(text, [user.things()]);
            return Err(Fault::new(Kind::Invalid, phrase));
        }
    }
    CLASSES.delete(tx, id)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
