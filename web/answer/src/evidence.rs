//! Why an item was recommended: what it shares with the user's history.

use serde_json::{Value, json};
use usher_protocol::Id;

use crate::card::Card;
use crate::item::Item;

/// The tool that tells of the items that the evidence is about.
pub const TOOL: &str = "get_item_metadata";

/// An item of the user's history that carries a recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Title and year.
    pub title: String,
    /// Genres of both items.
    pub genres: Vec<String>,
    /// People who made both items.
    pub people: Vec<String>,
}

/// What to ask [`TOOL`]; nothing where the recommender names no reason.
pub fn request(card: &Card) -> Option<Value> {
    let because = &card.pick.as_ref()?.because;
    let items: Vec<_> = std::iter::once(&card.item.item_id).chain(because).collect();
    let get = ["title", "release_date", "genres", "director", "actors", "producer"];
    (!because.is_empty()).then(|| json!({"items": items, "get": get}))
}

/// The reasons, from the tool's answer to [`request`].
pub fn reasons(card: &Card, items: &[Item]) -> Vec<Reason> {
    let Some(pick) = &card.pick else { return Vec::new() };
    let find = |id: &Id| items.iter().find(|item| item.item_id == *id);
    let Some(this) = find(&card.item.item_id) else { return Vec::new() };
    let reason = |other: &Item| Reason {
        title: other.titled(),
        genres: shared(this.genres(), other.genres()),
        people: shared(&people(this), &people(other)),
    };
    pick.because.iter().filter_map(find).map(reason).collect()
}

fn people(item: &Item) -> Vec<String> {
    let mut people = Vec::new();
    for names in [&item.director, &item.actors, &item.producer] {
        for name in names.iter().flatten() {
            if !people.contains(name) {
                people.push(name.clone());
            }
        }
    }
    people
}

fn shared(these: &[String], those: &[String]) -> Vec<String> {
    these.iter().filter(|name| those.contains(name)).cloned().collect()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::card::Pick;

    fn item(json: Value) -> Item {
        serde_json::from_value(json).unwrap()
    }

    fn card(because: &[&str]) -> Card {
        Card {
            item: item(json!({"item_id": 8, "title": "Top Gun"})),
            details: Vec::new(),
            genres: Vec::new(),
            pick: Some(Pick {
                user: Some(Id::from("9")),
                fit: None,
                because: because.iter().map(|id| Id::from(*id)).collect(),
            }),
        }
    }

    #[test]
    fn the_request_names_the_item_and_its_reasons() {
        let arguments = request(&card(&["50", "172"])).unwrap();
        assert_eq!(arguments["items"], json!([8, 50, 172]));
        assert!(request(&card(&[])).is_none());
    }

    #[test]
    fn shared_genres_and_people_are_found_once_in_the_recommenders_order() {
        let items = [
            item(json!({"item_id": 8, "title": "Top Gun", "genres": ["Action", "Romance"],
                "director": ["Tony Scott"], "actors": ["Tom Cruise"], "producer": ["Tom Cruise"]})),
            item(
                json!({"item_id": 50, "title": "Alien", "release_date": 1979, "genres": ["Action"]}),
            ),
            item(json!({"item_id": 172, "title": "Rain Man", "actors": ["Tom Cruise"],
                "producer": ["Tom Cruise"]})),
        ];
        let reasons = reasons(&card(&["172", "50", "99"]), &items);
        assert_eq!(
            reasons,
            [
                Reason {
                    title: "Rain Man".into(),
                    genres: vec![],
                    people: vec!["Tom Cruise".into()]
                },
                Reason {
                    title: "Alien (1979)".into(),
                    genres: vec!["Action".into()],
                    people: vec![]
                },
            ]
        );
    }
}
