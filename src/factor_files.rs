//! Factors on disk, as other programs write them: `.npy`, Parquet, or a folder of Parquet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use usher_pack::{FactorTable, PackError};

use crate::dataset_folder;
use crate::parquet_rows::{self, ParquetRows};

/// Reads a table of factors, with the ids of its rows if the file has them.
pub(crate) fn read(path: &Path) -> Result<FactorTable> {
    if path.is_dir() {
        return from_parquet(path, &parts(path)?);
    }
    let is_called_parquet = path.extension().is_some_and(|extension| extension == "parquet");
    if is_called_parquet || parquet_rows::is_parquet(path) {
        return from_parquet(path, &[path.to_owned()]);
    }
    Ok(FactorTable::from_npy(dataset_folder::file(path)?)?)
}

/// The Parquet files of a folder, as Spark writes one for each of its partitions, by name.
fn parts(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("the folder {} cannot be read", folder.display());
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        // Spark and others keep files of their own under names that begin so.
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '_']));
        let is_parquet = path.extension().is_some_and(|extension| extension == "parquet");
        if path.is_file() && is_parquet && !is_hidden {
            parts.push(path);
        }
    }
    if parts.is_empty() {
        bail!(
            "{} holds no .parquet file of its own, and folders in it are not read. Give a folder as Spark writes it, without partitionBy.",
            folder.display()
        );
    }
    parts.sort_unstable();
    Ok(parts)
}

/// The rows of all parts under the name of the whole.
fn from_parquet(path: &Path, parts: &[PathBuf]) -> Result<FactorTable> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut rows = ParquetRows::default();
    for part in parts {
        let unreadable = || format!("{} cannot be read", part.display());
        let file = fs::File::open(part).with_context(unreadable)?;
        rows.add(file).map_err(|reason| PackError::Factors { file: name(part), reason })?;
    }
    let table = FactorTable::from_rows(name(path), rows.columns, rows.numbers, rows.ids)?;
    Ok(table.with_columns(rows.names))
}
