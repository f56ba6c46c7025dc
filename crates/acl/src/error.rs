//! What can be wrong with a resource or a list of them.

/// A declaration or a submitted list that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AclError {
    /// The same id was declared under another parent. The sentence is Magento's.
    #[error("Resource id '{0}' already exists in the ACL")]
    Duplicate(String),
    /// A resource was declared under a parent that nobody declared before it.
    #[error("resource '{id}' is declared under '{parent}', which does not exist")]
    UnknownParent {
        /// The resource.
        id: String,
        /// The parent that is missing.
        parent: String,
    },
    /// No module gives this resource a title.
    #[error("resource '{0}' has no title")]
    MissingTitle(String),
    /// A form names a resource that is not offered.
    #[error("there is no resource '{0}' to choose")]
    NotOffered(String),
    /// The facts that are built in cannot be read.
    #[error("the built-in resources cannot be read: {0}")]
    Facts(String),
}
