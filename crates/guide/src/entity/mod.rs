//! What a question names: users, items, people, numbers, groups, texts.

pub(crate) mod age;
pub(crate) mod count;
pub(crate) mod fields;
pub(crate) mod group;
pub(crate) mod ids;
pub(crate) mod liking;
pub(crate) mod measure;
pub(crate) mod mood;
pub(crate) mod named;
pub(crate) mod negation;
pub(crate) mod numbers;
pub(crate) mod people;
pub(crate) mod similar;
pub(crate) mod story;
pub(crate) mod titles;
