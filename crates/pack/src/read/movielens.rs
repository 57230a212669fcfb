//! MovieLens as GroupLens publishes it: 100K, 1M, and those since in CSV. Each form is a
//! mapping that need not be written.

use super::mapping::Mapping;
use crate::InputFile;

/// 100K: no header, Latin-1, a column for each genre. The day of release is the first of
/// January for most films, so that the year behind the title says more.
const HUNDRED_K: &str = r#"
[items]
file = "u.item"
separator = "|"
quoted = false
encoding = "latin-1"
columns = ["item_id", "title", "released", "video_released", "imdb_url", "unknown", "Action",
  "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
  "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"]
genre_flags = ["Action", "Adventure", "Animation", "Children's", "Comedy", "Crime",
  "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance",
  "Sci-Fi", "Thriller", "War", "Western"]

[users]
file = "u.user"
separator = "|"
quoted = false
encoding = "latin-1"
columns = ["user_id", "age", "gender", "occupation", "zip_code"]

[interactions]
file = "u.data"
separator = "\t"
quoted = false
columns = ["user_id", "item_id", "rating", "timestamp"]
"#;

/// 1M: no header, Latin-1, `::` between fields, codes for ages and occupations. An age is
/// the first year of a range; the range below 18 says no age.
const ONE_M: &str = r#"
[items]
file = "movies.dat"
separator = "::"
quoted = false
encoding = "latin-1"
columns = ["item_id", "title", "genres"]

[items.words.genres]
"(no genres listed)" = ""

[users]
file = "users.dat"
separator = "::"
quoted = false
encoding = "latin-1"
columns = ["user_id", "gender", "age", "occupation", "zip_code"]

[users.words.age]
1 = ""

[users.words.occupation]
0 = "other"
1 = "academic/educator"
2 = "artist"
3 = "clerical/admin"
4 = "college/grad student"
5 = "customer service"
6 = "doctor/health care"
7 = "executive/managerial"
8 = "farmer"
9 = "homemaker"
10 = "K-12 student"
11 = "lawyer"
12 = "programmer"
13 = "retired"
14 = "sales/marketing"
15 = "scientist"
16 = "self-employed"
17 = "technician/engineer"
18 = "tradesman/craftsman"
19 = "unemployed"
20 = "writer"

[interactions]
file = "ratings.dat"
separator = "::"
quoted = false
columns = ["user_id", "item_id", "rating", "timestamp"]
"#;

/// Those since: CSV in UTF-8.
const CSV: &str = r#"
[items]
file = "movies.csv"
item_id = "movieId"

[items.words.genres]
"(no genres listed)" = ""

[interactions]
file = "ratings.csv"
user_id = "userId"
item_id = "movieId"
"#;

/// The form that some files have.
pub(super) fn mapping(files: &[InputFile]) -> Option<Mapping> {
    let forms = [
        (HUNDRED_K, "MovieLens 100K as published"),
        (ONE_M, "MovieLens as published, .dat"),
        (CSV, "MovieLens as published, CSV"),
    ];
    let forms = forms.into_iter().filter_map(|(form, from)| {
        let mut form = Mapping::parse(form).ok()?;
        form.from = Some(from);
        Some(form)
    });
    let mut found = forms.filter(|form| files.iter().any(|file| form.names(file)));
    found.next()
}
