//! Questions that select items: to recommend, to list, to measure.

use usher_names::Names;
use usher_protocol::Id;

use super::Entities;
use super::order::Wish;
use crate::context::Context;
use crate::describe;
use crate::entity::numbers::value;
use crate::entity::similar::{self, Model};
use crate::entity::{fields, negation, titles};
use crate::intent;
use crate::lexicon::{MONTHS, PLAIN, RECOMMEND, SOMETHING, SUGGESTION, SUGGESTIONS, is_item_noun};
use crate::plan::MOST;
use crate::request::{
    Comparison, Exclusion, ItemField, Measure, Popular, Rated, Request, Saying, Search, Selection,
    Task, Whom,
};
use crate::text::Text;

/// The most users that one question is answered for.
const MOST_USERS: usize = 3;

/// The users after the first, as far as they are answered for; the others are told.
pub(super) fn further(users: impl Iterator<Item = Id>, unused: &mut Vec<String>) -> Vec<Id> {
    let mut also: Vec<Id> = users.collect();
    let left = also.split_off(also.len().min(MOST_USERS - 1));
    unused.extend(left.iter().map(|user| format!("user {user} (at most {MOST_USERS} at once)")));
    also
}

pub(super) fn recommend(text: &Text<'_>, entities: Entities, context: &Context<'_>) -> Request {
    if let Some(k) = entities.k.filter(|k| *k < 1) {
        return Task::Say(Saying::NoCount(k)).into();
    }
    let mut show = shown(text, &entities.selection);
    let mut users = entities.users.into_iter();
    let liking = entities.liking;
    let whom = match users.next() {
        None if !liking.items.is_empty() => Some(Whom::Liking(liking.items)),
        user => user.or_else(|| context.user.clone()).map(Whom::User),
    };
    let mut unused = entities.unused;
    unused.extend(liking.unknown.iter().map(|title| unheard(title)));
    let also = further(users, &mut unused);
    unused.extend(left_over(text));
    if let Some(least) = entities.least {
        unused.push(format!("{least} (no tool finds what is least popular)"));
    }
    if let Some(wish) = entities.order {
        let order = wish.order;
        let conditions = &entities.selection.conditions;
        let said = match order.field {
            ItemField::Duration => conditions.duration.is_some(),
            ItemField::ReleaseDate => conditions.release_date.is_some(),
            _ => conditions.imdb_rating.is_some(),
        };
        if !said {
            unused.push(wish.instead_of());
        }
        if !show.contains(&order.field) {
            show.push(order.field);
        }
    }
    if let Some(k) = entities.k.filter(|k| *k > MOST) {
        unused.push(format!("{k} (at most {MOST} at once)"));
    }
    let mut what = entities.selection;
    if what.is_empty() && text.has(&["these", "those", "them"]) {
        what.shown.clone_from(&context.items);
    }
    // "Which of the movies 1, 50 and 100 fits best?"
    if what.is_empty()
        && entities.items.len() > 1
        && text.has(&["which", "of", "among", "between", "from", "rank", "order", "best"])
    {
        what.shown = entities.items;
    }
    if let Some(Popular { like_user: Some(like), .. }) = &mut what.popular
        && like.user.is_none()
    {
        like.user = whom.as_ref().and_then(Whom::user).cloned();
    }
    show.extend(told_of(&what));
    unused.extend(negation::left_over(text));
    let seen = intent::seen_too(text);
    let explain = intent::asks_why_too(text);
    let task = Task::Recommend { whom, k: entities.k, skip: 0, seen, explain, what };
    Request { show, unused, also, ..Request::from(task) }
}

pub(super) fn list(text: &Text<'_>, entities: Entities) -> Request {
    if let Some(k) = entities.k.filter(|k| *k < 1) {
        return Task::Say(Saying::NoCount(k)).into();
    }
    let mut unused = entities.unused;
    unused.extend(left_over(text));
    // "Is there a film in which …" asks for all of them.
    if entities.least.is_some() {
        return Task::Say(Saying::LeastPopular).into();
    }
    let any = text.says(&["is there", "do you have", "was there", "do we have"]);
    let mut show = shown(text, &entities.selection);
    let wish = entities.order.as_ref();
    let order = wish.map(|wish| wish.order);
    if let Some(order) = order
        && !show.contains(&order.field)
    {
        show.push(order.field);
    }
    unused.extend(negation::left_over(text));
    let mut what = entities.selection;
    if !what.finds() {
        // Of all movies only those of a condition can be listed, or the popular ones.
        match wish.and_then(Wish::among) {
            Some((ItemField::Duration, minutes)) => what.conditions.duration = Some(minutes),
            Some((_, rating)) => what.conditions.imdb_rating = Some(rating),
            None => what.popular = Some(Popular::default()),
        }
    }
    show.extend(told_of(&what));
    let k = entities.k.filter(|k| !(any && *k == 1));
    let task = Task::List { k, skip: 0, order, what };
    Request { show, unused, ..Request::from(task) }
}

/// A title that the catalogue lacks, as it is told.
pub(super) fn unheard(title: &str) -> String {
    format!("{title} (not in this catalogue)")
}

/// What is shown so that everyone sees that nothing unwanted is there.
fn told_of(what: &Selection) -> Vec<ItemField> {
    let mut fields: Vec<ItemField> = what.without.iter().map(Exclusion::field).collect();
    fields.retain(|field| matches!(field, ItemField::Country | ItemField::AgeRating));
    fields.dedup();
    fields
}

/// The fields asked for, and those that conditions are on.
fn shown(text: &Text<'_>, selection: &Selection) -> Vec<ItemField> {
    let mut show = selection.conditions.fields();
    for field in fields::of_items(text, true, &(0..0)) {
        if !show.contains(&field) {
            show.push(field);
        }
    }
    show
}

pub(super) fn statistics(
    measure: Measure,
    text: &Text<'_>,
    entities: Entities,
    context: &Context<'_>,
) -> Request {
    let mut unused = entities.unused;
    unused.extend(left_over(text));
    if text.has(&["actress", "actresses"]) {
        unused.push("actress (the catalogue does not tell women from men)".to_owned());
    }
    if entities.least.is_some() {
        return Task::Say(Saying::LeastPopular).into();
    }
    let mut what = entities.selection;
    unused.extend(negation::left_over(text));
    unused.extend(what.without.drain(..).map(|without| describe::exclusion(&without)));
    // "The most profitable genre" is not about movies that are profitable.
    if entities.only_described
        && let Some(Search::Text(described)) = &what.search
    {
        // "The ideal length of a Christmas movie": of those of that month.
        let described = described.to_lowercase();
        let month = MONTHS.iter().find(|(name, _)| described.split(' ').any(|word| word == *name));
        if let Some((_, month)) = month {
            what.conditions.release_month = Some(Comparison::Exact((*month).into()));
        }
        what.search = None;
    }
    // "And their ideal length?" is asked of the same as before.
    let unsaid = what.is_empty() || what.popular == Some(Popular::default());
    if let Some(Task::Statistics { what: before, .. }) =
        context.last.as_ref().map(|last| &last.task)
        && unsaid
        && (intent::goes_on(text) || text.has(&["their"]))
        && entities.users.is_empty()
    {
        what = before.clone();
    }
    let popular = what.popular.get_or_insert_default();
    let user = entities.users.first().cloned();
    if let Some(like) = &mut popular.like_user {
        let speaks = intent::speaks_of_user(text);
        like.user =
            like.user.take().or(user).or_else(|| if speaks { context.user.clone() } else { None });
        if like.user.is_none() {
            popular.like_user = None;
            unused.push("the age group of a user who is not named".to_owned());
        }
        let task = Task::Statistics { measure, what };
        return Request { unused, ..Request::from(task) };
    }
    let of_pronoun = intent::speaks_of_user(text) && text.has(&["his", "her", "he", "she"]);
    if user.is_some() || of_pronoun && context.user.is_some() {
        let user = user.or_else(|| context.user.clone());
        // A user's ratings are those that the user gives.
        if measure == Measure::Number(ItemField::ImdbRating) && !text.has(&["imdb"]) {
            let only = Rated { mean: true, ..Rated::default() };
            let task = Task::History { user, k: entities.k, about: Vec::new(), only };
            return Request { unused, ..Request::from(task) };
        }
        let task = Task::Favourite { user, measure };
        return Request { unused, ..Request::from(task) };
    }
    let task = Task::Statistics { measure, what };
    Request { unused, ..Request::from(task) }
}

pub(super) fn share(text: &mut Text<'_>, entities: Entities, names: &Names) -> Request {
    let mut unused = entities.unused;
    let mut what = entities.selection;
    unused.extend(negation::left_over(text));
    unused.extend(what.without.drain(..).map(|without| describe::exclusion(&without)));
    let mut corrections = Vec::new();
    let mut items = entities.items;
    if items.is_empty() && what.search.is_none() && what.conditions.is_empty() {
        match titles::asked(text, names)
            .or_else(|| interest(text).map(|of| similar::titled(names, of)))
        {
            Some(Model::Titled { items: found, correction }) => {
                items = found;
                corrections.extend(correction);
            }
            Some(Model::Unknown(_)) | None => {
                let of = titles::quoted(text).or_else(|| interest(text));
                what.search = of.map(|of| Search::Text(of.to_owned()));
            }
            Some(Model::Items(_) | Model::Before) => {}
        }
    }
    if what.popular.take().is_some_and(|popular| !popular.groups.is_empty()) {
        unused.push("the group of users (the share is of all users)".to_owned());
    }
    if items.is_empty() && what.is_empty() {
        return Task::Say(Saying::NotUnderstood).into();
    }
    let task = Task::Share { items, what };
    Request { corrections, unused, ..Request::from(task) }
}

/// What "interested in" leads in.
fn interest<'a>(text: &Text<'a>) -> Option<&'a str> {
    let cues = [
        "interested in", "interest in", "interested by", "like", "enjoy", "love", "watch",
        "appreciate", "liked", "enjoyed", "loved", "watched", "seen", "attracted by",
        "attracted to",
    ];
    let colon = text.find(&[":"]).map(|at| at + 1).filter(|start| text.is_word(*start));
    let cue = (0..text.len())
        .filter_map(|at| text.phrases(at, &cues).map(|length| at + length))
        .next_back();
    let start = colon.or(cue)?;
    let end =
        (start..text.len()).rev().find(|at| text.is_word(*at) || text.number(*at).is_some())? + 1;
    Some(text.slice(&(start..end))).filter(|rest| !rest.is_empty())
}

/// Names and numbers that nothing was made of: to be told, not dropped in silence.
fn left_over(text: &Text<'_>) -> Vec<String> {
    let words = (0..text.len()).filter(|at| text.is_word(*at)).count();
    let capitals =
        (0..text.len()).filter(|at| text.token(*at).is_some_and(|token| token.capital)).count();
    if capitals * 2 > words + 2 {
        // In a question in capitals they mean nothing.
        return Vec::new();
    }
    let left = |at: usize| {
        !text.is_claimed(at)
            && (text.is_proper(at) && !PLAIN.contains(&text.word(at)) || text.number(at).is_some())
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !left(at) {
            at += 1;
            continue;
        }
        let start = at;
        while left(at) {
            at += 1;
        }
        found.push(text.slice(&(start..at)).to_owned());
    }
    found.extend(circumstances(text));
    found
}

/// What is said of the items and nothing was made of: "movies in black and white",
/// "a film for his wife", "recommend sequels".
fn circumstances(text: &Text<'_>) -> Vec<String> {
    const LEADS: &[&str] = &["in", "on", "at", "for", "by", "from"];
    const ENDS: &[&str] = &[
        "to", "that", "which", "who", "please", "with", "released", "directed", "starring", "but",
    ];
    let telling = |at: usize| {
        text.is_word(at)
            && !text.is_claimed(at)
            && !text.is_proper(at)
            && !text.is(at, PLAIN)
            && !text.is(at, RECOMMEND)
            && !text.is(at, SOMETHING)
            && !text.is(at, crate::lexicon::USER)
            && !text.is(at, SUGGESTIONS)
            && !text.is(at, SUGGESTION)
            && !is_item_noun(text.word(at))
            && !text.is(at, crate::lexicon::PRONOUN_OF_USER)
            && value(text, at).is_none()
            && text.word(at).chars().count() > 2
    };
    let mut found = Vec::new();
    for noun in 0..text.len() {
        let of_items = is_item_noun(text.word(noun)) || text.is(noun, SOMETHING);
        let start = noun + 1;
        if of_items && text.is(start, LEADS) && !text.is_claimed(start) {
            let end = (start + 1..text.len())
                .find(|at| {
                    text.is(*at, ENDS)
                        || text.is_claimed(*at)
                        || !text.is_word(*at)
                        || *at > start + 1 && text.is(*at, LEADS)
                })
                .unwrap_or(text.len());
            let whole =
                (start + 1..end).any(telling) && (start + 1..end).all(|at| !text.is_proper(at));
            if whole {
                found.push(text.slice(&(start..end)).to_owned());
            }
        }
        // "Recommend sequels to user 4".
        if text.is(noun, RECOMMEND) && telling(start) && text.is(start + 1, &["to", "for"]) {
            found.push(text.slice(&(start..start + 1)).to_owned());
        }
    }
    found
}
