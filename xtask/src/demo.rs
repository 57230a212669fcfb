//! The demo's files: films in, simulated audience out.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Deserializer, de};

use crate::audience::{Audience, Film, simulate};

const USERS_FILE: &str = "users.csv";
const INTERACTIONS_FILE: &str = "interactions.csv";

/// A row of `items.csv`, as far as tastes depend on it.
#[derive(Deserialize)]
struct ItemRow {
    item_id: u32,
    release_date: u16,
    #[serde(deserialize_with = "list")]
    genres: Vec<String>,
    #[serde(deserialize_with = "list")]
    director: Vec<String>,
    #[serde(deserialize_with = "list")]
    actors: Vec<String>,
    age_rating: String,
    imdb_rating: Option<f64>,
    imdb_num_reviews: Option<u32>,
}

fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer).map_err(de::Error::custom)?;
    Ok(text.split('|').filter(|entry| !entry.is_empty()).map(str::to_owned).collect())
}

/// Writes `users.csv` and `interactions.csv` beside `items.csv`.
///
/// # Errors
/// The films cannot be read, or a file cannot be written.
pub(crate) fn write(root: &Path) -> Result<()> {
    let folder = root.join("assets/demo");
    let audience = simulate(&films(&folder)?);
    for (name, text) in
        [(USERS_FILE, users_csv(&audience)?), (INTERACTIONS_FILE, interactions_csv(&audience)?)]
    {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    println!(
        "{} users and {} ratings, of {} films",
        audience.users.len(),
        audience.ratings.len(),
        audience.films_rated()
    );
    Ok(())
}

fn films(folder: &Path) -> Result<Vec<Film>> {
    let file = folder.join("items.csv");
    let mut reader =
        csv::Reader::from_path(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut films = Vec::new();
    for row in reader.deserialize::<ItemRow>() {
        let row = row.with_context(|| format!("in {}", file.display()))?;
        let people = row.director.into_iter().chain(row.actors).collect();
        films.push(Film {
            id: row.item_id,
            year: row.release_date,
            genres: row.genres,
            people,
            is_for_grown_ups: matches!(row.age_rating.as_str(), "R" | "NC-17"),
            score: row.imdb_rating,
            votes: row.imdb_num_reviews,
        });
    }
    ensure!(!films.is_empty(), "{} holds no film", file.display());
    Ok(films)
}

fn users_csv(audience: &Audience) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["user_id", "age", "gender", "occupation"])?;
    for user in &audience.users {
        let (id, age) = (user.id.to_string(), user.age.to_string());
        writer.write_record([id.as_str(), &age, user.gender, user.occupation])?;
    }
    Ok(writer.into_inner()?)
}

fn interactions_csv(audience: &Audience) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["user_id", "item_id", "rating", "timestamp"])?;
    for rating in &audience.ratings {
        writer.serialize((rating.user, rating.film, rating.stars, rating.timestamp_s))?;
    }
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::root;

    #[test]
    fn the_committed_audience_is_what_the_simulation_gives() {
        let folder = root().join("assets/demo");
        let audience = simulate(&films(&folder).unwrap());
        for (name, text) in [
            (USERS_FILE, users_csv(&audience).unwrap()),
            (INTERACTIONS_FILE, interactions_csv(&audience).unwrap()),
        ] {
            let committed = fs::read(folder.join(name)).unwrap();
            assert!(committed == text, "assets/demo/{name}: run `cargo xtask demo-audience`");
        }
    }
}
