//! Messages that go on from what was asked before.

use usher_names::Names;
use usher_protocol::Id;

use super::Entities;
use super::about::items_request;
use super::order::Wish;
use super::selecting;
use crate::context::Context;
use crate::entity::liking::{self, Liking};
use crate::entity::similar::Model;
use crate::entity::{fields, ids, negation, titles};
use crate::intent;
use crate::lexicon::{ITEM, ITEMS, PLAIN, PRONOUN_OF_USER, SOMETHING, USER};
use crate::plan::{K, LISTED, told};
use crate::request::{
    Conditions, Exclusion, ItemField, Popular, Request, Saying, Search, Selection, Task, UserField,
    Whom,
};
use crate::results::names_of;
use crate::text::Text;

/// The message says what an earlier question lacked.
pub(super) fn pending(
    text: &Text<'_>,
    entities: &mut Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    let mut request = context.pending.clone()?;
    if let Task::Say(Saying::UserOrItem(id)) = &request.task {
        let id = id.clone();
        return if text.has(ITEM) || text.has(ITEMS) {
            Some(items_request(vec![id], Vec::new()))
        } else if text.has(USER) || text.has(PRONOUN_OF_USER) || text.has(&["person", "latter"]) {
            Some(Task::User { user: Some(id), get: UserField::ALL.to_vec() }.into())
        } else {
            None
        };
    }
    if request.task == Task::Say(Saying::WhichItem) {
        let item =
            entities.items.first().cloned().or_else(|| ids::bare_user(text).map(|(id, _)| id));
        let items = match item {
            Some(id) => vec![id],
            None => match titles::asked(text, names) {
                Some(Model::Titled { items, .. }) => items,
                _ => return None,
            },
        };
        return Some(items_request(items, fields::of_items(text, false, &(0..0))));
    }
    if let (Task::Recommend { .. }, false) = (&request.task, entities.liking.items.is_empty()) {
        // Who has no id may say what they like.
        return Some(liked(request, &entities.liking, &entities.selection, entities.k));
    }
    let short = text.len() <= 8;
    let user = entities
        .users
        .first()
        .cloned()
        .or_else(|| if short { ids::bare_user(text).map(|(id, _)| id) } else { None })
        .or_else(|| {
            // An id need not be a number: "alice".
            let alone = (0..text.len()).filter(|at| text.is_word(*at)).count() == 1;
            let word = (0..text.len()).find(|at| text.is_word(*at) && !text.is_claimed(*at))?;
            let plain = intent::is_filler(text.word(word)) || PLAIN.contains(&text.word(word));
            (alone && !plain && entities.selection.is_empty())
                .then(|| Id(text.slice(&(word..word + 1)).to_owned()))
        })?;
    // A question of its own is not the answer to the one before.
    let own = intent::recommends(text).is_some()
        && (!entities.selection.is_empty() || entities.k.is_some())
        || entities.measure.is_some()
        || intent::asks_for_history(text)
        || !fields::of_user(text).is_empty()
        || intent::asks_for_share(text);
    if own {
        return None;
    }
    request.task.set_user(user);
    if let Task::Recommend { what, k, .. } = &mut request.task {
        refine(what, std::mem::take(&mut entities.selection));
        *k = entities.k.or(*k);
    }
    Some(request)
}

/// Later conditions win over earlier ones.
fn refine(what: &mut Selection, new: Selection) {
    // What is wanted now is not unwanted any more, and the other way round.
    let wanted = &new.conditions.genres;
    what.without.retain(|old| {
        !matches!(old, Exclusion::Names(_, names) if names.iter().any(|name| wanted.contains(name)))
    });
    what.conditions = new.conditions.over(&what.conditions);
    for exclusion in &new.without {
        if let Exclusion::Names(_, names) = exclusion {
            let lists = [
                &mut what.conditions.genres, &mut what.conditions.actors,
                &mut what.conditions.director, &mut what.conditions.producer,
            ];
            lists.into_iter().for_each(|list| list.retain(|name| !names.contains(name)));
        }
        if !what.without.contains(exclusion) {
            what.without.push(exclusion.clone());
        }
    }
    what.popular = new.popular.or_else(|| what.popular.take());
    what.search = new.search.or_else(|| what.search.take());
}

/// A request for recommendations, made for somebody who likes what they liked before and
/// these.
fn liked(mut request: Request, new: &Liking, selection: &Selection, n: Option<i64>) -> Request {
    request.corrections.clone_from(&new.corrections);
    request.unused = new.unknown.iter().map(|title| selecting::unheard(title)).collect();
    if let Task::Recommend { whom, what, k, skip, .. } = &mut request.task {
        refine(what, selection.clone());
        let mut items = match whom.take() {
            Some(Whom::Liking(items)) => items,
            _ => Vec::new(),
        };
        let among = |out: &Exclusion, item: &Id| matches!(out, Exclusion::Items(these, _) if these.contains(item));
        // Liked now, it may come back; and the other way round.
        what.without.retain(|out| !new.items.iter().any(|item| among(out, item)));
        what.without.extend(new.unliked.iter().cloned());
        items.retain(|item| !new.items.contains(item));
        items.extend(new.items.iter().cloned());
        items.retain(|item| !what.without.iter().any(|out| among(out, item)));
        *whom = (!items.is_empty()).then_some(Whom::Liking(items));
        *k = n.or(*k);
        *skip = 0;
    }
    request
}

/// The last request, if it was for somebody who likes certain items.
fn by_likes<'a>(context: &'a Context<'_>) -> Option<&'a Request> {
    context
        .last
        .as_ref()
        .filter(|last| matches!(last.task, Task::Recommend { whom: Some(Whom::Liking(_)), .. }))
}

/// "I also liked 100", after recommendations by what is liked.
pub(super) fn more_liked(entities: &Entities, context: &Context<'_>) -> Option<Request> {
    let last = by_likes(context).filter(|_| entities.liking.also)?;
    let mut request = liked(last.clone(), &entities.liking, &entities.selection, entities.k);
    request.unused.extend(entities.unused.iter().cloned());
    Some(request)
}

/// "And 100", "not 181", "without Fargo", after recommendations by what is liked.
pub(super) fn likes_changed(
    text: &Text<'_>,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    const MORE: &[&str] = &["and", "also", "plus", "add", "with", "include", "including", "+"];
    const LESS: &[&str] = &["remove", "drop", "forget", "ignore", "delete", "-"];
    const LEADS: &[&str] =
        &["please", "now", "then", "but", "ok", "what", "if", ",", "just", "out"];
    let last = by_likes(context).filter(|_| context.asked.is_empty())?;
    let text = Text::new(text.raw);
    let (mut at, mut likes) = (0, None);
    loop {
        at += match negation::at(&text, at) {
            Some(length) => {
                likes = Some(false);
                length
            }
            None if text.is(at, MORE) => {
                likes = Some(true);
                1
            }
            None if text.is(at, LESS) => {
                likes = Some(false);
                1
            }
            None if text.is(at, LEADS) => 1,
            None => break,
        };
    }
    let (new, end) = liking::told(&text, names, &names.mentions(text.raw), at, likes?);
    let nothing_else = (end..text.len()).all(|at| {
        !text.is_word(at) && text.number(at).is_none() || intent::is_filler(text.word(at))
    });
    (end > at && nothing_else).then(|| liked(last.clone(), &new, &Selection::default(), None))
}

/// "Why Fargo?", "Why did you recommend 100?"
pub(super) fn why_of(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    if !intent::says_why(text) || intent::asks_why_too(text) || !entities.users.is_empty() {
        return None;
    }
    let made = context.recommended.as_ref()?;
    let mut named = entities.items.clone();
    named.extend(ids::bare_user(text).map(|(id, _)| id));
    let titled = names.title_mentions(text.raw).into_iter().flat_map(|mention| mention.items);
    named.extend(titled.map(Id));
    if let Some(only) = made.items.iter().position(|item| named.contains(&item.id)) {
        let of_user = made.whom.user().is_some();
        return Some(Task::Explain { only: Some(only), of_user }.into());
    }
    let other = text.len() <= 4 && text.is(0, &["why"]) && !text.has(&["not"]);
    (other && !named.is_empty()).then(|| Task::Say(Saying::NotRecommended).into())
}

/// "What else did he direct?", "other films with the same actors", after an item was
/// told of.
pub(super) fn more_by(
    text: &Text<'_>,
    entities: &Entities,
    context: &Context<'_>,
) -> Option<Request> {
    const OTHER: &[&str] = &["else", "other", "others", "more", "another", "further"];
    let refers = text.has(PRONOUN_OF_USER) || text.has(&["same", "this", "that"]);
    if !text.has(OTHER) || !refers || !entities.selection.is_empty() || !entities.users.is_empty() {
        return None;
    }
    let about = context.about.as_ref()?;
    let people = |field: &str| -> Vec<String> {
        names_of(about, field).into_iter().take(1).map(str::to_owned).collect()
    };
    let mut conditions = Conditions::default();
    if text.has(&["direct", "directed", "director", "make", "made"]) {
        conditions.director = people("director");
    } else if text.has(&["write", "wrote", "written", "produce", "produced", "producer"]) {
        conditions.producer = people("producer");
    } else if text.has(&["star", "starred", "act", "acted", "play", "played", "actor", "actress"]) {
        conditions.actors = people("actors");
    }
    if conditions.is_empty() {
        return None;
    }
    let show = conditions.fields();
    let what = Selection { conditions, ..Selection::default() };
    let task = Task::List { k: entities.k, skip: 0, order: None, what };
    Some(Request { show, ..Request::from(task) })
}

/// Words that begin a question of its own.
const ASKING: &[&str] = &["who", "when", "where", "how", "why", "is", "are", "does", "did", "was"];

/// "Not the first one": which of those shown is not wanted.
fn refused(text: &Text<'_>, context: &Context<'_>) -> Option<Exclusion> {
    let place = intent::place(text)?;
    let negated = (0..text.len()).any(|at| {
        negation::lead(text, at).is_some_and(|lead| lead < at)
            && (text.word(at).ends_with("st")
                || text.word(at).ends_with("nd")
                || text.word(at).ends_with("rd")
                || text.word(at).ends_with("th"))
    });
    let item = context.items.get(place).filter(|_| negated)?;
    Some(Exclusion::Items(vec![item.clone()], format!("number {}", place + 1)))
}

/// "The same for user 12", "only comedies, "three more".
pub(super) fn follow_up(
    text: &Text<'_>,
    entities: &Entities,
    context: &Context<'_>,
) -> Option<Request> {
    let alone = (0..text.len())
        .all(|at| text.is_claimed(at) || !text.is_word(at) || intent::is_filler(text.word(at)));
    // "And 6?" after a question about an item or a user.
    if alone
        && entities.users.is_empty()
        && let Some((id, _)) = ids::bare_user(text)
    {
        if !context.asked.is_empty() {
            return Some(items_request(vec![id], context.asked.clone()));
        }
        let mut request = context.last.clone()?;
        let of_user = matches!(
            request.task,
            Task::User { .. } | Task::History { .. } | Task::Favourite { .. } | Task::Fit { .. }
        );
        if of_user {
            request.task.set_user(id);
            request.also.clear();
            return Some(request);
        }
    }
    let mut request = context.last.clone()?;
    // "And to movie 56?" after "similar to movie 9".
    if let Task::Recommend { what, skip, .. } | Task::List { what, skip, .. } = &mut request.task
        && matches!(what.search, Some(Search::Similar(_)))
        && !entities.items.is_empty()
        && intent::goes_on(text)
        && text.has(&["to", "like"])
    {
        what.search = Some(Search::Similar(entities.items.clone()));
        *skip = 0;
        return Some(request);
    }
    request.unused.clone_from(&entities.unused);
    request.corrections.clear();
    let filler = (0..text.len())
        .all(|at| text.is_claimed(at) || !text.is_word(at) || intent::is_filler(text.word(at)));
    if let Some((user, further)) = entities.users.split_first() {
        let same = filler || intent::goes_on(text) && !intent::asks_for_history(text);
        let takes_user = matches!(
            request.task,
            Task::Recommend { .. }
                | Task::History { .. }
                | Task::User { .. }
                | Task::Favourite { .. }
        );
        if !same || !takes_user || entities.measure.is_some() || !fields::of_user(text).is_empty() {
            return None;
        }
        request.task.set_user(user.clone());
        request.also = selecting::further(further.iter().cloned(), &mut request.unused);
        if let Task::Recommend { what, k, .. } = &mut request.task {
            refine(what, entities.selection.clone());
            *k = entities.k.or(*k);
        }
        return Some(request);
    }
    if entities.selection.is_empty() && intent::asks_for_more(text) {
        let (k, skip, usual) = match &mut request.task {
            Task::Recommend { whom: Some(_), k, skip, .. } => (k, skip, K),
            Task::List { k, skip, .. } => (k, skip, LISTED as i64),
            _ => return None,
        };
        *skip += told(usize::try_from(k.unwrap_or(usual)).unwrap_or_default());
        let one = text.has(&["another"]).then_some(1);
        *k = Some(entities.k.or(one).unwrap_or(usual));
        return Some(request);
    }
    // "Released before 1990", "for women": a piece of a question, which stands for
    // itself only where nothing came before.
    let piece = text.len() <= 8
        && !intent::speaks_of_items(text)
        && intent::recommends(text).is_none()
        && entities.measure.is_none()
        && entities.similar.is_none()
        && (0..text.len()).all(|at| {
            text.is_claimed(at)
                || !text.is_word(at)
                || intent::is_filler(text.word(at))
                || PLAIN.contains(&text.word(at)) && !text.is(at, ASKING)
        });
    // "Something shorter", "anything funnier?": than what was shown.
    let something = text.is(0, SOMETHING) && text.len() <= 8;
    let refused = refused(text, context);
    // "Children's movies?" after a question on statistics.
    let same_of_others = text.len() <= 5
        && text.before_is(text.len(), 1, &["?"])
        && matches!(request.task, Task::Statistics { .. } | Task::Share { .. });
    let goes_on =
        intent::goes_on(text) || piece || something || same_of_others || refused.is_some();
    // "Which of these are from the 1990s?", "… is the longest?" No tool filters or sorts a
    // list; its items tell.
    let asks = (0..2).any(|at| text.is(at, &["which", "are", "is", "any", "many"]))
        && text.has(&["these", "those", "them", "they"])
        && intent::recommends(text).is_none();
    let conditions = &entities.selection.conditions;
    let wished = entities.order.as_ref().map(|wish| wish.order);
    if matches!(request.task, Task::Recommend { .. })
        && asks
        && (!conditions.is_empty() || wished.is_some() && entities.selection.is_empty())
    {
        let mut show = conditions.fields();
        show.extend(wished.map(|order| order.field));
        if !conditions.genres.is_empty() {
            show.push(ItemField::Genres);
        }
        let (items, whether) = (context.items.clone(), conditions.clone());
        let task = Task::Items { items, order: wished, whether };
        return Some(Request { show, ..Request::from(task) });
    }
    match &mut request.task {
        Task::Recommend { whom, what, k, skip, .. } => {
            let changes = !entities.selection.is_empty()
                || entities.k.is_some()
                || refused.is_some()
                || entities.order.is_some();
            if !changes || !goes_on {
                return None;
            }
            refine(what, entities.selection.clone());
            // "His age group" is that of the user it is about.
            if let Some(Popular { like_user: Some(like), .. }) = &mut what.popular
                && like.user.is_none()
            {
                like.user = whom.as_ref().and_then(Whom::user).cloned();
            }
            what.without.extend(refused);
            *k = entities.k.filter(|_| !something).or(*k);
            *skip = 0;
            if let Some(wish) = &entities.order {
                request.unused.push(wish.instead_of());
            }
            Some(request)
        }
        Task::List { what, k, skip, order } => {
            let sorts = entities.order.is_some() && text.has(&["sort", "order", "rank", "sorted"]);
            let ordered = entities.order.is_some() && goes_on;
            let changes = !entities.selection.is_empty() || refused.is_some();
            if !(sorts || ordered || changes && goes_on) {
                return None;
            }
            if let Some(Wish { order: wished, .. }) = &entities.order {
                *order = Some(*wished);
                if !request.show.contains(&wished.field) {
                    request.show.push(wished.field);
                }
            }
            refine(what, entities.selection.clone());
            what.without.extend(refused);
            *k = entities.k.filter(|_| !something).or(*k);
            *skip = 0;
            Some(request)
        }
        Task::Share { items, what } => {
            // The share of something else is asked for.
            if entities.selection.is_empty() || !goes_on {
                return None;
            }
            items.clear();
            *what = entities.selection.clone();
            Some(request)
        }
        Task::Statistics { what, .. } => {
            if entities.selection.is_empty() || !goes_on {
                return None;
            }
            refine(what, entities.selection.clone());
            Some(request)
        }
        _ => None,
    }
}
