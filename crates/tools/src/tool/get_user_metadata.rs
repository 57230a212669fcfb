use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use usher_bundle::sections::{AgeGroup, Gender};
use usher_protocol::{Id, readable};

use super::find_user;
use crate::items::id_schema;
use crate::outcome::{Outcome, success};
use crate::ports::{Catalogue, Ports, UserFacts};
use crate::registry::Tool;

/// `get_user_metadata`: what is known of a user.
pub(crate) struct GetUserMetadata;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// Id of the user
    #[schemars(schema_with = "id_schema")]
    user: Id,
    /// What to tell of the user
    #[schemars(length(min = 1, max = 4))]
    get: Vec<UserField>,
}

readable!(struct Arguments { user, get });

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum UserField {
    Age,
    AgeCategory,
    Gender,
    Occupation,
}

readable!(enum UserField {
    age => Age,
    age_category => AgeCategory,
    gender => Gender,
    occupation => Occupation,
});

impl UserField {
    fn entry(self, facts: &UserFacts) -> (&'static str, Value) {
        match self {
            Self::Age => ("age", json!(facts.age)),
            Self::AgeCategory => ("age_category", json!(facts.age.map(AgeGroup::of).map(in_words))),
            Self::Gender => ("gender", json!(facts.gender.and_then(gender))),
            Self::Occupation => ("occupation", json!(facts.occupation)),
        }
    }
}

fn in_words(group: AgeGroup) -> &'static str {
    match group {
        AgeGroup::Kid => "kid",
        AgeGroup::Teenager => "teenager",
        AgeGroup::YoungAdult => "young adult",
        AgeGroup::Adult => "adult",
        AgeGroup::Senior => "senior",
    }
}

fn gender(gender: Gender) -> Option<&'static str> {
    match gender {
        Gender::Unknown => None,
        Gender::Male => Some("male"),
        Gender::Female => Some("female"),
        Gender::Other => Some("other"),
    }
}

impl Tool for GetUserMetadata {
    type Arguments = Arguments;
    const NAME: &'static str = "get_user_metadata";
    const DESCRIPTION: &'static str = "Tells what is known of a user: age, age category (kid, \
        teenager, young adult, adult, senior), gender, occupation. What is not known is null.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_user_metadata.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let user = find_user(&arguments.user, ports)?;
        let facts = ports.catalogue().user_facts(user).await?;
        let mut data = Map::new();
        data.insert("user".to_owned(), json!(arguments.user));
        for field in &arguments.get {
            let (name, value) = field.entry(&facts);
            data.insert(name.to_owned(), value);
        }
        success(format!("What is known of user {}.", arguments.user), &data)
    }
}
