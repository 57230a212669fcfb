use std::collections::{BTreeSet, HashMap};

use usher_bundle::sections::{
    AgeGroup, Audience, Catalog, Groups, History, MISSING_U8, MISSING_U16, MISSING_U32, NO_TIME,
    Text, Users,
};
use usher_bundle::{Column, Sections};
use usher_recommender::Fitted;
use usher_retrieval::Prepared;

use crate::clean::{Catalogue, Item, User};

/// Puts clean rows into the sections of a bundle.
pub(crate) fn assemble(catalogue: Catalogue, fitted: Fitted, prepared: Prepared) -> Sections {
    let audience = audience(&catalogue);
    let n_ratings = (0..catalogue.items.len())
        .map(|row| {
            let ends = audience.users.offsets.get(row).zip(audience.users.offsets.get(row + 1));
            ends.map_or(0, |(start, end)| end - start)
        })
        .collect();
    let history = history(&catalogue);
    let groups = groups(&catalogue);
    let n_ratings_of_users =
        history.items.offsets.windows(2).map(|ends| ends[1] - ends[0]).collect();
    let (factors, tastes) = fitted.into_sections();
    let Catalogue { items, users, .. } = catalogue;
    let catalog = Catalog {
        years: column_of(&items, |item| item.year.unwrap_or(MISSING_U16)),
        months: column_of(&items, |item| item.month.unwrap_or(MISSING_U8)),
        durations_minutes: column_of(&items, |item| item.duration_minutes.unwrap_or(MISSING_U16)),
        imdb_ratings_hundredths: column_of(&items, |item| {
            item.imdb_rating_hundredths.unwrap_or(MISSING_U16)
        }),
        imdb_num_reviews: column_of(&items, |item| item.imdb_num_reviews.unwrap_or(MISSING_U32)),
        n_ratings,
        genres: names(items.iter().map(|item| item.genres.as_slice())),
        directors: names(items.iter().map(|item| item.directors.as_slice())),
        producers: names(items.iter().map(|item| item.producers.as_slice())),
        actors: names(items.iter().map(|item| item.actors.as_slice())),
        countries: names(items.iter().map(|item| item.country.as_slice())),
        age_ratings: names(items.iter().map(|item| item.age_rating.as_slice())),
        titles: column_of(&items, |item| item.title.clone()),
        item_ids: column_of(&items, |item| item.id.clone()),
        users: users_section(&users, n_ratings_of_users),
    };
    Sections {
        names: usher_names::index(&catalog),
        catalog,
        text: Text {
            descriptions: column_of(&items, |item| item.description.clone()),
            storylines: column_of(&items, |item| item.storyline.clone()),
        },
        factors,
        tastes,
        groups,
        history,
        audience,
        search: prepared.search,
        vectors: prepared.vectors,
        index: prepared.index,
        embedder: prepared.embedder,
    }
}

fn column_of<R, T>(rows: &[R], value: impl Fn(&R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// A column of names with its dictionary, which is in rising order.
fn names<'i>(rows: impl Iterator<Item = &'i [String]> + Clone) -> Column {
    let dictionary: BTreeSet<&str> = rows.clone().flatten().map(String::as_str).collect();
    let places: HashMap<&str, u32> = dictionary.iter().copied().zip(0..).collect();
    let place = |name: &String| places.get(name.as_str()).copied();
    Column {
        rows: rows.map(|row| row.iter().filter_map(place).collect::<Vec<u32>>()).collect(),
        names: dictionary.into_iter().map(str::to_owned).collect(),
    }
}

fn users_section(users: &[User], n_ratings: Vec<u32>) -> Users {
    Users {
        ids: column_of(users, |user| user.id.clone()),
        ages: column_of(users, |user| user.age.unwrap_or(MISSING_U8)),
        genders: column_of(users, |user| user.gender.code()),
        occupations: names(users.iter().map(|user| user.occupation.as_slice())),
        n_ratings,
    }
}

/// The interactions as they stand: by user, newest first.
fn history(catalogue: &Catalogue) -> History {
    let mut items = vec![Vec::new(); catalogue.users.len()];
    for interaction in &catalogue.interactions {
        if let Some(of_user) = items.get_mut(interaction.user as usize) {
            of_user.push(interaction.item);
        }
    }
    History {
        items: items.into_iter().collect(),
        ratings: column_of(&catalogue.interactions, |x| x.rating),
        times: column_of(&catalogue.interactions, |x| x.time.unwrap_or(NO_TIME)),
    }
}

/// The interactions seen from the items. They come by user, so the users of an
/// item rise.
fn audience(catalogue: &Catalogue) -> Audience {
    let mut of_items = vec![(Vec::new(), Vec::new()); catalogue.items.len()];
    for interaction in &catalogue.interactions {
        if let Some((users, liked)) = of_items.get_mut(interaction.item as usize) {
            users.push(interaction.user);
            liked.push(interaction.rating >= catalogue.like_threshold);
        }
    }
    let (users, liked): (Vec<Vec<u32>>, Vec<Vec<bool>>) = of_items.into_iter().unzip();
    Audience { users: users.into_iter().collect(), liked: liked.concat() }
}

/// The interactions counted by item and by the users' age group and gender.
fn groups(catalogue: &Catalogue) -> Groups {
    let n_items = catalogue.items.len();
    let cells: Vec<usize> = catalogue
        .users
        .iter()
        .map(|user| Groups::cell(user.age.map(AgeGroup::of), user.gender))
        .collect();
    let mut counts = vec![0; n_items * Groups::CELLS];
    for interaction in &catalogue.interactions {
        if let Some(cell) = cells.get(interaction.user as usize)
            && let Some(count) = counts.get_mut(cell * n_items + interaction.item as usize)
        {
            *count += 1;
        }
    }
    Groups { items: n_items as u32, counts }
}

/// The text by which an item is searched: title, year, genres, description and
/// storyline. A storyline that begins with the description says it once. People
/// are left out: `item_filter` finds them, and their names make every other text
/// count for less.
pub(crate) fn document(item: &Item) -> String {
    let year = item.year.map_or_else(String::new, |year| year.to_string());
    let description =
        if item.storyline.starts_with(&item.description) { "" } else { item.description.as_str() };
    format!("{} {year} {} {description} {}", item.title, item.genres.join(" "), item.storyline)
}
