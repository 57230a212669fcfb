//! How items that nobody took yet are ranked, measured by hiding some.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use comfy_table::{CellAlignment, Table, presets};
use usher_pack::{Hidden, Options, Progress, Way, hide_items};

use crate::command::{print, progress_bar};
use crate::dataset_folder;
use crate::table::table;

/// The share of the items that is hidden, as one item in so many.
pub(super) fn share(text: &str) -> Result<usize, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.01..=0.5).contains(&share) => Ok((1.0 / share).round() as usize),
        _ => Err("it takes a share from 0.01 to 0.5, such as 0.1".to_owned()),
    }
}

/// Hides one item in `of` of a dataset and prints how they are ranked.
pub(super) fn run(input: &Path, of: usize, seed: u64, json: bool) -> Result<ExitCode> {
    let options = Options { seed, table: Some(table()?), ..Options::default() };
    let files = dataset_folder::read(input)?;
    let bar = progress_bar(0);
    let hidden = hide_items(files, &options, of, &mut |progress: Progress| {
        bar.set_length(u64::from(progress.total));
        bar.set_position(u64::from(progress.done));
        bar.set_message(progress.phase.to_string());
    });
    bar.finish_and_clear();
    let hidden = hidden.with_context(|| format!("{} cannot be used", input.display()))?;
    if json {
        print(format_args!("{}", serde_json::to_string(&hidden)?));
        return Ok(ExitCode::SUCCESS);
    }
    let Hidden { items, users, regularization, ways } = &hidden;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["hidden items by", "NDCG@10", "recall@10", "share of the first 10"]);
    for Way { name, ndcg_at_10, recall_at_10, share_of_places } in ways {
        let share = share_of_places.map_or_else(String::new, |x| format!("{:.1} %", 100.0 * x));
        table.add_row([
            (*name).to_owned(),
            format!("{ndcg_at_10:.4}"),
            format!("{recall_at_10:.4}"),
            share,
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    print(format_args!(
        "{items} items hidden, {users} users took some of them, seed {seed}, regularisation {regularization}\n\n{table}"
    ));
    Ok(ExitCode::SUCCESS)
}
