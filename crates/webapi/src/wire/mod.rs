//! The bytes of requests and answers: JSON as PHP writes it, Magento's XML, PHP's query strings.

pub mod accept;
pub mod json;
pub mod query;
pub mod xml_read;
pub mod xml_write;
