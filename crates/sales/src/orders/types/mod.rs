//! The data types of orders, in output order.

mod item;
mod order;
mod parts;
mod payment;

pub use item::{OrderItem, OrderItemExtension};
pub use order::{AdditionalInfo, Order, OrderExtension};
pub use parts::{OrderAddress, Shipping, ShippingAssignment, StatusHistory, Total};
pub use payment::OrderPayment;
