//! From a question to what it asks for.

mod about;
mod fit;
mod follow_up;
mod order;
mod selecting;

use usher_names::Names;
use usher_protocol::Id;

use crate::context::Context;
use crate::entity::liking::Liking;
use crate::entity::numbers::Notes;
use crate::entity::similar::Model;
use crate::entity::{
    count, fields, group, ids, liking, measure, mood, named, numbers, people, similar, story,
    titles,
};
use crate::lexicon::{ITEM, ITEMS, RECOMMEND};
use crate::request::{
    Conditions, Exclusion, ItemField, Measure, Popular, Rated, Request, Saying, Search, Selection,
    Task, Whom,
};
use crate::text::Text;
use crate::{intent, language};

use about::{about_items, about_user};
use fit::{fit, spoken_of};
use follow_up::{follow_up, more_by, pending};
use order::Wish;
use selecting::{list, recommend, share, statistics};

/// All that a question names.
pub(super) struct Entities {
    pub(super) users: Vec<Id>,
    pub(super) items: Vec<Id>,
    pub(super) similar: Option<Model>,
    /// Items that somebody likes who is not named otherwise.
    pub(super) liking: Liking,
    pub(super) selection: Selection,
    pub(super) k: Option<i64>,
    pub(super) measure: Option<(Measure, usize)>,
    /// A text to search for is made of adjectives alone.
    pub(super) only_described: bool,
    pub(super) order: Option<Wish>,
    /// What is least popular is asked for: the words of it.
    pub(super) least: Option<String>,
    /// Conditions that nothing can fulfil together.
    pub(super) contradiction: Option<String>,
    pub(super) unused: Vec<String>,
    pub(super) corrections: Vec<String>,
}

/// Understands a question within its conversation.
pub(crate) fn understand(raw: &str, names: &Names, context: &Context<'_>) -> Request {
    match language::foreign(&Text::new(raw)) {
        Some((language, translated)) => {
            let mut request = understand_english(&translated, names, context);
            // Of a user nothing else than recommendations is asked for most often.
            let users = ids::users(&mut Text::new(&translated));
            if request.task == Task::Say(Saying::NotUnderstood)
                && let Some(user) = users.into_iter().next()
            {
                let what = Selection::default();
                let (skip, seen, explain) = (0, false, false);
                let whom = Some(Whom::User(user));
                let task = Task::Recommend { whom, k: None, skip, seen, explain, what };
                request = task.into();
            }
            Request { language: Some(language), ..request }
        }
        None => Request { language: None, ..understand_english(raw, names, context) },
    }
}

fn understand_english(raw: &str, names: &Names, context: &Context<'_>) -> Request {
    let text = Text::new(raw);
    if let Some(saying) = intent::saying(&text) {
        return Task::Say(saying).into();
    }
    let mut text = Text::new(raw.get(intent::without_courtesy(&text)).unwrap_or(raw));
    if intent::asks_for_steps(&text) {
        let task = if context.steps.is_empty() { Task::Say(Saying::NoSteps) } else { Task::Steps };
        return task.into();
    }
    let mut entities = read(&mut text, names, context);
    if let Some(request) = pending(&text, &mut entities, names, context) {
        return request;
    }
    if let Some(request) = follow_up::likes_changed(&text, names, context) {
        return request;
    }
    if let Some(request) = follow_up::why_of(&text, &entities, names, context) {
        return request;
    }
    if intent::agrees(&text)
        && let Some(offered) = &context.offered
    {
        return offered.clone().into();
    }
    if (intent::agrees(&text) || intent::asks_why(&text) && !intent::asks_why_too(&text))
        && entities.users.is_empty()
    {
        let task = if context.recommended.is_some() {
            let last = text.says(&["last one", "the last"]);
            let recommended = context.recommended.as_ref().map_or(0, |made| made.items.len());
            let last = last.then(|| recommended.saturating_sub(1));
            let of_user =
                context.recommended.as_ref().is_none_or(|made| made.whom.user().is_some());
            Task::Explain { only: intent::place(&text).or(last), of_user }
        } else {
            Task::Say(Saying::NothingToExplain)
        };
        return task.into();
    }
    let mut corrections = std::mem::take(&mut entities.corrections);
    match &entities.similar {
        Some(Model::Unknown(title)) => {
            return Task::Say(Saying::UnknownTitle(title.clone())).into();
        }
        Some(Model::Titled { items, correction }) => {
            corrections.extend(correction.clone());
            if items.len() > 1 {
                entities.unused.push("the other movie of this title".to_owned());
            }
            entities.selection.search =
                Some(Search::Similar(items.iter().take(1).cloned().collect()));
        }
        Some(Model::Items(items)) => {
            entities.selection.search = Some(Search::Similar(items.clone()));
        }
        Some(Model::Before) if !context.items.is_empty() => {
            let items = context.items.iter().take(5).cloned().collect();
            entities.selection.search = Some(Search::Similar(items));
        }
        Some(Model::Before) => return Task::Say(Saying::WhichItem).into(),
        None => {}
    }
    if let Some(Search::Similar(models)) = &entities.selection.search {
        // What others are to be like is not among them anyway.
        entities.selection.without.retain(|exclusion| {
            !matches!(exclusion, Exclusion::Items(items, _) if items.iter().all(|item| models.contains(item)))
        });
    }
    let mut request = classify(&mut text, entities, names, context);
    corrections.append(&mut request.corrections);
    request.corrections = corrections;
    request
}

fn read(text: &mut Text<'_>, names: &Names, context: &Context<'_>) -> Entities {
    let users = ids::users(text);
    let mut notes = Notes::default();
    let mut conditions = Conditions::default();
    let mentions = names.mentions(text.raw);
    let mut liking = liking::read(text, names, &mentions);
    let corrections = std::mem::take(&mut liking.corrections);
    // What a user likes whose taste is known is what others are to be like.
    let theirs = !users.is_empty() || liking.theirs && context.user.is_some();
    notes.without.append(&mut liking.unliked);
    let models = if theirs { std::mem::take(&mut liking).items } else { Vec::new() };
    let items = match ids::items(text) {
        items if items.is_empty() && !users.is_empty() => chosen_from(text, names),
        items => items,
    };
    let told =
        story::quoted(text, names).or_else(|| story::told(text, &mentions, &mut notes.unused));
    let similar = match (models.is_empty(), liking.items.is_empty()) {
        (false, _) => Some(Model::Items(models)),
        (true, false) => None,
        (true, true) => similar::similar(text, names, &items),
    };
    let unwanted = titles::unwanted(text, names, &mentions);
    notes.without.extend(unwanted.into_iter().map(|(items, title)| Exclusion::Items(items, title)));
    let title_words = titles::capitalised(text, names, &mentions);
    for range in &title_words {
        // "Star Wars" is neither a star nor a war, and "12 Angry Men" are nobody.
        text.claim(range.clone());
    }
    let mut measure = measure::measure(text);
    let least = group::least(text);
    let popular = group::read(text, measure.is_some()).filter(|_| least.is_none());
    numbers::read(text, &mut conditions, &mut notes);
    match measure {
        // "a length under 90 minutes" is a condition.
        Some((Measure::Number(ItemField::Duration), _)) if conditions.duration.is_some() => {
            measure = None;
        }
        Some((Measure::Number(ItemField::ImdbRating), _)) if conditions.imdb_rating.is_some() => {
            measure = None;
        }
        // In "the best director for horror" nobody's name follows.
        Some((_, at)) => text.claim(at..at + 1),
        None => {}
    }
    let mood = mood::mood(text);
    let genres = named::genre_tokens(text, &mentions);
    named::read(text, &mentions, &mut conditions, &mut notes);
    people::read(text, names, &mentions, &mut conditions, &mut notes);
    for range in title_words {
        text.release(range);
    }
    let with = story::with(text);
    let tone = mood::tone(text);
    let (adjectives, slips) = named::adjectives(text, names, &mut conditions, &mut notes);
    // "Thrillrs about spies".
    let told = told.or_else(|| {
        let about = text.find(&["about"])?;
        slips.iter().any(|slip| slip.end == about).then(|| story::spoken_of(text))?
    });
    let order = order::read(text);
    let k = count::read(text, |at| genres.iter().chain(&slips).any(|genre| genre.end == at + 1));
    let described = told.or(with);
    let only_described = mood.is_none() && described.is_none();
    let search = mood.or_else(|| {
        let texts = [tone.map(str::to_owned), adjectives, described];
        let texts: Vec<String> = texts.into_iter().flatten().collect();
        (!texts.is_empty()).then(|| Search::Text(texts.join(" ")))
    });
    let Notes { unused, contradiction, without, .. } = notes;
    let selection = Selection { conditions, popular, search, shown: Vec::new(), without };
    Entities {
        users,
        items,
        similar,
        liking,
        selection,
        k,
        measure,
        only_described,
        order,
        least,
        contradiction,
        unused,
        corrections,
    }
}

/// "Which of Fargo, Heat and Casino fits user 3 best?"
fn chosen_from(text: &Text<'_>, names: &Names) -> Vec<Id> {
    match titles::asked(text, names) {
        Some(Model::Titled { items, .. })
            if items.len() > 1 && text.says(&["which of", "which one of", "out of", "best of"]) =>
        {
            items
        }
        _ => Vec::new(),
    }
}

/// "How popular is Star Wars among women?"
fn popularity(
    text: &Text<'_>,
    entities: &mut Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    let popular = entities.selection.popular.as_ref()?;
    let in_group = !popular.groups.is_empty() || popular.like_user.is_some();
    let asks = text.is(0, &["is", "are", "was", "how", "do", "does", "did"])
        && text.has(&["popular", "popularity", "liked", "known", "like", "loved", "rated"]);
    if !in_group || !asks || entities.similar.is_some() {
        return None;
    }
    let shown = spoken_of(text, entities, names);
    if shown.is_empty() {
        return None;
    }
    let mut popular = popular.clone();
    if let Some(like) = &mut popular.like_user {
        let user = entities.users.first().cloned().or_else(|| context.user.clone());
        like.user = like.user.take().or(user);
        like.user.as_ref()?;
    }
    let what = Selection { popular: Some(popular), shown, ..Selection::default() };
    Some(Task::Popularity { what }.into())
}

fn classify(
    text: &mut Text<'_>,
    mut entities: Entities,
    names: &Names,
    context: &Context<'_>,
) -> Request {
    if let Some(words) = entities.contradiction {
        return Task::Say(Saying::Contradiction(words)).into();
    }
    if let Some(request) = more_by(text, &entities, context) {
        return request;
    }
    let Liking { items: liked, unknown, .. } = &entities.liking;
    if !liked.is_empty() && !intent::asks_for_share(text) {
        let goes_on = follow_up::more_liked(&entities, context);
        return goes_on.unwrap_or_else(|| recommend(text, entities, context));
    }
    if liked.is_empty() && !unknown.is_empty() && entities.selection.is_empty() {
        return Task::Say(Saying::UnknownTitle(unknown.join(", "))).into();
    }
    let recommends = intent::recommends(text);
    if about::rates(text, &entities) && intent::looks_ahead(text) {
        // What a user would rate highly is what is recommended.
        entities.selection.conditions.imdb_rating = None;
    }
    if let Some(request) = fit(text, &entities, names, context) {
        return request;
    }
    if let Some(request) = popularity(text, &mut entities, names, context) {
        return request;
    }
    if intent::asks_for_share(text) {
        return share(text, entities, names);
    }
    if intent::counts_users(text) && entities.users.is_empty() {
        return Task::Say(Saying::CountOfUsers).into();
    }
    if let Some((measure, at)) = entities.measure
        && !recommends.is_some_and(|verb| verb < at && !entities.users.is_empty())
        && entities.items.is_empty()
        && !(measure == Measure::Number(ItemField::ImdbRating)
            && entities.selection.is_empty()
            && titles::asked(text, names).is_some())
    {
        return statistics(measure, text, entities, context);
    }
    if entities.users.is_empty()
        && (recommends.is_some() || !intent::speaks_of_items(text) || ids::is_last(text))
        && let Some(user) = ids::user_after_preposition(text)
    {
        entities.users.push(user);
    }
    if recommends.is_none_or(|verb| verb > 2)
        && let Some(request) = follow_up(text, &entities, context)
    {
        return request;
    }
    // "What would a teenager like?" names a group, and nobody to recommend to.
    let of_group = entities.users.is_empty()
        && !text.has(RECOMMEND)
        && entities.selection.popular.as_ref().is_some_and(|popular| !popular.groups.is_empty());
    // "What do users in the age group of user 30 like?" is not asked for that user.
    let like_named =
        entities.selection.popular.as_ref().is_some_and(|popular| {
            popular.like_user.as_ref().is_some_and(|like| like.user.is_some())
        });
    let of_their_group = like_named
        && !text.has(RECOMMEND)
        && text.says(&[
            "do users", "do people", "do others", "what users", "which movies do",
            "which films do", "what movies do", "what films do", "are popular", "is popular",
            "what is", "what's",
        ])
        && !text.says(&["could i", "should", "can i", "would you"]);
    if of_group || of_their_group {
        return list(text, entities);
    }
    if recommends.is_some() || intent::unseen(text) && !entities.users.is_empty() {
        return recommend(text, entities, context);
    }
    if !entities.users.is_empty() && entities.similar.is_some() {
        return recommend(text, entities, context);
    }
    if !entities.users.is_empty() || intent::speaks_of_user(text) && context.user.is_some() {
        if let Some(request) = about_user(text, &entities, names, context) {
            return request;
        }
        let desired = !entities.selection.is_empty()
            || entities.k.is_some()
            || intent::speaks_of_items(text)
            || intent::wishes(text);
        if !entities.users.is_empty() && desired {
            return recommend(text, entities, context);
        }
    }
    if intent::asks_for_users(text) {
        return Task::Say(Saying::NotUnderstood).into();
    }
    let of_user = fields::of_user(text);
    let of_oneself = text.says(&["am i", "i am", "my"]) && entities.items.is_empty();
    if !of_user.is_empty() && of_oneself {
        return Task::User { user: context.user.clone(), get: of_user }.into();
    }
    if let Some(request) = about_items(text, &entities, names, context) {
        return request;
    }
    if !entities.selection.is_empty() && intent::may_list(text, &entities.selection) {
        return list(text, entities);
    }
    let sorted = entities.order.is_some() && intent::speaks_of_items(text);
    if sorted || entities.least.is_some() {
        return list(text, entities);
    }
    if (0..text.len()).any(|at| text.is(at, ITEMS)) && intent::asks_for_any(text) {
        entities.selection.popular = Some(Popular::default());
        return list(text, entities);
    }
    if intent::asks_for_history(text)
        && text.has(&["history", "historical", "interactions", "watched", "i"])
    {
        let (about, only) = (Vec::new(), Rated::default());
        return Task::History { user: None, k: entities.k, about, only }.into();
    }
    if !of_user.is_empty() && text.has(crate::lexicon::USER) {
        return Task::User { user: None, get: of_user }.into();
    }
    if !fields::of_items(text, false, &(0..0)).is_empty() && text.has(ITEM) {
        return Task::Say(Saying::WhichItem).into();
    }
    let number = ids::bare_user(text).filter(|_| {
        let words = (0..text.len()).filter(|at| text.is_word(*at)).count();
        let numbers = (0..text.len()).filter(|at| text.number(*at).is_some()).count();
        let alone = words == 0 && numbers == 1;
        alone || fields::is_everything(text)
    });
    if let Some((id, _)) = number {
        return Task::Say(Saying::UserOrItem(id)).into();
    }
    if intent::is_elsewhere(text) {
        return Task::Say(Saying::OutOfReach).into();
    }
    guessed(text, entities, context).unwrap_or_else(|| Task::Say(Saying::NotUnderstood).into())
}

/// A last reading of a question by what was found in it.
fn guessed(text: &mut Text<'_>, mut entities: Entities, context: &Context<'_>) -> Option<Request> {
    let (request, guess) = if entities.users.is_empty() && intent::wishes_for_oneself(text) {
        (recommend(text, entities, context), "a wish for recommendations")
    } else if entities.selection.is_empty()
        && let Some(story) = story::spoken_of(text)
    {
        entities.selection.search = Some(Search::Text(story));
        if entities.users.is_empty() {
            (list(text, entities), "a search for movies with such a story")
        } else {
            (recommend(text, entities, context), "a wish for movies with such a story")
        }
    } else if entities.users.is_empty()
        && entities.selection.is_empty()
        && let Some(story) = story::before_a_question(text).or_else(|| story::bare(text))
    {
        entities.selection.search = Some(Search::Text(story));
        (list(text, entities), "a search for movies with such a story")
    } else if entities.users.is_empty()
        && entities.selection.finds()
        && (0..text.len()).all(|at| {
            text.is_claimed(at)
                || !text.is_word(at)
                || crate::lexicon::PLAIN.contains(&text.word(at))
        })
    {
        (list(text, entities), "a wish for all movies like that")
    } else {
        return None;
    };
    Some(Request { guess: Some(guess), ..request })
}
