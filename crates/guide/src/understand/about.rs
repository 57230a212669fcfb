//! Questions about users and about items.

use usher_names::{Field, Names, Resolution};
use usher_protocol::Id;

use super::Entities;
use super::order::Wish;
use super::selecting::further;
use crate::context::Context;
use crate::entity::similar::Model;
use crate::entity::{fields, titles};
use crate::intent;
use crate::lexicon::{ITEMS, PRONOUN_OF_USER, SOMETHING, is_item_noun};
use crate::request::{
    Comparison, Conditions, ItemField, Measure, Order, Rated, Request, Saying, Search, Selection,
    Task, UserField,
};
use crate::text::Text;

pub(super) fn about_user(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    let mut users = entities.users.iter().cloned();
    let user = users.next().or_else(|| context.user.clone());
    let mut unused = Vec::new();
    let also = further(users, &mut unused);
    let get: Vec<UserField> = fields::of_user(text);
    let like_user =
        entities.selection.popular.as_ref().is_some_and(|popular| popular.like_user.is_some());
    let history = intent::asks_for_history(text)
        || intent::asks_for_last(text).is_some()
        || rates(text, entities) && !intent::looks_ahead(text)
        || tastes(text, entities);
    if history && (get.is_empty() || text.has(&["history", "watched", "seen"])) {
        let only = rated(text, entities, names, &mut unused);
        let about = match titles::asked(text, names) {
            _ if !entities.items.is_empty() => entities.items.clone(),
            // "How did he rate it?"
            None if text.has(&["it"]) && context.items.len() == 1 => context.items.clone(),
            Some(Model::Titled { items, .. })
                if text.is(0, &["has", "did", "is", "was", "does"])
                    || text.has(&["think", "if", "whether", "give", "gave", "rate"]) =>
            {
                items
            }
            _ => Vec::new(),
        };
        if let Some(k) = entities.k.filter(|k| *k < 1) {
            return Some(Task::Say(Saying::NoCount(k)).into());
        }
        let k = entities.k.or(intent::asks_for_last(text).filter(|one| *one).map(|_| 1));
        let task = Task::History { user, k, about, only };
        return Some(Request { unused, also, ..Request::from(task) });
    }
    // "Is he a lawyer?" What is known tells.
    let of_them = text.is(0, &["is", "was"]) && text.is(1, PRONOUN_OF_USER);
    let get = if get.is_empty() && of_them { UserField::ALL.to_vec() } else { get };
    if !get.is_empty() && !like_user {
        let task = Task::User { user, get };
        return Some(Request { unused, also, ..Request::from(task) });
    }
    if !entities.selection.is_empty() || entities.users.is_empty() {
        return None;
    }
    // "What does user 5 like?"
    let likes = (1..text.len()).any(|at| {
        text.is(at, &["like", "likes", "enjoy", "love", "prefer"])
            && text.is_claimed(at - 1)
            && text.is(at + 1, &["", "?", ".", "!", "most", "best"])
    });
    if likes && text.is(0, &["what"]) && text.is(1, &["does", "do"]) {
        let task = Task::Favourite { user, measure: Measure::Names(ItemField::Genres) };
        return Some(Request { unused, also, ..Request::from(task) });
    }
    // "How about something for user 9" asks for items.
    let everything = fields::is_everything(text) && !text.has(SOMETHING);
    let nothing_else = (0..text.len())
        .all(|at| text.is_claimed(at) || !text.is_word(at) || intent::is_filler(text.word(at)));
    (everything || nothing_else && !intent::speaks_of_items(text)).then(|| {
        let task = Task::User { user, get: UserField::ALL.to_vec() };
        Request { unused, also, ..Request::from(task) }
    })
}

/// "Films user 4 rated 5": the rating is the user's.
pub(super) fn rates(text: &Text<'_>, entities: &Entities) -> bool {
    const TOP: f64 = 5.0;
    let of_user = |verb: usize| {
        let before = verb.checked_sub(1 + usize::from(text.before_is(verb, 1, &["has", "have"])));
        before.is_some_and(|user| {
            // "Movies for user 9 rated above 4" are not those that user 9 rated.
            let mut start = user;
            while start > 0 && text.is_claimed(start - 1) {
                start -= 1;
            }
            text.is(user, PRONOUN_OF_USER)
                || text.is_claimed(user)
                    && !text.before_is(start, 1, &["to", "for"])
                    && (start..=user).any(|at| crate::lexicon::USER.contains(&text.word(at)))
        })
    };
    let within = match entities.selection.conditions.imdb_rating {
        Some(
            Comparison::Higher(x)
            | Comparison::AtLeast(x)
            | Comparison::Lower(x)
            | Comparison::AtMost(x)
            | Comparison::Exact(x)
            | Comparison::Between(_, x),
        ) => x <= TOP,
        None => false,
    };
    within
        && !text.has(&["imdb"])
        && (0..text.len())
            .any(|at| text.is(at, &["rated", "rates", "gave", "give", "rate"]) && of_user(at))
}

/// "Does user 4 like comedies?" What was rated tells.
fn tastes(text: &Text<'_>, entities: &Entities) -> bool {
    text.is(0, &["does", "do", "did", "is", "how"])
        && !entities.selection.conditions.is_empty()
        && entities.selection.popular.is_none()
        && intent::recommends(text).is_none()
        && text.has(&[
            "like", "likes", "love", "enjoy", "hate", "dislike", "prefer", "fan", "watch", "into",
            "fond", "appreciate",
        ])
}

/// Which part of a history is asked for.
fn rated(text: &Text<'_>, entities: &Entities, names: &Names, unused: &mut Vec<String>) -> Rated {
    let mut conditions = verified(&entities.selection.conditions, names, unused);
    let mut rating = None;
    if rates(text, entities) {
        rating = conditions.imdb_rating.take();
    }
    unused.extend(entities.selection.without.iter().map(crate::describe::exclusion));
    if let Some(Search::Text(told)) = &entities.selection.search {
        unused.push(told.clone());
    }
    // "Does he like it?" is told by how he rated it.
    let liked = text.is(0, &["did", "does", "do"])
        && text.has(&["like", "love", "enjoy", "hate", "dislike", "appreciate"]);
    Rated { conditions, rating, liked, mean: false }
}

/// Conditions with the names that the catalogue has; the others are told.
fn verified(conditions: &Conditions, names: &Names, unused: &mut Vec<String>) -> Conditions {
    let mut checked = conditions.clone();
    let mut check = |field: Field, list: &mut Vec<String>| {
        let known = |name: &String| match names.resolve(field, name) {
            Resolution::Known(known) => Ok(known),
            Resolution::Corrected(name) => Ok(vec![name]),
            Resolution::Unknown { .. } => Err(name.clone()),
        };
        *list = std::mem::take(list)
            .iter()
            .map(known)
            .flat_map(|found| match found {
                Ok(known) => known,
                Err(name) => {
                    unused.push(format!("{name} (not in this catalogue)"));
                    Vec::new()
                }
            })
            .collect();
    };
    check(Field::Genre, &mut checked.genres);
    check(Field::Actor, &mut checked.actors);
    check(Field::Director, &mut checked.director);
    check(Field::Producer, &mut checked.producer);
    for (field, one) in
        [(Field::Country, &mut checked.country), (Field::AgeRating, &mut checked.age_rating)]
    {
        let mut list: Vec<String> = one.take().into_iter().collect();
        check(field, &mut list);
        *one = list.into_iter().next();
    }
    checked
}

pub(super) fn about_items(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    if entities.similar.is_some() {
        return None;
    }
    let titled = if entities.items.is_empty() { titles::placed(text, names) } else { None };
    let title = titled.as_ref().map_or(0..0, |(_, range)| range.clone());
    let mut asked = fields::of_items(text, false, &title);
    if !entities.items.is_empty() {
        return Some(items_request(entities.items.clone(), asked));
    }
    // "Which of these are comedies?" No tool filters a list; its items tell.
    let narrows = matches!(
        context.last.as_ref().map(|last| &last.task),
        Some(Task::Recommend { .. } | Task::List { .. })
    );
    let of_shown = text.says(&["of these", "of those", "of them"]) && !context.items.is_empty();
    if of_shown && !narrows && !entities.selection.conditions.is_empty() {
        asked.extend(entities.selection.conditions.fields());
        if !entities.selection.conditions.genres.is_empty() {
            asked.push(ItemField::Genres);
        }
        return Some(items_request(context.items.clone(), asked));
    }
    // "Which one is the shortest?"
    if let Some(Wish { order, .. }) = &entities.order
        && context.items.len() > 1
        && entities.selection.is_empty()
        && (0..text.len()).all(|at| !is_item_noun(text.word(at)))
    {
        let task = Task::Items {
            items: context.items.clone(),
            order: Some(*order),
            whether: Conditions::default(),
        };
        return Some(Request { show: vec![order.field], ..Request::from(task) });
    }
    if let Some(request) = compared(text, entities, titled.as_ref().map(|(model, _)| model)) {
        return Some(request);
    }
    let many = (0..text.len()).any(|at| text.is(at, ITEMS));
    let yes_no = text.is(0, &["is", "was", "does", "did", "are"]);
    let opens = text.is(0, &["who", "when", "how", "where", "who's"]);
    let everything = fields::is_everything(text);
    let conditions = &entities.selection.conditions;
    let selects = !entities.selection.is_empty() && !opens && !yes_no;
    if many && selects {
        return None;
    }
    // "And Heat?" asks the same of another.
    if asked.is_empty() && intent::goes_on(text) && titled.is_some() {
        asked.clone_from(&context.asked);
    }
    let alone = asked.is_empty() && !everything && !yes_no;
    // A name that is a condition by itself ("Tom Cruise", "horror") is a list.
    if alone && !entities.selection.is_empty() {
        return None;
    }
    if yes_no {
        asked.extend(conditions.fields());
        if !conditions.genres.is_empty() {
            asked.push(ItemField::Genres);
        }
    }
    match titled.map(|(model, _)| model) {
        Some(Model::Titled { items, correction })
            if alone
                && intent::goes_on(text)
                && matches!(
                    context.last.as_ref().map(|last| &last.task),
                    Some(Task::Share { .. })
                ) =>
        {
            let corrections = correction.into_iter().collect();
            let task = Task::Share { items, what: Selection::default() };
            return Some(Request { corrections, ..Request::from(task) });
        }
        Some(Model::Titled { items, correction }) if !selects || !alone => {
            if yes_no && conditions.release_date.is_some() {
                asked.push(ItemField::ReleaseDate);
            }
            let mut unused = Vec::new();
            let holds = if yes_no {
                verified(conditions, names, &mut unused)
            } else {
                Conditions::default()
            };
            let mut request = items_request(items.into_iter().take(5).collect(), asked);
            if let Task::Items { whether, .. } = &mut request.task {
                *whether = holds;
            }
            request.unused = unused;
            request.corrections.extend(correction);
            return Some(request);
        }
        Some(Model::Unknown(title)) if !alone && entities.selection.is_empty() => {
            return Some(Task::Say(Saying::UnknownTitle(title)).into());
        }
        _ => {}
    }
    if asked.is_empty() && everything {
        asked = fields::MAIN.to_vec();
    }
    if asked.is_empty()
        || context.items.is_empty()
        || many && !text.has(&["these", "those", "they", "them", "their"])
    {
        return None;
    }
    // "Who directed it?", "and the second one?"
    let refers = text.has(&[
        "it", "its", "this", "that", "they", "them", "their", "these", "those", "he", "she",
    ]);
    let last = text.says(&["last one", "the last"]).then(|| context.items.len().saturating_sub(1));
    let items = match intent::place(text).or(last) {
        Some(at) => vec![context.items.get(at)?.clone()],
        None if refers || intent::goes_on(text) => context.items.clone(),
        None => return None,
    };
    Some(items_request(items, asked))
}

/// "Which is longer, Fargo or Heat?", "Is Fargo more popular than Titanic?"
fn compared(text: &Text<'_>, entities: &Entities, titled: Option<&Model>) -> Option<Request> {
    let Some(Model::Titled { items, .. }) = titled else { return None };
    let more = text.says(&["more popular", "most popular", "more ratings", "most ratings"])
        || text.says(&["better known", "best known", "more watched", "most watched"]);
    let popular = Order { field: ItemField::NRatings, descending: true };
    let order = entities.order.as_ref().map(|wish| wish.order).or(more.then_some(popular))?;
    let compares = text.has(&["or", "than", "two", "both", "and", "between"]);
    if items.len() < 2 || !compares || !entities.selection.conditions.is_empty() {
        return None;
    }
    let whether = Conditions::default();
    let task = Task::Items { items: items.clone(), order: Some(order), whether };
    Some(Request { show: vec![order.field], ..Request::from(task) })
}

pub(super) fn items_request(items: Vec<Id>, asked: Vec<ItemField>) -> Request {
    let show = if asked.is_empty() { fields::MAIN.to_vec() } else { asked };
    let task = Task::Items { items, order: None, whether: Conditions::default() };
    Request { show, ..Request::from(task) }
}
