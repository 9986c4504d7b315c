//! A thin vocabulary over `hcl-rs`: addresses, references, blocks with comments, and text exactly as `terraform fmt` leaves it.
//!
//! Text of the user's becomes a string literal or a comment and nothing else: [`text`] and [`template`] escape it, and a
//! reference can only be made from an [`Address`], or from a text that is a plain [`traversal`].

mod block;
mod expression;
mod halves;
mod merge;
mod print;
mod reference;
mod traversal;
mod unify;

pub use block::{Block, Body, references};
pub use expression::{Key, Part, call, call_with, different, equal, keyword, list, number, object, template, text};
pub use halves::Halves;
pub use hcl::Expression;
pub use merge::is_literal;
pub use print::{inline, print, print_values};
pub use reference::{Address, Mode, Reference};
pub use traversal::traversal;
pub use unify::{Fill, Fork, Place, listed, type_of, unify};
