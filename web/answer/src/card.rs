//! Item cards, made of what the tools of a turn returned and of nothing else.

use serde_json::Value;
use usher_protocol::{FromJson, Id, Step, readable};

use crate::item::{Item, listed};
use crate::quantity::plain;
use crate::words::filled;

/// How many cards a turn shows.
const MOST: usize = 10;

/// The tools whose results say which items a turn is about, and in what order.
const FINDERS: [&str; 5] = [
    "get_top_k_recommendations",
    "item_filter",
    "vector_store_search",
    "get_popular_items",
    "get_interacted_items",
];

/// One item of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The item.
    pub item: Item,
    /// People, year, length and so on, those that answer the question marked.
    pub details: Vec<Detail>,
    /// Genres, those that were asked for marked.
    pub genres: Vec<Detail>,
    /// How it was recommended, if it was.
    pub pick: Option<Pick>,
}

/// One thing known of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Words.
    pub text: String,
    /// Whether a condition of the question asked for it.
    pub answers: bool,
}

/// Why an item was recommended, as the recommender says.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// For whom; nobody where only items are told that somebody likes.
    pub user: Option<Id>,
    /// Share of the user's unseen items that score lower, in percent.
    pub fit: Option<f64>,
    /// Items of the user's history that carry the score, most first.
    pub because: Vec<Id>,
}

impl Pick {
    /// The fit in words.
    pub fn standing(&self) -> Option<String> {
        let fit = plain(self.fit?.clamp(0.0, 100.0));
        Some(match &self.user {
            Some(user) => filled(
                "It scores higher than {0}% of what user {1} has not seen.",
                &[&fit, &user.to_string()],
            ),
            None => filled("It scores higher than {0}% of everything else.", &[&fit]),
        })
    }
}

/// What a finder says of one item. Only the recommender has a fit, and only a
/// history has ratings.
#[derive(Debug)]
struct Found {
    item_id: Id,
    fit: Option<f64>,
    because: Vec<Id>,
    rating: Option<f64>,
    date: Option<String>,
}

readable!(struct Found { item_id, fit, because: default, rating, date });

/// The cards of a turn: the items of the last metadata that was fetched, in the
/// order in which the step before it found them. Where the answer names some of them,
/// they come in its order, and what it has left out the cards leave out, too.
pub fn cards(steps: &[Step], answer: &str) -> Vec<Card> {
    let last = |name: &[&str], steps: &[Step]| {
        steps
            .iter()
            .rposition(|step| name.contains(&step.tool.as_str()) && step.result.data().is_some())
    };
    // What comes after a recommendation's own facts explains it.
    let recommended = last(&["get_top_k_recommendations"], steps).and_then(|from| {
        let is_told =
            |step: &Step| step.tool == "get_item_metadata" && step.result.data().is_some();
        Some(from + steps.get(from..)?.iter().position(is_told)?)
    });
    let Some(at) = recommended.or_else(|| last(&["get_item_metadata"], steps)) else {
        return Vec::new();
    };
    let (before, rest) = steps.split_at(at);
    let items: Vec<Item> = rest.first().map(|step| listed(&step.result)).unwrap_or_default();
    // Facts that were asked for by themselves are told in the answer.
    let with_titles = rest.first().is_some_and(|step| {
        let get = step.arguments.get("get").and_then(Value::as_array);
        get.is_none_or(|get| get.iter().any(|field| field == "title"))
    });
    if !with_titles {
        return Vec::new();
    }

    let finder = last(&FINDERS, before).and_then(|at| before.get(at));
    let found: Vec<Found> = finder.map(|step| listed(&step.result)).unwrap_or_default();
    let picked = finder.filter(|step| step.tool == "get_top_k_recommendations");
    let user = picked.and_then(|step| Id::from_json(step.arguments.get("user")?.clone()).ok());
    let conditions = last(&["item_filter"], before)
        .and_then(|at| before.get(at))
        .map_or(&Value::Null, |step| &step.arguments);

    // Fetched to be compared with what was found, and not to list it.
    let is_beside = |item: &Item| !found.iter().any(|found| found.item_id == item.item_id);
    let by_id =
        rest.first().is_some_and(|step| step.arguments.get("items").is_some_and(Value::is_array));
    if by_id && !found.is_empty() && items.iter().any(is_beside) {
        return Vec::new();
    }

    // A title that is a part of another one is told from it by its year.
    let place = |item: &Item| {
        let name = item.name();
        let is_part =
            items.iter().any(|other| other.item_id != item.item_id && other.name().contains(&name));
        answer.find(&item.titled()).or_else(|| answer.find(&name).filter(|_| !is_part))
    };
    let mut named: Vec<(usize, &Item)> = Vec::new();
    for item in &items {
        if let Some(place) = place(item) {
            let at = named.partition_point(|(before, _)| *before <= place);
            named.insert(at, (place, item));
        }
    }

    let card = |item: &Item, found: Option<&Found>| Card {
        item: item.clone(),
        details: details(item, conditions, found),
        genres: marked(item.genres(), conditions.get("genres")),
        pick: picked.and(found).map(|found| Pick {
            user: user.clone(),
            fit: found.fit,
            because: found.because.clone(),
        }),
    };
    let of = |item: &Item| found.iter().find(|found| found.item_id == item.item_id);
    if !named.is_empty() {
        return named.into_iter().take(MOST).map(|(_, item)| card(item, of(item))).collect();
    }
    if found.is_empty() {
        return items.iter().take(MOST).map(|item| card(item, None)).collect();
    }
    let listed = found.iter().filter_map(|found| {
        let item = items.iter().find(|item| item.item_id == found.item_id)?;
        Some(card(item, Some(found)))
    });
    listed.take(MOST).collect()
}

fn details(item: &Item, conditions: &Value, found: Option<&Found>) -> Vec<Detail> {
    let asked = |field: &str| conditions.get(field).is_some();
    let mut details = Vec::new();
    for (field, known, label) in [
        ("actors", &item.actors, "{0}"),
        ("director", &item.director, "directed by {0}"),
        ("producer", &item.producer, "produced by {0}"),
    ] {
        details.extend(
            people(conditions, field, known.as_deref())
                .into_iter()
                .map(|name| Detail { text: filled(label, &[&name]), answers: true }),
        );
    }
    let mut add = |text: Option<String>, answers: bool| {
        details.extend(text.map(|text| Detail { text, answers }));
    };
    add(item.release_date.map(|year| year.to_string()), asked("release_date"));
    add(item.duration.map(|minutes| filled("{0} min", &[&minutes.to_string()])), asked("duration"));
    add(item.imdb_rating.map(|rating| format!("IMDb {}", plain(rating))), asked("imdb_rating"));
    // These two only where they answer: a card is small.
    add(item.age_rating.clone().filter(|_| asked("age_rating")), true);
    add(item.country.clone().filter(|_| asked("country")), true);
    if let Some(found) = found {
        let rated = found.rating.map(plain).map(|rating| match &found.date {
            Some(date) => filled("rated {0} on {1}", &[&rating, date]),
            None => filled("rated {0}", &[&rating]),
        });
        add(rated, true);
    }
    details
}

/// The people asked for whom this item has. Where the item's own list was not
/// fetched, the filter's word is enough, if it wanted all of them.
fn people(conditions: &Value, field: &str, known: Option<&[String]>) -> Vec<String> {
    let any = conditions.get("match").and_then(Value::as_str) == Some("any");
    let asked = names(conditions.get(field));
    match known {
        Some(known) => asked.into_iter().filter(|name| has(known, name)).collect(),
        None if any && asked.len() > 1 => Vec::new(),
        None => asked,
    }
}

fn marked(values: &[String], asked: Option<&Value>) -> Vec<Detail> {
    let asked = names(asked);
    let detail = |text: &String| Detail { text: text.clone(), answers: has(&asked, text) };
    values.iter().map(detail).collect()
}

fn names(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other.to_lowercase() == name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_protocol::{ErrorKind, ToolError, ToolResult};

    use super::*;

    fn step(tool: &str, arguments: Value, data: Value) -> Step {
        Step {
            tool: tool.to_owned(),
            arguments,
            requested: None,
            why: None,
            result: ToolResult::Success { message: String::new(), data },
            elapsed_us: 1,
        }
    }

    fn recommended() -> Vec<Step> {
        vec![
            step(
                "item_filter",
                json!({"actors": ["Tom Cruise"], "genres": ["Action"]}),
                json!({"set": "set:1", "count": 2, "items": [{"item_id": 7}, {"item_id": 8}]}),
            ),
            step(
                "get_top_k_recommendations",
                json!({"user": 9, "items": "set:1", "k": 2}),
                json!({"items": [
                    {"item_id": 8, "score": 2.0, "fit": 92.5, "because": [50, 172]},
                    {"item_id": 7, "score": 1.0, "fit": 61, "because": []},
                ], "set": "set:2", "count": 2}),
            ),
            step(
                "get_item_metadata",
                json!({"items": [7, 8], "get": ["title"]}),
                json!({"items": [
                    {"item_id": 7, "title": "Days of Thunder", "genres": ["Action", "Romance"],
                     "actors": ["Tom Cruise"], "duration": 107, "release_date": 1990},
                    {"item_id": 8, "title": "Top Gun", "genres": ["Action"],
                     "actors": ["Val Kilmer"], "duration": null},
                ], "unknown": [], "count": 2}),
            ),
        ]
    }

    #[test]
    fn cards_come_in_the_recommenders_order_with_fit_and_reasons() {
        let cards = cards(&recommended(), "");
        let titles: Vec<_> = cards.iter().map(|card| card.item.titled()).collect();
        assert_eq!(titles, ["Top Gun", "Days of Thunder (1990)"]);
        let pick = cards[0].pick.as_ref().unwrap();
        assert_eq!((&pick.user, pick.fit), (&Some(Id::from("9")), Some(92.5)));
        assert_eq!(pick.because, [Id::from("50"), Id::from("172")]);
    }

    #[test]
    fn a_card_for_somebody_who_likes_items_has_its_fit_and_reasons() {
        let mut steps = recommended();
        let ranked = steps.iter_mut().find(|step| step.tool.contains("top_k")).unwrap();
        ranked.arguments = json!({"likes": [50, 172], "k": 2});
        steps.insert(0, step("get_item_metadata", json!({"items": [50, 172]}), json!({})));
        let cards = cards(&steps, "");
        let pick = cards[0].pick.as_ref().unwrap();
        assert_eq!((&pick.user, cards.len()), (&None, 2));
        assert_eq!(pick.because, [Id::from("50"), Id::from("172")]);
        assert!(pick.standing().is_some_and(|told| told.ends_with("everything else.")));
    }

    #[test]
    fn cards_follow_the_answer_that_orders_anew_and_names_what_the_finder_did_not_list() {
        let steps = [
            step("item_filter", json!({}), json!({"items": [{"item_id": 1}], "count": 3})),
            step(
                "get_item_metadata",
                json!({"items": "set:1"}),
                json!({"items": [
                    {"item_id": 1, "title": "Alien", "release_date": 1979},
                    {"item_id": 2, "title": "Aliens", "release_date": 1986},
                    {"item_id": 3, "title": "Shoah", "release_date": 1985},
                ]}),
            ),
        ];
        let cards = cards(&steps, "The longest: Shoah (1985), Aliens (1986).");
        let titles: Vec<_> = cards.iter().map(|card| card.item.titled()).collect();
        assert_eq!(titles, ["Shoah (1985)", "Aliens (1986)"]);
    }

    #[test]
    fn a_recommendation_that_is_explained_at_once_keeps_its_cards() {
        let mut steps = recommended();
        steps.push(step("get_interacted_items", json!({}), json!({"items": [{"item_id": 50}]})));
        steps.push(step(
            "get_item_metadata",
            json!({"items": [50]}),
            json!({"items": [{"item_id": 50, "title": "Alien"}]}),
        ));
        let cards = cards(&steps, "Top Gun, as you liked Alien.");
        assert_eq!(cards.len(), 1);
        assert!(cards[0].pick.is_some());
    }

    #[test]
    fn what_the_answer_leaves_out_has_no_card() {
        let cards = cards(&recommended(), "1 movie: Days of Thunder (1990). Others were left out.");
        let titles: Vec<_> = cards.iter().map(|card| card.item.titled()).collect();
        assert_eq!(titles, ["Days of Thunder (1990)"]);
    }

    #[test]
    fn the_fact_that_answers_is_marked_only_where_the_item_has_it() {
        let cards = cards(&recommended(), "");
        let bold = |card: &Card| -> Vec<String> {
            card.details
                .iter()
                .chain(&card.genres)
                .filter(|d| d.answers)
                .map(|d| d.text.clone())
                .collect()
        };
        assert_eq!(bold(&cards[0]), ["Action"]);
        assert_eq!(bold(&cards[1]), ["Tom Cruise", "Action"]);
    }

    #[test]
    fn the_filters_word_is_taken_where_people_were_not_fetched() {
        let steps = [
            step(
                "item_filter",
                json!({"director": ["Jane Campion"]}),
                json!({"items": [{"item_id": 1}]}),
            ),
            step(
                "get_item_metadata",
                json!({}),
                json!({"items": [{"item_id": 1, "title": "The Piano"}]}),
            ),
        ];
        assert_eq!(cards(&steps, "")[0].details[0].text, "directed by Jane Campion");
    }

    #[test]
    fn a_list_is_cut_to_what_was_found_and_to_ten() {
        let ids: Vec<Value> =
            (1..=50).map(|id| json!({"item_id": id, "title": format!("{id}")})).collect();
        let popular: Vec<Value> = (1..=3).map(|id| json!({"item_id": id})).collect();
        let metadata = step("get_item_metadata", json!({}), json!({"items": ids}));
        assert_eq!(cards(std::slice::from_ref(&metadata), "").len(), 10);
        let found = step("get_popular_items", json!({}), json!({"items": popular}));
        assert_eq!(cards(&[found, metadata], "").len(), 3);
    }

    #[test]
    fn a_history_tells_its_ratings() {
        let steps = [
            step(
                "get_interacted_items",
                json!({"user": 4}),
                json!({"items": [{"item_id": 286, "rating": 4.0, "date": "1998-03-31"}]}),
            ),
            step(
                "get_item_metadata",
                json!({}),
                json!({"items": [{"item_id": 286, "title": "X"}]}),
            ),
        ];
        let card = &cards(&steps, "")[0];
        assert_eq!(card.details[0].text, "rated 4 on 1998-03-31");
        assert!(card.pick.is_none());
    }

    #[test]
    fn a_comparison_with_a_history_is_not_a_list_of_it() {
        let steps = [
            step("get_interacted_items", json!({"user": 4}), json!({"items": [{"item_id": 286}]})),
            step(
                "get_item_metadata",
                json!({"items": [7, 286]}),
                json!({"items": [{"item_id": 7, "title": "X"}, {"item_id": 286, "title": "Y"}]}),
            ),
        ];
        assert!(cards(&steps, "").is_empty());
    }

    #[test]
    fn nothing_is_shown_without_metadata_or_after_a_failure() {
        let mut steps = recommended();
        steps.pop();
        assert!(cards(&steps, "").is_empty());
        steps.push(Step {
            result: ToolResult::Failure {
                message: String::new(),
                error: ToolError {
                    kind: ErrorKind::NoMatch,
                    retryable: false,
                    hint: String::new(),
                },
            },
            ..step("get_item_metadata", json!({}), json!(null))
        });
        assert!(cards(&steps, "").is_empty());
        assert!(
            cards(&[step("get_item_metadata", json!(7), json!({"items": "x"}))], "").is_empty()
        );
    }
}
