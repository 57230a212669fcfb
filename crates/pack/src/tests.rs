//! Whole packs of small invented datasets, opened again as a reader would.

use std::rc::Rc;

use futures::executor::block_on;
use proptest::prelude::*;
use usher_bundle::sections::{Gender, Interaction};
use usher_bundle::{Bundle, InMemory, ItemRow, MANIFEST_FILE, Manifest, Texts, UserRow};

use super::*;

const ITEMS: &str = "\
item_id,title,release_date,release_month,genres,director,producer,actors,country,duration,age_rating,imdb_rating,imdb_num_reviews,description,storyline
10,\"Lamp, The (1991)\",1991-06-02,,Drama|War,Ann Lee,,Bo Orr|Cy Poe|Bo Orr,Norway,1h 41min,PG,7.25,1.5K,A lamp goes out.,\"A lamp goes out. And then
it is lit again. —Di Ro\"
9,Kite,1999,4,Drama,,,,,1983,1994–1997,11,,,
a1,,,,,,,,,,,,,,
";
const USERS: &str = "user_id,age,gender,occupation\n1,24,M,baker\n2,200,F,\n";
const INTERACTIONS: &str = "\
user_id,item_id,rating,timestamp
1,10,5,1000
1,9,4,2000
2,9,3,1999-01-02
3,77,1,
";

fn files(files: &[(&str, &str)]) -> Vec<InputFile> {
    let file = |(name, text): &(&str, &str)| InputFile {
        name: (*name).to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    files.iter().map(file).collect()
}

fn generic() -> Vec<InputFile> {
    files(&[("items.csv", ITEMS), ("users.csv", USERS), ("interactions.csv", INTERACTIONS)])
}

/// Compares nothing: these tests are about the data.
fn quick() -> Options {
    let training = Some(vec![TrainingSettings::Spectral(Default::default())]);
    Options { training, ..Options::default() }
}

fn open(packed: &Packed) -> Bundle {
    let file = |name: &str| packed.files.iter().find(|file| file.name == name).unwrap();
    let manifest = Manifest::parse(&file(MANIFEST_FILE).bytes).unwrap();
    let files: InMemory =
        packed.files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
    block_on(Bundle::open(manifest, Rc::new(files))).unwrap()
}

fn text(bundle: &Bundle, item: ItemRow) -> Texts {
    block_on(bundle.texts(&[item])).unwrap().remove(0)
}

fn history(bundle: &Bundle, user: u32) -> Vec<Interaction> {
    block_on(bundle.history(UserRow(user))).unwrap()
}

fn audience(bundle: &Bundle, item: ItemRow) -> Vec<(u32, bool)> {
    let mut audience = Vec::new();
    block_on(bundle.audience(&[item], |user, liked| audience.push((user.0, liked)))).unwrap();
    audience
}

fn packed(input: Vec<InputFile>) -> (Bundle, Report) {
    let packed = pack(input, &quick(), &mut |_| {}).unwrap();
    (open(&packed), packed.report)
}

fn cleaned(report: &Report) -> Vec<(Rule, u64)> {
    report.cleaned.iter().map(|cleaned| (cleaned.rule, cleaned.count)).collect()
}

fn error(input: Vec<InputFile>) -> String {
    pack(input, &quick(), &mut |_| {}).unwrap_err().to_string()
}

#[test]
fn generic_files_become_a_catalogue() {
    let (bundle, report) = packed(generic());
    let catalog = bundle.catalog();
    let ids: Vec<&str> = catalog.rows().map(|row| catalog.item_id(row)).collect();
    assert_eq!(ids, ["9", "10", "77", "a1"]);
    let lamp = catalog.item("10").unwrap();
    assert_eq!(catalog.title(lamp), Some("The Lamp"));
    assert_eq!((catalog.year(lamp), catalog.month(lamp)), (Some(1991), Some(6)));
    assert_eq!(catalog.genres.row(lamp.index()).collect::<Vec<_>>(), ["Drama", "War"]);
    assert_eq!(catalog.actors.row(lamp.index()).collect::<Vec<_>>(), ["Bo Orr", "Cy Poe"]);
    assert_eq!(catalog.country(lamp), Some("Norway"));
    assert_eq!(catalog.duration_minutes(lamp), Some(101));
    assert_eq!(catalog.age_rating(lamp), Some("PG"));
    assert_eq!(catalog.imdb_rating(lamp), Some(7.25));
    assert_eq!(catalog.imdb_num_reviews(lamp), Some(1_500));
    assert_eq!(text(&bundle, lamp).description.as_deref(), Some("A lamp goes out."));
    assert_eq!(
        text(&bundle, lamp).storyline.as_deref(),
        Some("A lamp goes out. And then it is lit again.")
    );
    let kite = catalog.item("9").unwrap();
    assert_eq!((catalog.duration_minutes(kite), catalog.age_rating(kite)), (None, None));
    assert_eq!((catalog.imdb_rating(kite), catalog.n_ratings(kite)), (None, 2));
    assert_eq!(catalog.title(catalog.item("a1").unwrap()), None);

    let users = &catalog.users;
    let two = users.user("2").unwrap();
    assert_eq!((users.age(two), users.gender(two)), (None, Gender::Female));
    assert_eq!(users.occupation(UserRow(0)), Some("baker"));
    let of_first: Vec<(u32, f32)> =
        history(&bundle, 0).iter().map(|seen| (seen.item.0, seen.rating)).collect();
    assert_eq!(of_first, [(0, 4.0), (1, 5.0)]);
    let time = |user| history(&bundle, user)[0].time;
    assert_eq!((time(1), time(2)), (Some(915_235_200), None));
    assert_eq!(audience(&bundle, kite), [(0, true), (1, false)]);

    assert_eq!(bundle.manifest().like_threshold, 4.0);
    assert_eq!(bundle.manifest().quality, None);
    assert_eq!(
        cleaned(&report),
        [
            (Rule::ItemAdded, 1),
            (Rule::UserAdded, 1),
            (Rule::NoTitle, 2),
            (Rule::NoDescription, 3),
            (Rule::TitleTurned, 1),
            (Rule::YearOffTitle, 1),
            (Rule::ImpossibleValue, 1),
            (Rule::AttributionOff, 1),
            (Rule::ImpossibleAge, 1),
        ]
    );
    assert_eq!(report.broken, []);
}

#[test]
fn text_is_searched_by_what_it_says() {
    let (bundle, _) = packed(generic());
    let postings = block_on(bundle.search()).unwrap();
    let search = usher_retrieval::Bm25::new(postings.get());
    let best = |query: &str| {
        let found = usher_retrieval::search(search, None, query, None, 1);
        found.first().map(|(item, _)| item.0)
    };
    assert_eq!(best("who lit the lamps"), Some(1));
    assert_eq!(best("1999"), Some(0));
    assert_eq!(best("Di Ro"), None);
}

#[test]
fn without_users_and_ratings_every_interaction_is_a_like() {
    let interactions = "item_id;user_id\n10;x\n9;x\n10;y\n";
    let (bundle, _) = packed(files(&[("items.csv", ITEMS), ("interactions.csv", interactions)]));
    assert_eq!(bundle.catalog().users.n_users(), 2);
    assert_eq!(bundle.manifest().like_threshold, 1.0);
    for item in bundle.catalog().rows() {
        assert!(audience(&bundle, item).iter().all(|(_, liked)| *liked));
    }
}

const ATOMIC_INTERACTIONS: &str = "\
user_id:token\titem_id:token\trating:float\ttimestamp:float
1\t1\t5\t100
1\t2\t3\t200
1\t2\t4\t300
2\t3\t1\t100
";
const ATOMIC_ITEMS: &str = "\
item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq
1\tRiver, A\t1990\tDrama Sci-Fi
2\tunkonwn\tunkonwn\tunknown
3\tRoof (Tak, Le)\t1985\tunknown
4\tStreet III (1995)\tV\tComedy
5\tHill\t1970\tWar
";
const ATOMIC_USERS: &str = "\
user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token
1\t30\tF\tother\t12345
2\t12\tM\tnone\tE1
";
/// Written like a table that calls itself CSV and is separated by TABs.
const TABLE: &str = "\
item_id\ttitle\tgenres\tdirector\tproducer\tactors\trelease_date\trelease_month\tcountry\tduration\tage_rating\timdb_rating\timdb_num_reviews\tdescription\tstoryline\tgenres_list\tdirectors_list\tproducers_list\tactors_list\tn_ratings
1\tRiver, A (1990)\tWar\tAnn Lee\t and \tBo Orr, Jr. and Di Ro\t1991\t05\tItaly\t1h 5min\tunknown\t6.5\t12K\tA river.\t\"A river. It
runs. —Cy\"\t['War']\t['Ann Lee']\t['', '']\t['Bo Orr, Jr.', \"Di O'Ro\"]\t99
2\tunknown\tunknown\tnan\tnan\tnan\tunknown\t01\tunknown\tunknown\tunknown\tunknown\tunknown\tnan\tnan\t['unknown']\t['nan']\t['nan']\t['nan']\t1
3\tRoof (1985)\tDrama\tEd Fox\tEd Fox\tEd Fox\t1988\t02\tSpain\t90\tR\t5\t9\tAnother roof.\tAnother roof.\t['Drama']\t['Ed Fox']\t['Ed Fox']\t['Ed Fox']\t1
4\tStreet III (1995) (V)\tComedy\tGil Hay\tGil Hay\tGil Hay, Ida Jo, and Kay Lo\tunknown\t03\tSpain\t1983\t1994–1997\t5\t9\t\"It looks like we don't have any Plots.
Be first: submission guide.\"\t\"It looks like we don't have any Plots.
Be first: submission guide. A street.\"\t['Comedy']\tbroken\t['Gil Hay']\tbroken\t1
";

fn atomic() -> Vec<InputFile> {
    files(&[
        ("tiny.inter", ATOMIC_INTERACTIONS),
        ("tiny.item", ATOMIC_ITEMS),
        ("tiny.user", ATOMIC_USERS),
        ("final_tiny.csv", TABLE),
        ("split/train.csv", "item_id\n1\n"),
        ("notes.md", "item_id"),
        ("pairs.csv", "user_id,item_id\n1,1\n"),
    ])
}

#[test]
fn atomic_files_are_joined_with_their_table() {
    let (bundle, report) = packed(atomic());
    let catalog = bundle.catalog();
    let item = |id: &str| catalog.item(id).unwrap();
    let names = |column: &usher_bundle::ArchivedColumn, id: &str| -> Vec<String> {
        column.row(item(id).index()).map(str::to_owned).collect()
    };
    assert_eq!(bundle.manifest().name, "tiny");

    // Title, year and genres are those of the item file; the rest the table's.
    assert_eq!((catalog.title(item("1")), catalog.year(item("1"))), (Some("A River"), Some(1990)));
    assert_eq!(names(&catalog.genres, "1"), ["Drama", "Sci-Fi"]);
    assert_eq!(names(&catalog.actors, "1"), ["Bo Orr, Jr.", "Di O'Ro"]);
    assert_eq!(names(&catalog.producers, "1"), [""; 0]);
    assert_eq!((catalog.month(item("1")), catalog.country(item("1"))), (Some(5), Some("Italy")));
    assert_eq!(text(&bundle, item("1")).storyline.as_deref(), Some("A river. It runs."));

    // Words for missing are missing.
    assert_eq!((catalog.title(item("2")), catalog.year(item("2"))), (None, None));
    assert_eq!((catalog.month(item("2")), catalog.country(item("2"))), (Some(1), None));
    assert_eq!(names(&catalog.directors, "2"), [""; 0]);
    assert_eq!(text(&bundle, item("2")).description.as_deref(), None);

    // The table's row is of a film three years later: only its genres are used,
    // since the item file has none.
    assert_eq!(catalog.title(item("3")), Some("Roof (Le Tak)"));
    assert_eq!(catalog.year(item("3")), Some(1985));
    assert_eq!(names(&catalog.genres, "3"), ["Drama"]);
    assert_eq!(names(&catalog.actors, "3"), [""; 0]);
    assert_eq!((catalog.month(item("3")), catalog.country(item("3"))), (None, None));
    assert_eq!((catalog.duration_minutes(item("3")), catalog.imdb_rating(item("3"))), (None, None));
    assert_eq!(text(&bundle, item("3")).description.as_deref(), None);

    // The year comes from the title where the column holds something else.
    assert_eq!(
        (catalog.title(item("4")), catalog.year(item("4"))),
        (Some("Street III"), Some(1995))
    );
    assert_eq!(names(&catalog.actors, "4"), ["Gil Hay", "Ida Jo", "Kay Lo"]);
    assert_eq!((catalog.duration_minutes(item("4")), catalog.age_rating(item("4"))), (None, None));
    assert_eq!(text(&bundle, item("4")).description.as_deref(), None);
    assert_eq!(text(&bundle, item("4")).storyline.as_deref(), Some("A street."));

    assert_eq!(bundle.manifest().counts.interactions, 3);
    assert_eq!(catalog.users.occupation(UserRow(1)), Some("none"));
    assert_eq!(
        cleaned(&report),
        [
            (Rule::NoTableRow, 1),
            (Rule::RepeatedInteraction, 1),
            (Rule::AnotherFilm, 1),
            (Rule::NoTitle, 1),
            (Rule::NoDescription, 4),
            (Rule::TitleTurned, 2),
            (Rule::YearOffTitle, 1),
            (Rule::MissingWord, 2),
            (Rule::PlaceholderText, 1),
            (Rule::ImpossibleValue, 1),
            (Rule::AttributionOff, 1),
        ]
    );
    let left_out: Vec<&str> = report.left_out.iter().map(|left| left.file.as_str()).collect();
    assert_eq!(left_out, ["split/train.csv", "notes.md", "pairs.csv"]);
}

fn titles(bundle: &Bundle) -> Vec<&str> {
    bundle.catalog().rows().map(|row| bundle.catalog().title(row).unwrap()).collect()
}

fn genres(bundle: &Bundle, row: usize) -> Vec<&str> {
    bundle.catalog().genres.row(row).collect()
}

#[test]
fn movielens_100k_is_read_as_published() {
    let flags = |of: &[usize]| {
        let flag = |place| if of.contains(&place) { "|1" } else { "|0" };
        (0..19).map(flag).collect::<String>()
    };
    let rows = [
        format!("1|Lamp, The (1995)|01-Jan-1995||http://example.org/?a{}", flags(&[3, 4, 5])),
        format!("2|Caf\u{e9} (1996)|01-Jan-1996||http://example.org{}", flags(&[0, 1])),
        "3|cut".to_owned(),
    ];
    // As Latin-1: each character is a byte.
    let latin_1 = rows.join("\n").chars().map(|letter| letter as u8).collect();
    let mut input = files(&[
        ("u.data", "7\t1\t5\t874965758\n7\t2\t3\t876893171\n8\t2\t4\t878542960\n"),
        ("u.user", "7|24|M|technician|85711\n8|53|F|other|94043\n"),
        ("u.info", "2 users\n"),
        ("u1.base", "7\t1\t5\t874965758\n"),
    ]);
    input.push(InputFile { name: "u.item".to_owned(), bytes: latin_1 });
    let (bundle, report) = packed(input.clone());
    assert_eq!(titles(&bundle), ["The Lamp", "Caf\u{e9}"]);
    assert_eq!(bundle.catalog().year(ItemRow(1)), Some(1996));
    assert_eq!(genres(&bundle, 0), ["Animation", "Children's", "Comedy"]);
    assert_eq!(genres(&bundle, 1), ["Action"]);
    assert_eq!(history(&bundle, 0).len(), 2);
    assert_eq!(bundle.catalog().users.age(UserRow(1)), Some(53));
    assert_eq!(bundle.manifest().made.from, "MovieLens 100K as published");
    let left_out: Vec<&str> = report.left_out.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(left_out, ["u.info", "u1.base"]);
    assert_eq!((report.broken.len(), report.broken[0].line), (1, 3));

    let table = "item_id\ttitle\tdirector\n1\tThe Lamp (1995)\tAnn Lee and Bo Orr\n";
    input.extend(files(&[("more.csv", table)]));
    let (bundle, report) = packed(input);
    let directors = bundle.catalog().directors.row(0);
    assert_eq!(directors.collect::<Vec<_>>(), ["Ann Lee", "Bo Orr"]);
    assert!(cleaned(&report).contains(&(Rule::NoTableRow, 1)));
}

#[test]
fn movielens_since_100k_is_read_as_published() {
    let (bundle, report) = packed(files(&[
        ("movies.dat", "1::Lamp: A Story, The (1991)::Drama|Sci-Fi\n2::Kite (1999)::Drama\n"),
        ("users.dat", "1::F::1::10::48067\n2::M::56::16::70072\n"),
        ("ratings.dat", "1::1::5::978300760\n2::2::3::978302109\n"),
    ]));
    assert_eq!(titles(&bundle), ["The Lamp: A Story", "Kite"]);
    assert_eq!(genres(&bundle, 0), ["Drama", "Sci-Fi"]);
    let users = &bundle.catalog().users;
    assert_eq!((users.age(UserRow(0)), users.age(UserRow(1))), (None, Some(56)));
    assert_eq!(users.occupation(UserRow(1)), Some("self-employed"));
    assert_eq!(report.broken, []);

    let (bundle, report) = packed(files(&[
        (
            "movies.csv",
            "movieId,title,genres\n1,\"Lamp, The (1991)\",Drama|IMAX\n2,Kite (1999),(no genres listed)\n",
        ),
        (
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,1,4.5,1147880044\n2,2,0.5,1147868817\n",
        ),
        ("tags.csv", "userId,movieId,tag,timestamp\n1,1,bright,1147880044\n"),
    ]));
    assert_eq!(titles(&bundle), ["The Lamp", "Kite"]);
    assert_eq!((genres(&bundle, 0), genres(&bundle, 1)), (vec!["Drama", "IMAX"], vec![]));
    assert_eq!(report.left_out[0].file, "tags.csv");
    assert_eq!(
        error(files(&[("ratings.csv", "userId,movieId,rating\n1,1,4\n")])),
        "movies.csv is missing. Put it beside ratings.csv: the items with their titles."
    );
}

#[test]
fn a_mapping_names_files_and_columns() {
    let mapping = "
        [items]
        file = 'products.csv'
        item_id = 'SKU'
        title = 'product'
        genres = 'shelf'
        list_separator = ';'
        [items.words.genres]
        misc = ''
        [interactions]
        file = 'orders.txt'
        separator = ' -> '
        columns = ['who', 'sku', 'when']
        user_id = 'who'
        item_id = 'sku'
        timestamp = 'when'
    ";
    let input = files(&[
        ("mapping.toml", mapping),
        ("products.csv", "sku,title,product,shelf\na-1,no,Red lamp,light;misc\nb/2,no,Kite,\n"),
        ("orders.txt", "ann@example.org -> a-1 -> 2020-01-02\nbo -> b/2 -> 2021-01-02\n"),
    ]);
    let (bundle, report) = packed(input.clone());
    assert_eq!(titles(&bundle), ["Red lamp", "Kite"]);
    assert_eq!(genres(&bundle, 0), ["light"]);
    assert_eq!(bundle.catalog().users.id(UserRow(0)), "ann@example.org");
    assert_eq!(history(&bundle, 0)[0].rating, 1.0);
    assert_eq!(report.counts.interactions, 2);

    let with = |from: &str, to: &str| {
        let mut input = input.clone();
        input[0].bytes = mapping.replace(from, to).into_bytes();
        error(input)
    };
    let text = with("'shelf'", "'shelves'");
    assert!(text.starts_with("products.csv has no column shelves"), "{text}");
    let text = with("'orders.txt'", "'orders.csv'");
    assert!(text.starts_with("orders.csv is missing. Put it beside"), "{text}");
    let text = with("genres =", "kinds =");
    assert!(text.starts_with("mapping.toml cannot be used: [items] names kinds"), "{text}");
}

#[test]
fn items_are_read_without_users_and_interactions_and_written_as_they_were() {
    let text = std::str::from_utf8;
    for input in [generic(), atomic()] {
        let (bundle, _) = packed(input.clone());
        let only_items: Vec<InputFile> = input
            .into_iter()
            .filter(|file| {
                !file.name.starts_with("users") && !file.name.starts_with("interactions")
            })
            .filter(|file| !file.name.ends_with(".inter") && !file.name.ends_with(".user"))
            .collect();
        let read = read_items(only_items, &mut |_| {}).unwrap();
        assert!(!read.items.is_empty());
        // Those that stand in the interactions alone are not known here.
        assert!(read.items.len() <= bundle.catalog().n_items());
        let csv = items_csv(&read.items).unwrap();
        let again = files(&[("items.csv", text(&csv).unwrap())]);
        let again = read_items(again, &mut |_| {}).unwrap();
        assert_eq!(again.items, read.items);
        assert_eq!(items_csv(&again.items).unwrap(), csv);
    }
}

#[test]
fn a_dataset_may_say_what_it_is() {
    let about = "name = \"Lamps\"\nnote = \"All of it is invented.\"\n[more]\nx = 1\n";
    let mut input = generic();
    input.extend(files(&[("about.toml", about)]));
    let (bundle, report) = packed(input.clone());
    let manifest = bundle.manifest();
    assert_eq!(manifest.name, "Lamps");
    assert_eq!(manifest.made.note.as_deref(), Some("All of it is invented."));
    assert_eq!(report.left_out, []);
    assert_eq!(read_items(input, &mut |_| {}).unwrap().name, "Lamps");
    assert_eq!(packed(generic()).0.manifest().made.note, None);

    let mut broken = generic();
    broken.extend(files(&[("about.toml", "name = ")]));
    let told = error(broken);
    assert!(told.contains("about.toml"), "{told}");
}

#[test]
fn a_dataset_may_bring_questions_to_begin_with() {
    let with = |tour: &str| {
        let mut input = generic();
        input.extend(files(&[("tour.jsonl", tour)]));
        input
    };
    let (bundle, report) = packed(with(
        "{\"question\":\"What is lit?\",\"kind\":\"list\"}\n\n{\"question\":\"Who?\"}\n",
    ));
    let examples: Vec<(&str, Option<&str>)> = bundle
        .manifest()
        .examples
        .iter()
        .map(|example| (example.question.as_str(), example.kind.as_deref()))
        .collect();
    assert_eq!(examples, [("What is lit?", Some("list")), ("Who?", None)]);
    assert_eq!(report.left_out, []);

    let fine = "{\"question\":\"Who?\"}\n";
    let long = |field: &str, chars: usize| {
        let mut line = serde_json::json!({"question": "Who?"});
        line[field] = "ü".repeat(chars).into();
        format!("{fine}{line}")
    };
    for (tour, words) in [
        ("{\"question\":".to_owned(), ["line 1:", "EOF"]),
        (format!("{fine}{{\"kind\":\"list\"}}"), ["line 2:", "missing field `question`"]),
        (format!("{fine}{{\"question\":7}}"), ["line 2:", "expected a string"]),
        (format!("{fine}{{\"question\":\" \"}}"), ["line 2:", "the question is empty"]),
        (long("question", 201), ["line 2:", "the question has 201 characters, and may have 200"]),
        (long("kind", 41), ["line 2:", "the kind has 41 characters, and may have 40"]),
        (fine.repeat(21), ["line 21:", "more than 20 questions"]),
    ] {
        let told = error(with(&tour));
        assert!(told.starts_with("tour.jsonl, "), "{told}");
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
    }
    assert_eq!(packed(with(&fine.repeat(20))).0.manifest().examples.len(), 20);
    assert_eq!(packed(with(&long("question", 200))).0.manifest().examples.len(), 2);
}

#[test]
fn the_same_input_and_seed_give_the_same_bytes_in_any_order_of_files() {
    let first = pack(atomic(), &quick(), &mut |_| {}).unwrap();
    let mut reversed = atomic();
    reversed.reverse();
    assert_eq!(first.files, pack(reversed, &quick(), &mut |_| {}).unwrap().files);
    let other = pack(atomic(), &Options { seed: 7, ..quick() }, &mut |_| {}).unwrap();
    assert_ne!(first.files, other.files);
}

#[test]
fn broken_rows_are_told_with_their_line_and_do_not_end_the_packing() {
    let interactions = "user_id,item_id,rating,timestamp\n1,10,5,1\n\n,10,5,1\n1,10,great,1\n\
                        1,10,NaN,1\n1,9,5,later\n1,9\n2,10,4,\n";
    let items = format!("{ITEMS},x,,,,,,,,,,,,,\n");
    let input = [("items.csv", items.as_str()), ("interactions.csv", interactions)];
    let (bundle, report) = packed(files(&input));
    assert_eq!(bundle.manifest().counts.interactions, 2);
    let told: Vec<String> = report
        .broken
        .iter()
        .map(|row| format!("{}:{} {}", row.file, row.line, row.reason))
        .collect();
    assert_eq!(
        told,
        [
            "interactions.csv:4 its user_id is empty",
            "interactions.csv:5 its rating \"great\" is not a number",
            "interactions.csv:6 its rating \"NaN\" is not a number",
            "interactions.csv:7 its timestamp \"later\" is neither Unix seconds nor an ISO date",
            "interactions.csv:8 it has 2 fields, not 4",
            "items.csv:6 its item_id is empty",
        ]
    );
    let strict = Options { strict: true, ..quick() };
    let error = pack(files(&input), &strict, &mut |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        "interactions.csv, line 4: its user_id is empty. Mend the row, or leave out `--strict` to go on without it."
    );
}

#[test]
fn repeated_rows_are_counted_and_the_first_is_used() {
    let items = format!("{ITEMS}10,Other,,,,,,,,,,,,,\n");
    let users = format!("{USERS}1,99,,\n");
    let input = [
        ("items.csv", items.as_str()),
        ("users.csv", users.as_str()),
        ("interactions.csv", INTERACTIONS),
    ];
    let (bundle, report) = packed(files(&input));
    assert_eq!(bundle.catalog().title(usher_bundle::ItemRow(1)), Some("The Lamp"));
    assert_eq!(bundle.catalog().users.age(UserRow(0)), Some(24));
    assert!(cleaned(&report).starts_with(&[
        (Rule::ItemAdded, 1),
        (Rule::UserAdded, 1),
        (Rule::RepeatedItem, 1),
        (Rule::RepeatedUser, 1),
    ]));
}

#[test]
fn small_and_odd_datasets_are_ranked_by_numbers() {
    let equal: String = (0..40)
        .flat_map(|user| (0..20).map(move |item| format!("{user},{},3\n", (user + item) % 40)))
        .collect();
    let repeated = "1,1,3\n1,1,3\n1,1,5\n2,1,4\n".to_owned();
    for rows in
        ["1,1,5\n".to_owned(), "1,1,5\n1,2,4\n".into(), "1,1,5\n2,1,4\n".into(), equal, repeated]
    {
        let interactions = format!("user_id,item_id,rating\n{rows}");
        let input = files(&[("items.csv", "item_id\n1\n"), ("interactions.csv", &interactions)]);
        let bundle = open(&pack(input, &Options::default(), &mut |_| {}).unwrap());
        for user in 0..bundle.catalog().users.ids.len() as u32 {
            let scores = scores(&bundle, user);
            assert_eq!(scores.len(), bundle.catalog().n_items());
            assert!(scores.iter().all(|score| score.is_finite()), "{rows}: {scores:?}");
        }
    }
}

/// Items of two kinds that are told by their texts, the last of them new; users like one kind.
fn two_kinds() -> Vec<InputFile> {
    const WORDS: [&str; 2] = [
        "spaceship robot planet laser alien galaxy rocket orbit meteor star android moon comet signal crew colony engine shield reactor satellite",
        "wedding kiss letter dance summer promise garden violin bride flower waltz heart poem picnic sister ribbon piano meadow candle lantern",
    ];
    let mut rng = fastrand::Rng::with_seed(1);
    let mut story = |item: usize| {
        let words: Vec<&str> = WORDS[item % 2].split(' ').collect();
        (0..6).map(|_| words[rng.usize(..words.len())]).collect::<Vec<_>>().join(" and ")
    };
    let items: String =
        (0..120).map(|item| format!("{item},Film {item},A {}.\n", story(item))).collect();
    let taken = (0..60).flat_map(|user| (0..118).map(move |item| (user, item)));
    let taken: String = taken
        .filter(|(user, item)| user % 2 == item % 2 && (user + item * 7) % 5 < 3)
        .map(|(user, item)| format!("{user},{item}\n"))
        .collect();
    files(&[
        ("items.csv", &format!("item_id,title,description\n{items}")),
        ("interactions.csv", &format!("user_id,item_id\n{taken}")),
    ])
}

#[test]
fn items_that_nobody_took_have_factors_by_their_texts_and_others_are_as_fitted() {
    let options = Options { training: None, ..quick() };
    let packed = pack(two_kinds(), &options, &mut |_| {}).unwrap();
    let bundle = open(&packed);
    let model = &bundle.manifest().made.model;
    assert!(model.contains("; 2 new items by their texts"), "{model}");
    for user in 0..60 {
        let scores = scores(&bundle, user);
        let (liked, other) = if user % 2 == 0 { (118, 119) } else { (119, 118) };
        assert!(scores[liked] > scores[other], "user {user}: {} {}", scores[118], scores[119]);
        // New ones have scores as those of their kind have.
        let kind: Vec<f32> =
            (0..118).filter(|item| item % 2 == liked % 2).map(|item| scores[item]).collect();
        let (least, most) = (
            kind.iter().copied().fold(f32::MAX, f32::min),
            kind.iter().copied().fold(f32::MIN, f32::max),
        );
        assert!((least..=most).contains(&scores[liked]), "{least} {} {most}", scores[liked]);
    }
}

#[test]
fn errors_name_the_thing_and_the_next_step() {
    for (input, expected) in [
        (&[][..], "There is no dataset here (no files at all). Give a folder with"),
        (&[("a.txt", "x"), ("b/c.inter", "")][..], "There is no dataset here (a.txt). Give"),
        (&[("items.csv", ITEMS)][..], "interactions.csv is missing. Put it beside items.csv:"),
        (&[("users.csv", USERS)][..], "items.csv is missing. Put it beside users.csv:"),
        (&[("a.item", ATOMIC_ITEMS)][..], "NAME.inter is missing. Put it beside a.item:"),
        (&[("a.inter", ATOMIC_INTERACTIONS)][..], "NAME.item is missing. Put it beside a.inter:"),
        (
            &[("items.csv", ITEMS), ("interactions.csv", "")][..],
            "interactions.csv has no column user_id (its first line names: nothing). Name it",
        ),
        (
            &[("items.csv", "id,title\n"), ("interactions.csv", INTERACTIONS)][..],
            "items.csv has no column item_id (its first line names: id, title). Name it",
        ),
        (
            &[("items.csv", ITEMS), ("interactions.csv", "user_id,item_id\n")][..],
            "interactions.csv holds no interactions. Fill it",
        ),
        (
            &[("items.csv", ITEMS), ("interactions.csv", "user_id,item_id\n1,\n")][..],
            "interactions.csv holds no interactions that can be used (line 2 of interactions.csv: its item_id is empty). Fill it",
        ),
    ] {
        let message = error(files(input));
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn quality_is_measured_where_there_is_enough_and_progress_runs_through_all_phases() {
    let mut interactions = String::from("user_id,item_id,rating\n");
    for user in 0..40 {
        for item in (0..40).filter(|item| (user + item) % 2 == 0) {
            interactions.push_str(&format!("{user},{item},5\n"));
        }
    }
    let input = files(&[("items.csv", ITEMS), ("interactions.csv", &interactions)]);
    let mut heard: Vec<Progress> = Vec::new();
    let options = Options { name: Some("Odd and even".into()), ..quick() };
    let packed = pack(input, &options, &mut |progress| heard.push(progress)).unwrap();
    let manifest = open(&packed).manifest().clone();
    assert_eq!(manifest.name, "Odd and even");
    let quality = manifest.quality.unwrap();
    assert!(quality.split.contains("(40 users)"), "{}", quality.split);
    assert!((0.0..=1.0).contains(&quality.ndcg_at_10));
    assert_eq!(packed.report.quality.as_ref(), Some(&quality));

    assert!(heard.iter().all(|progress| progress.done <= progress.total));
    let mut phases: Vec<String> = heard.iter().map(|progress| progress.phase.to_string()).collect();
    phases.dedup();
    let best = format!(", NDCG@10 {:.4}", quality.ndcg_at_10);
    let (told, phases): (Vec<String>, Vec<String>) =
        phases.into_iter().partition(|phase| phase.contains("NDCG"));
    assert!(told.iter().all(|told| told.starts_with("measuring the model: best ")), "{told:?}");
    assert!(told.last().is_some_and(|last| last.ends_with(&best)), "{told:?}");
    let mut phases = phases;
    phases.dedup();
    assert_eq!(
        phases,
        [
            "reading interactions.csv",
            "reading items.csv",
            "cleaning",
            "measuring the model",
            "training the model",
            "indexing the text",
            "writing catalog",
            "writing names",
            "writing factors",
            "writing tastes",
            "writing history",
            "writing text",
            "writing groups",
            "writing audience",
            "writing search",
            "writing vectors",
            "writing index",
            "writing embedder",
        ]
    );
}

#[test]
fn the_report_reads_as_text_and_as_json() {
    let (_, report) = packed(atomic());
    let text = report.to_string();
    for line in [
        "  final_tiny.csv           4 rows of metadata\n",
        "  tiny.inter               4 interactions\n",
        "  earlier interactions of a user with the same item, not used: 1 (1)\n",
        "  titles with the article put before: 2 (1, 3)\n",
        "  split/train.csv: it is in a sub-folder\n",
        "  5 items, 2 users, 3 interactions\n",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["cleaned"][0]["rule"], "no_table_row");
}

/// Bytes that are a dataset here and there.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let snippet = prop::sample::select(vec![
        "user_id",
        "item_id",
        "rating",
        "timestamp",
        "title",
        ",",
        "\t",
        "\n",
        "\r\n",
        "\"",
        "|",
        "1",
        "07",
        "nan",
        "5",
        "1e999",
        "(1995)",
        ", The",
        "['a', 'b']",
        "\u{feff}",
        ":token",
        "9999999999999999999",
        "1995-01-01",
        "1h 5min",
        "é",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(snippet, 0..60).prop_map(|parts| parts.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_bytes_pack_into_a_bundle_that_opens_or_give_an_error(
        bytes in prop::collection::vec(hostile(), 4),
        hostile_file in 0usize..4,
        cut in any::<prop::sample::Index>(),
        atomic_names: bool,
    ) {
        let mut input = if atomic_names { atomic() } else { generic() };
        let n = input.len();
        // One file replaced, or all; one cut short.
        if let Some(file) = input.get_mut(hostile_file) {
            file.bytes.clone_from(&bytes[hostile_file]);
        } else {
            for (file, bytes) in input.iter_mut().zip(bytes) {
                file.bytes = bytes;
            }
        }
        let file = &mut input[cut.index(n)];
        let length = cut.index(file.bytes.len() + 1);
        file.bytes.truncate(length);
        if let Ok(packed) = pack(input, &quick(), &mut |_| {}) {
            open(&packed);
            let _ = packed.report.to_string();
        }
    }
}

#[test]
fn movielens_100k_is_packed_as_it_is_known() {
    let Some(folder) = std::env::var_os("USHER_ML100K").map(std::path::PathBuf::from) else {
        eprintln!("SKIPPED: packing MovieLens-100k; set USHER_ML100K to its folder");
        return;
    };
    let mut input = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            input.push(InputFile { name, bytes: std::fs::read(&path).unwrap() });
        }
    }
    let packed = pack(input, &Options::default(), &mut |_| {}).unwrap();
    eprintln!("{}", packed.report);
    let bundle = open(&packed);
    let counts = bundle.manifest().counts;
    assert_eq!((counts.items, counts.users, counts.interactions), (1_682, 943, 100_000));
    assert_eq!(bundle.manifest().like_threshold, 4.0);
    let quality = bundle.manifest().quality.as_ref().unwrap();
    assert!(quality.ndcg_at_10 > 1.5 * quality.most_popular_ndcg_at_10, "{quality:?}");

    let catalog = bundle.catalog();
    let item = |id: &str| catalog.item(id).unwrap();
    assert_eq!(catalog.title(item("50")), Some("Star Wars"));
    assert_eq!(catalog.year(item("50")), Some(1977));
    assert_eq!(catalog.n_ratings(item("50")), 583);
    assert!(catalog.rows().all(|row| catalog.n_ratings(row) <= 583));
    assert_eq!(catalog.actors.row(item("98").index()).count(), 0);
    assert_eq!(catalog.title(item("98")), Some("The Silence of the Lambs"));
    assert_eq!(catalog.duration_minutes(item("181")), None);
    assert_eq!(catalog.title(item("267")), None);
    assert_eq!(catalog.year(item("1412")), Some(1995));
    let described =
        catalog.rows().filter(|row| text(&bundle, *row).description.as_deref().is_some()).count();
    let counted = |rule: Rule| {
        packed.report.cleaned.iter().find(|cleaned| cleaned.rule == rule).map_or(0, |x| x.count)
    };
    assert_eq!((counted(Rule::NoTableRow), counted(Rule::AnotherFilm)), (91, 33));
    // 142 have none in the table, and some rows of other films are dropped.
    assert!((1_682 - 142 - 33..=1_682 - 142).contains(&described), "{described}");
    assert_eq!(packed.report.broken, []);
}

/// A matrix as NumPy saves it.
fn npy(rows: &[&[f32]]) -> Vec<u8> {
    let shape = format!("({}, {})", rows.len(), rows.first().map_or(0, |row| row.len()));
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
    let numbers = rows.iter().copied().flatten().flat_map(|number| number.to_le_bytes());
    let length = (header.len() as u16).to_le_bytes();
    let head = [b"\x93NUMPY\x01\x00".as_slice(), &length, header.as_bytes()].concat();
    head.into_iter().chain(numbers).collect()
}

/// Factors from files of these contents.
fn given(
    users: Vec<u8>,
    items: Vec<u8>,
    user_ids: Option<&str>,
    item_ids: Option<&str>,
) -> Result<GivenFactors, PackError> {
    let file = |name: String, bytes| InputFile { name, bytes };
    let table = |name: &str, factors, ids: Option<&str>| {
        let table = FactorTable::from_npy(file(format!("{name}.npy"), factors))?;
        match ids {
            Some(ids) => table.with_ids(file(format!("{name}.txt"), ids.into())),
            None => Ok(table),
        }
    };
    GivenFactors::new(table("users", users, user_ids)?, table("items", items, item_ids)?)
}

fn packed_with(input: Vec<InputFile>, factors: GivenFactors) -> Result<Packed, PackError> {
    pack(input, &Options { factors: Some(factors), ..quick() }, &mut |_| {})
}

/// The score of each item for a user.
fn scores(bundle: &Bundle, user: u32) -> Vec<f32> {
    let taste = block_on(bundle.taste(UserRow(user))).unwrap();
    usher_recommender::Ranker::from_factors(bundle.factors()).scores(&taste)
}

fn close(scores: &[f32], expected: &[f32]) {
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < 0.02;
    assert!(scores.len() == expected.len() && scores.iter().zip(expected).all(near), "{scores:?}");
}

#[test]
fn factors_trained_elsewhere_are_taken_and_no_quality_is_claimed() {
    let users = npy(&[&[1.0, 0.0], &[0.0, 1.0], &[1.0, 1.0]]);
    let items = npy(&[&[0.5, -1.0], &[1.0, 0.0], &[0.25, 0.25], &[0.0, 2.0]]);
    let packed = packed_with(generic(), given(users, items, None, None).unwrap()).unwrap();
    let bundle = open(&packed);
    close(&scores(&bundle, 0), &[0.5, 1.0, 0.25, 0.0]);
    close(&scores(&bundle, 2), &[-0.5, 1.0, 0.5, 2.0]);
    let manifest = bundle.manifest();
    assert_eq!((&manifest.quality, &packed.report.quality), (&None, &None));
    let model = &manifest.made.model;
    assert!(
        model.starts_with("given: 2 factors, trained elsewhere, from users.npy and"),
        "{model}"
    );
    assert!(model.ends_with("too few interactions could tell another order"), "{model}");
}

#[test]
fn ids_say_whose_row_it_is_and_who_has_none_scores_zero() {
    let users = npy(&[&[2.0], &[9.0], &[1.0]]);
    let items = npy(&[&[1.0], &[3.0]]);
    // Windows writes other ends of lines. User 8 is not in the dataset.
    let factors = given(users, items, Some("3\r\n8\r\n1\r\n"), Some("a1\n10"));
    let packed = packed_with(generic(), factors.unwrap()).unwrap();
    let bundle = open(&packed);
    // The items are 9, 10, 77, a1.
    close(&scores(&bundle, 0), &[0.0, 3.0, 0.0, 1.0]);
    close(&scores(&bundle, 1), &[0.0; 4]);
    close(&scores(&bundle, 2), &[0.0, 6.0, 0.0, 2.0]);
    let text = packed.report.to_string();
    assert!(text.contains("users without factors, who get what is popular: 1 (2)"), "{text}");
    assert!(
        text.contains("items without factors, which score 0 for every user: 2 (9, 77)"),
        "{text}"
    );
    assert!(text.contains("rows of factors whose id no user has, not used: 1 (8)"), "{text}");
}

#[test]
fn factors_that_do_not_belong_together_are_named_with_the_next_step() {
    let rows = |n: usize| npy(&vec![[1.0_f32, 2.0].as_slice(); n]);
    let reading = |users, items, user_ids, item_ids| {
        given(users, items, user_ids, item_ids).unwrap_err().to_string()
    };
    for (message, said) in [
        (
            reading(rows(3), npy(&[&[1.0]]), None, None),
            "items.npy cannot be used: it has 1 columns, and users.npy has 2",
        ),
        (reading(b"1,2".into(), rows(4), None, None), "users.npy cannot be used: it is not a .npy"),
        (
            reading(rows(3), rows(4), Some("1\n2\n"), None),
            "users.txt cannot be used: it has 2 ids, and users.npy has 3 rows",
        ),
        (
            reading(rows(3), rows(4), Some("1\n2\n1\n"), None),
            "users.txt cannot be used: ids 1 and 3 both are \"1\"",
        ),
        (
            reading(rows(3), rows(4), None, Some("9\n\n77\na1")),
            "items.txt cannot be used: id 2 is empty",
        ),
    ] {
        assert!(message.starts_with(said), "{message}");
    }
    let packing = |users, items, user_ids, item_ids| {
        let factors = given(users, items, user_ids, item_ids).unwrap();
        packed_with(generic(), factors).unwrap_err().to_string()
    };
    let message = packing(rows(3), rows(5), None, None);
    assert!(
        message.starts_with("items.npy cannot be used: it has 5 rows, and the dataset has 4 items"),
        "{message}"
    );
    assert!(message.contains("Give --item-ids"), "{message}");
    let message = packing(rows(2), rows(4), Some("0\nx"), None);
    assert!(message.starts_with("users.txt cannot be used: none of its ids"), "{message}");
    assert!(message.contains("like \"1\""), "{message}");
}

#[test]
fn rows_bring_their_ids_with_them_or_are_told_them_but_not_both() {
    let table = |ids: Option<&[&str]>| {
        let ids = ids.map(|ids| ids.iter().map(ToString::to_string).collect());
        FactorTable::from_rows("users".to_owned(), 2, vec![1.0, 0.0, 0.0, 1.0], ids)
    };
    let text = |text: &str| InputFile { name: "ids.txt".to_owned(), bytes: text.into() };
    let known = table(Some(&["3", "1"])).unwrap();
    assert!(known.has_ids() && !table(None).unwrap().has_ids());
    assert!(table(None).unwrap().with_ids(text("3\n1\n")).unwrap().has_ids());
    for (error, said) in [
        (
            known.clone().with_ids(text("3\n1\n")),
            "ids.txt cannot be used: users has ids of its own",
        ),
        (table(Some(&["3"])), "users cannot be used: it has 1 ids, and users has 2 rows"),
        (table(Some(&["3", "3"])), "users cannot be used: ids 1 and 2 both are \"3\""),
    ] {
        let message = error.unwrap_err().to_string();
        assert!(message.starts_with(said), "{message}");
    }
    let called = |names: [&str; 2]| known.clone().with_columns(names.map(str::to_owned).to_vec());
    let message =
        GivenFactors::new(called(["a", "b"]), called(["b", "a"])).unwrap_err().to_string();
    assert!(message.contains("in another order: b stands where a does there"), "{message}");
    // Names of their own are no order.
    assert!(GivenFactors::new(called(["a", "b"]), called(["c", "d"])).is_ok());
}

#[test]
fn rows_in_another_order_than_the_ids_are_noticed() {
    let mut interactions = String::from("user_id,item_id\n");
    for (user, item) in (0..120).flat_map(|user| (0..40).map(move |item| (user, item))) {
        if (user / 8) % 5 == (item / 8) % 5 || (user + item) % 11 == 0 {
            interactions.push_str(&format!("{user},{item}\n"));
        }
    }
    let input = files(&[("items.csv", "item_id\n0\n"), ("interactions.csv", &interactions)]);
    let taste = |row: usize| -> Vec<f32> {
        (0..5).map(|group| if (row / 8) % 5 == group { 1.0 } else { 0.0 }).collect()
    };
    let matrix = |rows: usize, order: fn(usize) -> usize| {
        let rows: Vec<Vec<f32>> = (0..rows).map(|row| taste(order(row))).collect();
        npy(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let ids = |rows: usize, order: fn(usize) -> usize| {
        (0..rows).map(|row| format!("{}\n", order(row))).collect::<String>()
    };
    let same = |row| row;
    let other = |row| row * 27 % 40;
    let packing = |factors: Result<GivenFactors, PackError>| {
        packed_with(input.clone(), factors.unwrap()).map(|_| ()).map_err(|error| error.to_string())
    };
    let (users, user_ids) = (matrix(120, same), ids(120, same));
    assert_eq!(packing(given(users.clone(), matrix(40, same), None, None)), Ok(()));
    let message = packing(given(users.clone(), matrix(40, other), None, None)).unwrap_err();
    assert!(message.starts_with("users.npy with items.npy cannot be used"), "{message}");
    assert!(message.contains("Give --user-ids and --item-ids"), "{message}");
    let message = packing(given(users.clone(), matrix(40, other), Some(&user_ids), None));
    let message = message.unwrap_err();
    assert!(message.contains("Give --item-ids:"), "{message}");
    let item_ids = ids(40, other);
    let in_order = given(users.clone(), matrix(40, other), Some(&user_ids), Some(&item_ids));
    assert_eq!(packing(in_order), Ok(()));
    let message = packing(given(users, matrix(40, other), Some(&user_ids), Some(&ids(40, same))));
    let message = message.unwrap_err();
    assert!(message.contains("not the model's own numbers"), "{message}");
}
