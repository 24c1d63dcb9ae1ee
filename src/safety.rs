//! What makes untrusted text safe to print, to send and to put before a model.
//!
//! Log lines, file names, model output and server errors are all written by strangers. [`display_safe`] shows every
//! character a terminal would obey or hide; [`json_safe`] does the same for printed JSON documents; a [`Redactor`]
//! masks secrets before anything goes to a model, a cache, a report or a case; [`addresses_model`] marks lines that
//! talk to a model and [`frame`](frame()) fences what is sent to one.
//!
//! Pure: text in, text out. Faces print through this room.

mod address;
mod display;
mod frame;
mod json;
mod redact;
pub(crate) mod visible;

pub use address::{AddressReason, addresses_model};
pub use display::{display_line, display_safe, unescape};
pub use frame::{Nonce, NonceInData, frame};
pub use json::json_safe;
pub use redact::{RedactOptions, RedactionError, Redactor, SecretKind};
