use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::{Deserialize, Serialize};
use usher_audience::{Audience, Settings, Simulated, Story};

use super::{log, progress_bar};
use crate::dataset_folder;

const ITEMS_FILE: &str = "items.csv";
const USERS_FILE: &str = "users.csv";
const INTERACTIONS_FILE: &str = "interactions.csv";
const ABOUT_FILE: &str = "about.toml";

/// What is told of the data wherever it is shown.
const NOTE: &str =
    "The audience is simulated: nobody in it is real, and no rating was given by anyone.";

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// Folder of a dataset: RecBole atomic files, or items.csv. Its users and ratings, if any, are not looked at
    #[arg(long, value_name = "DIR")]
    input: PathBuf,
    /// Folder for items.csv, users.csv, interactions.csv and about.toml; may be that of the input, if its audience is simulated
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many users
    #[arg(long, value_name = "N", default_value_t = Settings::default().users)]
    users: u32,
    /// How many items a user rates, in the mean
    #[arg(long, value_name = "N", default_value_t = Settings::default().ratings_per_user)]
    ratings_per_user: u32,
    /// What everything random comes from: the same seed gives the same audience
    #[arg(long, default_value_t = Settings::default().seed)]
    seed: u64,
    /// Users whose lives are told beforehand, as in assets/demo/stories.toml
    #[arg(long, value_name = "FILE")]
    stories: Option<PathBuf>,
    /// Write how much each user would really like each item: lines of user_id, item_id and a
    /// liking of 1 to 5, parted by TABs, of each user the best first
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
}

/// A file of stories.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stories {
    #[serde(default)]
    story: Vec<Story>,
}

/// `about.toml`, as it is written here.
#[derive(Serialize, Deserialize)]
struct About {
    name: String,
    note: String,
    /// By this it is known that an audience may be replaced by another.
    simulated: Simulation,
}

#[derive(Serialize, Deserialize)]
struct Simulation {
    users: u32,
    ratings_per_user: u32,
    seed: u64,
}

impl Simulate {
    pub(crate) fn run(self) -> Result<ExitCode> {
        check_target(&self.out)?;
        let files = dataset_folder::read(&self.input)?;
        let has_own_items = files.iter().any(|file| file.name == ITEMS_FILE);
        let read = usher_pack::read_items(files, &mut |_| {})
            .with_context(|| format!("{} cannot be read", self.input.display()))?;
        let stories = self.stories()?;
        let settings = Settings {
            users: self.users,
            ratings_per_user: self.ratings_per_user,
            seed: self.seed,
        };
        let items: Vec<usher_audience::Item> = read.items.iter().map(item).collect();
        let audience = Audience::new(&items, &stories, settings)?;

        fs::create_dir_all(&self.out)
            .with_context(|| format!("the folder {} cannot be made", self.out.display()))?;
        // A dataset's own items stay as they are in its own folder.
        if is_same(&self.input, &self.out) {
            if !has_own_items {
                bail!(
                    "{} holds a dataset of another form: name another folder with --out, so that there are not two in one",
                    self.out.display()
                );
            }
        } else {
            self.write(ITEMS_FILE, &usher_pack::items_csv(&read.items)?)?;
        }
        let ids: Vec<&str> = read.items.iter().map(|item| item.id.as_str()).collect();
        let ratings = self.write_audience(&audience, &ids)?;
        let about = About {
            name: read.name,
            note: NOTE.to_owned(),
            simulated: Simulation {
                users: settings.users,
                ratings_per_user: settings.ratings_per_user,
                seed: settings.seed,
            },
        };
        self.write(ABOUT_FILE, toml::to_string(&about)?.as_bytes())?;
        log(format_args!(
            "{} holds {} items, {} users and {ratings} ratings. The audience is simulated.",
            self.out.display(),
            ids.len(),
            settings.users,
        ));
        Ok(ExitCode::SUCCESS)
    }

    fn stories(&self) -> Result<Vec<Story>> {
        let Some(file) = &self.stories else { return Ok(Vec::new()) };
        let text = fs::read_to_string(file)
            .with_context(|| format!("the stories in {} cannot be read", file.display()))?;
        let stories: Stories = toml::from_str(&text)
            .with_context(|| format!("the stories in {} cannot be read", file.display()))?;
        Ok(stories.story)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.out.join(name);
        fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Writes users, ratings and, if asked, the truth, user by user; says how many
    /// ratings there are.
    fn write_audience(&self, audience: &Audience<'_>, ids: &[&str]) -> Result<u64> {
        let mut users = Table::create(&self.out.join(USERS_FILE), b',')?;
        let mut interactions = Table::create(&self.out.join(INTERACTIONS_FILE), b',')?;
        let mut truth = self.truth.as_deref().map(|path| Table::create(path, b'\t')).transpose()?;
        users.row(["user_id", "age", "gender", "occupation"])?;
        interactions.row(["user_id", "item_id", "rating", "timestamp"])?;
        if let Some(truth) = &mut truth {
            truth.row(["user_id", "item_id", "liking"])?;
        }
        let everyone = audience.users();
        let bar = progress_bar(everyone.len() as u64);
        bar.set_message("users");
        let mut count = 0;
        for Simulated { user, ratings, likings } in everyone {
            let id = user.id.to_string();
            users.row([&id, &user.age.to_string(), user.gender.letter(), &user.occupation])?;
            for rating in &ratings {
                let item = ids.get(rating.item).copied().unwrap_or_default();
                let stars = rating.stars.to_string();
                interactions.row([&id, item, &stars, &rating.timestamp_s.to_string()])?;
            }
            count += ratings.len() as u64;
            if let Some(truth) = &mut truth {
                let mut likings: Vec<(f64, &str)> =
                    likings.into_iter().zip(ids.iter().copied()).collect();
                // Stable: ties stay in the order of the ids.
                likings.sort_by(|(a, _), (b, _)| b.total_cmp(a));
                for (liking, item) in likings {
                    truth.row([&id, item, &format!("{liking:.3}")])?;
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        users.finish()?;
        interactions.finish()?;
        truth.map_or(Ok(()), Table::finish)?;
        Ok(count)
    }
}

/// What tastes depend on.
fn item(item: &usher_pack::Item) -> usher_audience::Item {
    usher_audience::Item {
        year: item.year,
        genres: item.genres.clone(),
        people: item.directors.iter().chain(&item.actors).cloned().collect(),
        country: item.country.clone(),
        duration_minutes: item.duration_minutes,
        age_rating: item.age_rating.clone(),
        score: item.imdb_rating_hundredths.map(|hundredths| f64::from(hundredths) / 100.0),
        votes: item.imdb_num_reviews,
        text: format!("{} {}", item.description, item.storyline),
    }
}

/// Refuses to write over people's own data: only a simulated audience is replaced.
fn check_target(out: &Path) -> Result<()> {
    if out.is_file() {
        bail!("{} is a file: name a folder for the dataset", out.display());
    }
    let is_simulated = || {
        let text = fs::read_to_string(out.join(ABOUT_FILE)).unwrap_or_default();
        toml::from_str::<About>(&text).is_ok()
    };
    let there = [USERS_FILE, INTERACTIONS_FILE].into_iter().find(|file| out.join(file).exists());
    if let Some(file) = there
        && !is_simulated()
    {
        bail!(
            "{} has a {file} of its own, which would be lost: name another folder with --out",
            out.display()
        );
    }
    Ok(())
}

/// Whether both name one folder.
fn is_same(input: &Path, out: &Path) -> bool {
    match (input.canonicalize(), out.canonicalize()) {
        (Ok(input), Ok(out)) => input == out,
        _ => false,
    }
}

/// A file of delimited rows; its errors name it.
struct Table {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Table {
    fn create(path: &Path, delimiter: u8) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        let writer =
            csv::WriterBuilder::new().delimiter(delimiter).from_writer(BufWriter::new(file));
        Ok(Self { path: path.to_owned(), writer })
    }

    fn row<const N: usize>(&mut self, values: [&str; N]) -> Result<()> {
        let unwritable = || format!("{} cannot be written", self.path.display());
        self.writer.write_record(values).with_context(unwritable)
    }

    fn finish(mut self) -> Result<()> {
        let unwritable = || format!("{} cannot be written", self.path.display());
        self.writer.flush().with_context(unwritable)
    }
}
