//! What the page and the widget show of an answer, as data: its text, its items, why
//! they were recommended, and the person's words for it. Draws nothing.

pub mod card;
pub mod chips;
pub mod evidence;
pub mod item;
pub mod markdown;
pub mod quantity;
pub mod words;
