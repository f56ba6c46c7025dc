//! nonces
