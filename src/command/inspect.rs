use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use futures::executor::block_on;
use usher_bundle::{Manifest, SectionEntry, SectionKind};

use super::print;
use crate::bundle_folder;

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Folder of the bundle; without it, the demo
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The same, as the other commands take it
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    bundle: Option<PathBuf>,
}

impl Inspect {
    pub(crate) fn run(self) -> Result<ExitCode> {
        // Opening checks every hash and every index: a table of a damaged bundle
        // would say that all is well.
        let bundle = bundle_folder::open(self.folder.or(self.bundle).as_deref())?;
        block_on(bundle.check())?;
        let manifest = bundle.manifest();
        print(format_args!("{}\n\n{}", facts(manifest), sections(manifest)));
        Ok(ExitCode::SUCCESS)
    }
}

fn facts(manifest: &Manifest) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let counts = &manifest.counts;
    table.add_row(["bundle", &manifest.name]);
    table.add_row(["format", &manifest.format.to_string()]);
    table.add_row(["items", &counts.items.to_string()]);
    table.add_row(["users", &counts.users.to_string()]);
    table.add_row(["interactions", &counts.interactions.to_string()]);
    table.add_row(["a like is", &format!("a rating of at least {}", manifest.like_threshold)]);
    table.add_row(["made from", &manifest.made.from]);
    if let Some(note) = &manifest.made.note {
        table.add_row(["note", note]);
    }
    table.add_row(["made by", &manifest.made.by]);
    table.add_row(["model", &manifest.made.model]);
    table.add_row(["seed", &manifest.made.seed.to_string()]);
    if let Some(quality) = &manifest.quality {
        table.add_row(["measured on", &quality.split]);
        table.add_row(["NDCG@10", &format!("{:.4}", quality.ndcg_at_10)]);
        table.add_row(["recall@10", &format!("{:.4}", quality.recall_at_10)]);
        table
            .add_row(["NDCG@10, most popular", &format!("{:.4}", quality.most_popular_ndcg_at_10)]);
        for compared in &quality.compared {
            table.add_row(["compared", &format!("{:.4} {}", compared.ndcg_at_10, compared.model)]);
        }
    }
    table
}

fn sections(manifest: &Manifest) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["section", "files", "bytes", "gzip", "brotli", "read"]);
    let sum_up = |what: &str, read: &str, of: &dyn Fn(&SectionEntry) -> bool| {
        let some = || manifest.sections.iter().filter(|entry| of(entry));
        let sum = |bytes: fn(&SectionEntry) -> u64| some().map(bytes).sum::<u64>().to_string();
        [
            what.to_owned(),
            some().count().to_string(),
            sum(|section| section.bytes),
            sum(|section| section.gzip_bytes),
            sum(|section| section.brotli_bytes),
            read.to_owned(),
        ]
    };
    let at_once = |kind: &SectionKind| SectionKind::AT_ONCE.contains(kind);
    for kind in SectionKind::ALL {
        let read = if at_once(&kind) { "at once" } else { "when needed" };
        table.add_row(sum_up(kind.name(), read, &|entry| entry.kind == kind));
    }
    table.add_row(sum_up("all", "", &|_| true));
    table.add_row(sum_up("at once", "", &|entry| at_once(&entry.kind)));
    for column in table.column_iter_mut().skip(1).take(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
