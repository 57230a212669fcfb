use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use usher_bundle::sections::{Search, Vectors};
use usher_bundle::{ItemRow, Section};
use usher_recommender::metrics::{ndcg_at, recall_at};
use usher_retrieval::nearest::IndexChoice;
use usher_retrieval::{self as retrieval, Bm25, EmbedderChoice, Meaning, Prepared};

use crate::command::print;
use crate::judged::Judged;
use crate::known_items::{Files, KnownItems};
use crate::table::table;

/// Places of a ranking that are looked at.
const PLACES: usize = 10;

/// Searches for each query's item among all documents. The index is made of the
/// documents alone, as `pack` makes it; a bundle would hold the queries themselves.
#[derive(Debug, Args)]
pub(crate) struct Retrieval {
    #[command(flatten)]
    files: Files,
    /// Queries for ideas, judged: query, item_id and grade (0 to 2), TAB-separated, with a header
    #[arg(long, value_name = "FILE")]
    judged: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Outcome {
    documents: usize,
    queries: usize,
    held_out: usize,
    judged_queries: usize,
    systems: Vec<System>,
}

/// One way of searching. `held_out` is the figure that counts: what was chosen was
/// chosen on the others.
#[derive(Debug, Serialize)]
struct System {
    name: &'static str,
    held_out: Figures,
    others: Figures,
    /// NDCG@10 over the judged queries: a mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_ndcg_at_10: Option<f64>,
}

/// Means over queries. Each has one item that is right.
#[derive(Debug, Default, Serialize)]
struct Figures {
    ndcg_at_10: f64,
    mrr_at_10: f64,
    recall_at_10: f64,
    #[serde(skip)]
    queries: usize,
}

/// A prepared index, its archives checked and open.
struct Opened {
    search: Section<Search>,
    embedder: Option<Section<usher_bundle::sections::Embedder>>,
    vectors: Option<Section<Vectors>>,
}

impl Retrieval {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let set = self.files.read()?;
        let judged = self.judged.map(|path| Judged::read(&path, |id| set.place(id))).transpose()?;
        let judged = judged.unwrap_or_default();
        let measure = |name, search: &dyn Fn(&str) -> Vec<ItemRow>| System {
            judged_ndcg_at_10: judged_ndcg(&judged, search),
            ..measure(name, &set, search)
        };
        let table = table()?;
        let prepare = |choice| -> Result<Opened> {
            let documents: Vec<&str> = set.docs.iter().map(|doc| doc.text.as_str()).collect();
            Opened::of(&retrieval::prepare(&documents, Some(&table), choice, IndexChoice::Never)?)
        };
        let with_table = prepare(EmbedderChoice::Table)?;
        let with_lsa = prepare(EmbedderChoice::Lsa)?;
        let auto = prepare(EmbedderChoice::Auto)?;
        let systems = vec![
            measure("BM25", &|query| with_table.search(query, false)),
            measure("LSA", &|query| with_lsa.meaning_alone(query)),
            measure("token table", &|query| with_table.meaning_alone(query)),
            measure("BM25 + LSA", &|query| with_lsa.search(query, true)),
            measure("BM25 + token table", &|query| with_table.search(query, true)),
            measure("as packed", &|query| auto.search(query, true)),
        ];
        let outcome = Outcome {
            documents: set.docs.len(),
            queries: set.queries.len(),
            held_out: set.queries.iter().filter(|query| query.is_held_out).count(),
            judged_queries: judged.len(),
            systems,
        };
        if self.json {
            let json = serde_json::to_string(&outcome).context("the figures are no JSON")?;
            print(format_args!("{json}"));
        } else {
            print(format_args!("{}", outcome.table()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Opened {
    fn of(prepared: &Prepared) -> Result<Self> {
        Ok(Self {
            search: Section::of(&prepared.search)?,
            embedder: prepared.embedder.as_ref().map(Section::of).transpose()?,
            vectors: prepared.vectors.as_ref().map(Section::of).transpose()?,
        })
    }

    fn meaning(&self) -> Option<Meaning<'_>> {
        let (embedder, vectors) = (self.embedder.as_ref()?, self.vectors.as_ref()?);
        Some(Meaning { embedder: embedder.get(), vectors: vectors.get(), graph: None })
    }

    fn search(&self, query: &str, by_meaning: bool) -> Vec<ItemRow> {
        let meaning = self.meaning().filter(|_| by_meaning);
        let words = Bm25::new(self.search.get());
        let found = retrieval::search(words, meaning, query, None, PLACES);
        found.into_iter().map(|(item, _)| item).collect()
    }

    fn meaning_alone(&self, query: &str) -> Vec<ItemRow> {
        let found = self.meaning().map(|meaning| retrieval::by_meaning(meaning, query, PLACES));
        found.unwrap_or_default().into_iter().map(|(item, _)| item).collect()
    }
}

fn measure(name: &'static str, set: &KnownItems, search: impl Fn(&str) -> Vec<ItemRow>) -> System {
    let (mut held_out, mut others) = (Figures::default(), Figures::default());
    for query in &set.queries {
        let found = search(&query.text);
        let figures = if query.is_held_out { &mut held_out } else { &mut others };
        figures.add(&found, ItemRow(query.item as u32));
    }
    System { name, held_out: held_out.mean(), others: others.mean(), judged_ndcg_at_10: None }
}

/// The mean over the queries that some item fits; nothing where there is none.
fn judged_ndcg(judged: &[Judged], search: impl Fn(&str) -> Vec<ItemRow>) -> Option<f64> {
    let of_one = |judged: &Judged| {
        judged.ndcg_at(PLACES, search(&judged.query).into_iter().map(ItemRow::index))
    };
    let figures: Vec<f64> = judged.iter().filter_map(of_one).collect();
    (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
}

impl Figures {
    fn add(&mut self, found: &[ItemRow], right: ItemRow) {
        self.queries += 1;
        self.ndcg_at_10 += ndcg_at(PLACES, found, &[right]);
        self.recall_at_10 += recall_at(PLACES, found, &[right]);
        let place = found.iter().position(|item| *item == right);
        self.mrr_at_10 += place.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
    }

    fn mean(mut self) -> Self {
        let n = self.queries.max(1) as f64;
        for figure in [&mut self.ndcg_at_10, &mut self.mrr_at_10, &mut self.recall_at_10] {
            *figure /= n;
        }
        self
    }
}

impl Outcome {
    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let header = ["", "NDCG@10", "MRR@10", "recall@10", "NDCG@10 of the others"];
        let of_judged = Some(&"NDCG@10 of judged").filter(|_| self.judged_queries > 0);
        table.set_header(header.iter().chain(of_judged));
        for System { name, held_out, others, judged_ndcg_at_10 } in &self.systems {
            let figures =
                [held_out.ndcg_at_10, held_out.mrr_at_10, held_out.recall_at_10, others.ndcg_at_10];
            let mut row = vec![(*name).to_owned()];
            let figures = figures.into_iter().chain(*judged_ndcg_at_10);
            row.extend(figures.map(|figure| format!("{figure:.4}")));
            table.add_row(row);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        format!(
            "{} queries of items held out, of {} in all, over {} documents\n{table}",
            self.held_out, self.queries, self.documents
        )
    }
}
