//! From a question to what it asks for.

use usher_names::Names;
use usher_protocol::Id;

use crate::context::Context;
use crate::entity::story::Model;
use crate::entity::{count, fields, group, ids, named, numbers, people, story, titles};
use crate::intent;
use crate::lexicon::{ITEM, ITEMS, PLAIN};
use crate::request::{
    Conditions, ItemField, Measure, Popular, Request, Saying, Search, Selection, Task, UserField,
};
use crate::text::Text;

/// All that a question names.
struct Entities {
    users: Vec<Id>,
    items: Vec<Id>,
    similar: Option<Model>,
    selection: Selection,
    k: Option<i64>,
    measure: Option<(Measure, usize)>,
    unused: Vec<String>,
}

/// Understands a question within its conversation.
pub(crate) fn understand(raw: &str, names: &Names, context: &Context<'_>) -> Request {
    let mut text = Text::new(raw);
    if let Some(saying) = intent::saying(&text) {
        return Task::Say(saying).into();
    }
    if intent::asks_for_steps(&text) {
        let task = if context.steps.is_empty() { Task::Say(Saying::NoSteps) } else { Task::Steps };
        return task.into();
    }
    let mut entities = read(&mut text, names);
    if let Some(request) = pending(&text, &mut entities, names, context) {
        return request;
    }
    if (intent::agrees(&text) || intent::asks_why(&text)) && entities.users.is_empty() {
        let task = if context.recommended.is_some() {
            Task::Explain
        } else {
            Task::Say(Saying::NothingToExplain)
        };
        return task.into();
    }
    let mut corrections = Vec::new();
    match &entities.similar {
        Some(Model::Unknown(title)) => {
            return Task::Say(Saying::UnknownTitle(title.clone())).into();
        }
        Some(Model::Titled { items, correction }) => {
            corrections.extend(correction.clone());
            entities.selection.search =
                Some(Search::Similar(items.iter().take(1).cloned().collect()));
        }
        Some(Model::Items(items)) => {
            entities.selection.search = Some(Search::Similar(items.clone()))
        }
        Some(Model::Before) if !context.items.is_empty() => {
            let items = context.items.iter().take(5).cloned().collect();
            entities.selection.search = Some(Search::Similar(items));
        }
        Some(Model::Before) => return Task::Say(Saying::WhichItem).into(),
        None => {}
    }
    let mut request = classify(&mut text, entities, names, context);
    corrections.append(&mut request.corrections);
    request.corrections = corrections;
    request
}

fn read(text: &mut Text<'_>, names: &Names) -> Entities {
    let users = ids::users(text);
    let items = ids::items(text);
    let mut unused = Vec::new();
    let mut conditions = Conditions::default();
    let told = story::told(text);
    let similar = story::similar(text, names, &items);
    let popular = group::read(text);
    numbers::read(text, &mut conditions);
    let mentions = names.mentions(text.raw);
    let genres = named::genre_tokens(text, &mentions);
    named::read(text, &mentions, &mut conditions, &mut unused);
    people::read(text, names, &mentions, &mut conditions, &mut unused);
    let mood = story::mood(text);
    let with = story::with(text);
    let k = count::read(text, |at| genres.iter().any(|genre| genre.end == at + 1));
    let measure = fields::measure(text);
    let adjectives = named::adjectives(text, names, &mut conditions);
    let described = told.or(with);
    let search = match (mood, adjectives, described) {
        (Some(mood), _, _) => Some(mood),
        (None, Some(adjectives), Some(described)) => {
            Some(Search::Text(format!("{adjectives} {described}")))
        }
        (None, adjectives, described) => described.or(adjectives).map(Search::Text),
    };
    let selection = Selection { conditions, popular, search };
    Entities { users, items, similar, selection, k, measure, unused }
}

fn classify(
    text: &mut Text<'_>,
    mut entities: Entities,
    names: &Names,
    context: &Context<'_>,
) -> Request {
    let recommends = intent::recommends(text);
    if intent::asks_for_share(text) {
        return share(text, entities, names);
    }
    if let Some((measure, at)) = entities.measure
        && !recommends.is_some_and(|verb| verb < at && !entities.users.is_empty())
        && entities.items.is_empty()
    {
        return statistics(measure, text, entities, context);
    }
    if entities.users.is_empty()
        && (recommends.is_some() || !intent::speaks_of_items(text))
        && let Some(user) = ids::user_after_preposition(text)
    {
        entities.users.push(user);
    }
    if recommends.is_none_or(|verb| verb > 2)
        && let Some(request) = follow_up(text, &entities, context)
    {
        return request;
    }
    if recommends.is_some() || intent::unseen(text) && !entities.users.is_empty() {
        return recommend(text, entities, context);
    }
    if !entities.users.is_empty() || intent::speaks_of_user(text) && context.user.is_some() {
        if let Some(request) = about_user(text, &entities, names, context) {
            return request;
        }
        if !entities.users.is_empty() {
            return recommend(text, entities, context);
        }
    }
    if let Some(request) = about_items(text, &entities, names, context) {
        return request;
    }
    if !entities.selection.is_empty() {
        return list(text, entities);
    }
    if intent::asks_for_history(text)
        && text.has(&["history", "historical", "interactions", "watched"])
    {
        return Task::History { user: None, k: entities.k, about: Vec::new() }.into();
    }
    let of_user = fields::of_user(text);
    if !of_user.is_empty() && text.has(crate::lexicon::USER) {
        return Task::User { user: None, get: of_user }.into();
    }
    if !fields::of_items(text, false).is_empty() && text.has(ITEM) {
        return Task::Say(Saying::WhichItem).into();
    }
    Task::Say(Saying::NotUnderstood).into()
}

/// The message says what an earlier question lacked.
fn pending(
    text: &Text<'_>,
    entities: &mut Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    let mut request = context.pending.clone()?;
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
        return Some(items_request(items, fields::of_items(text, false)));
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
    set_user(&mut request.task, user);
    if let Task::Recommend { what, k, .. } = &mut request.task {
        refine(what, std::mem::take(&mut entities.selection));
        *k = entities.k.or(*k);
    }
    Some(request)
}

fn set_user(task: &mut Task, new: Id) {
    match task {
        Task::Recommend { user, skip, .. } => {
            *user = Some(new);
            *skip = 0;
        }
        Task::User { user, .. } | Task::History { user, .. } | Task::Favourite { user, .. } => {
            *user = Some(new);
        }
        _ => {}
    }
}

/// Later conditions win over earlier ones.
fn refine(what: &mut Selection, new: Selection) {
    what.conditions = new.conditions.over(&what.conditions);
    what.popular = new.popular.or_else(|| what.popular.take());
    what.search = new.search.or_else(|| what.search.take());
}

/// "The same for user 12", "only comedies", "three more".
fn follow_up(text: &Text<'_>, entities: &Entities, context: &Context<'_>) -> Option<Request> {
    let mut request = context.last.clone()?;
    request.unused.clone_from(&entities.unused);
    request.corrections.clear();
    let filler = (0..text.len())
        .all(|at| text.is_claimed(at) || !text.is_word(at) || intent::is_filler(text.word(at)));
    if let [user] = entities.users.as_slice() {
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
        set_user(&mut request.task, user.clone());
        if let Task::Recommend { what, k, .. } = &mut request.task {
            refine(what, entities.selection.clone());
            *k = entities.k.or(*k);
        }
        return Some(request);
    }
    if !entities.users.is_empty() {
        return None;
    }
    if let Task::Recommend { user: Some(_), k, skip, .. } = &mut request.task
        && entities.selection.is_empty()
        && intent::asks_for_more(text)
    {
        let shown = usize::try_from(k.unwrap_or(5)).unwrap_or(5);
        *skip += shown;
        *k = Some(entities.k.unwrap_or(5));
        return Some(request);
    }
    let goes_on = intent::goes_on(text);
    match &mut request.task {
        Task::Recommend { what, k, skip, .. } => {
            let changes = !entities.selection.is_empty() || entities.k.is_some();
            let plain = !intent::speaks_of_items(text) && text.len() <= 6 && filler;
            if !changes || !(goes_on || plain) {
                return None;
            }
            refine(what, entities.selection.clone());
            *k = entities.k.or(*k);
            *skip = 0;
            Some(request)
        }
        Task::List { what, k } => {
            if entities.selection.is_empty() || !goes_on {
                return None;
            }
            refine(what, entities.selection.clone());
            *k = entities.k.or(*k);
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

fn recommend(text: &Text<'_>, entities: Entities, context: &Context<'_>) -> Request {
    let show = shown(text, &entities.selection);
    let mut users = entities.users.into_iter();
    let user = users
        .next()
        .or_else(|| if intent::speaks_of_user(text) { context.user.clone() } else { None });
    let mut unused = entities.unused;
    unused.extend(users.map(|user| format!("user {user} (one user at a time)")));
    unused.extend(left_over(text));
    let mut what = entities.selection;
    if let Some(Popular { like_user: Some(like), .. }) = &mut what.popular
        && like.user.is_none()
    {
        like.user.clone_from(&user);
    }
    let task = Task::Recommend { user, k: entities.k, skip: 0, what };
    Request { task, show, corrections: Vec::new(), unused }
}

fn list(text: &Text<'_>, entities: Entities) -> Request {
    let mut unused = entities.unused;
    unused.extend(left_over(text));
    Request {
        show: shown(text, &entities.selection),
        task: Task::List { k: entities.k, what: entities.selection },
        corrections: Vec::new(),
        unused,
    }
}

/// The fields asked for, and those that conditions are on.
fn shown(text: &Text<'_>, selection: &Selection) -> Vec<ItemField> {
    let mut show = selection.conditions.fields();
    for field in fields::of_items(text, true) {
        if !show.contains(&field) {
            show.push(field);
        }
    }
    show
}

fn statistics(
    measure: Measure,
    text: &Text<'_>,
    entities: Entities,
    context: &Context<'_>,
) -> Request {
    let mut unused = entities.unused;
    unused.extend(left_over(text));
    let mut what = entities.selection;
    what.search = None;
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
        return Request { task, show: Vec::new(), corrections: Vec::new(), unused };
    }
    let of_pronoun = intent::speaks_of_user(text) && text.has(&["his", "her", "he", "she"]);
    if user.is_some() || of_pronoun && context.user.is_some() {
        let user = user.or_else(|| context.user.clone());
        let task = Task::Favourite { user, measure };
        return Request { task, show: Vec::new(), corrections: Vec::new(), unused };
    }
    let task = Task::Statistics { measure, what };
    Request { task, show: Vec::new(), corrections: Vec::new(), unused }
}

fn share(text: &mut Text<'_>, entities: Entities, names: &Names) -> Request {
    let mut unused = entities.unused;
    let mut what = entities.selection;
    let mut corrections = Vec::new();
    let mut items = entities.items;
    if items.is_empty() && what.search.is_none() && what.conditions.is_empty() {
        match titles::asked(text, names)
            .or_else(|| interest(text).map(|of| story::titled(names, of)))
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
    Request { task, show: Vec::new(), corrections, unused }
}

/// What "interested in" leads in.
fn interest<'a>(text: &Text<'a>) -> Option<&'a str> {
    let cues = [
        "interested in",
        "interest in",
        "interested by",
        "like",
        "enjoy",
        "love",
        "watch",
        "appreciate",
        "liked",
        "enjoyed",
        "loved",
        "watched",
        "seen",
        "attracted by",
        "attracted to",
    ];
    let start = (0..text.len())
        .filter_map(|at| text.phrases(at, &cues).map(|length| at + length))
        .next_back()?;
    let end =
        (start..text.len()).rev().find(|at| text.is_word(*at) || text.number(*at).is_some())? + 1;
    Some(text.slice(&(start..end))).filter(|rest| !rest.is_empty())
}

fn about_user(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    let mut users = entities.users.iter().cloned();
    let user = users.next().or_else(|| context.user.clone());
    let mut unused: Vec<String> =
        users.map(|user| format!("user {user} (one user at a time)")).collect();
    let get: Vec<UserField> = fields::of_user(text);
    let like_user =
        entities.selection.popular.as_ref().is_some_and(|popular| popular.like_user.is_some());
    if intent::asks_for_history(text)
        && (get.is_empty() || text.has(&["history", "watched", "seen"]))
    {
        let about = match titles::asked(text, names) {
            _ if !entities.items.is_empty() => entities.items.clone(),
            Some(Model::Titled { items, .. })
                if text.is(0, &["has", "did", "is", "was", "does"]) =>
            {
                items
            }
            _ => Vec::new(),
        };
        if !entities.selection.conditions.is_empty() && about.is_empty() {
            unused.push("the conditions (a history is shown whole)".to_owned());
        }
        let task = Task::History { user, k: entities.k, about };
        return Some(Request { task, show: Vec::new(), corrections: Vec::new(), unused });
    }
    if !get.is_empty() && !like_user {
        let task = Task::User { user, get };
        return Some(Request { task, show: Vec::new(), corrections: Vec::new(), unused });
    }
    let wants =
        text.has(&["wants", "want", "would", "likes", "needs", "looking", "mood", "for", "to"]);
    if !entities.selection.is_empty()
        && (wants || intent::speaks_of_items(text) || entities.selection.search.is_some())
    {
        return None;
    }
    if entities.users.is_empty() {
        return None;
    }
    let everything = fields::is_everything(text);
    let nothing_else = (0..text.len())
        .all(|at| text.is_claimed(at) || !text.is_word(at) || intent::is_filler(text.word(at)));
    (everything || nothing_else && !intent::speaks_of_items(text)).then(|| {
        let task = Task::User { user, get: UserField::ALL.to_vec() };
        Request { task, show: Vec::new(), corrections: Vec::new(), unused }
    })
}

fn about_items(
    text: &Text<'_>,
    entities: &Entities,
    names: &Names,
    context: &Context<'_>,
) -> Option<Request> {
    if entities.similar.is_some() {
        return None;
    }
    let mut asked = fields::of_items(text, false);
    if !entities.items.is_empty() {
        return Some(items_request(entities.items.clone(), asked));
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
    match titles::asked(text, names) {
        Some(Model::Titled { items, correction }) if !selects || !alone => {
            let mut request = items_request(items.into_iter().take(5).collect(), asked);
            request.corrections.extend(correction);
            return Some(request);
        }
        Some(Model::Unknown(title)) if !alone && entities.selection.is_empty() => {
            return Some(Task::Say(Saying::UnknownTitle(title)).into());
        }
        _ => {}
    }
    if asked.is_empty()
        || context.items.is_empty()
        || many && !text.has(&["these", "those", "they", "them", "their"])
    {
        return None;
    }
    // "Who directed it?", "and the second one?"
    const ORDINALS: &[(&str, usize)] = &[
        ("first", 0),
        ("second", 1),
        ("third", 2),
        ("fourth", 3),
        ("fifth", 4),
        ("1st", 0),
        ("2nd", 1),
        ("3rd", 2),
    ];
    let refers = text.has(&[
        "it", "its", "this", "that", "they", "them", "their", "these", "those", "he", "she",
    ]);
    let ordinal = ORDINALS.iter().find(|(word, _)| text.has(&[word])).map(|(_, at)| *at);
    let last = text.says(&["last one", "the last"]).then(|| context.items.len().saturating_sub(1));
    let items = match ordinal.or(last) {
        Some(at) => vec![context.items.get(at)?.clone()],
        None if refers || intent::goes_on(text) => context.items.clone(),
        None => return None,
    };
    Some(items_request(items, asked))
}

fn items_request(items: Vec<Id>, asked: Vec<ItemField>) -> Request {
    let show = if asked.is_empty() { fields::MAIN.to_vec() } else { asked };
    Request { task: Task::Items { items }, show, corrections: Vec::new(), unused: Vec::new() }
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
    found
}
