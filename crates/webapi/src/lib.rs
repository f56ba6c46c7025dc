//! webapi
