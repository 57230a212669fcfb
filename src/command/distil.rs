use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use usher_bundle::Section;
use usher_distil::{MiniLm, Progress, Settings};

use super::log;
use crate::known_items::Files;

#[derive(Debug, Args)]
pub(crate) struct Distil {
    /// The teacher: config.json, tokenizer.json and model.safetensors of all-MiniLM-L6-v2
    #[arg(long, value_name = "DIR")]
    teacher: PathBuf,
    /// WordNet 3.0: its data.noun, data.verb, data.adj, data.adv; their glosses and examples are read
    #[arg(long, value_name = "DIR")]
    wordnet: PathBuf,
    /// Texts of the kind that will be searched; nothing of the items held out is read
    #[command(flatten)]
    known_items: Files,
    /// So many of WordNet's texts, evenly spread
    #[arg(long, default_value_t = 80_000, value_name = "N")]
    most_texts: usize,
    /// The table
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Distil {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let file = |name: &str| -> Result<Vec<u8>> {
            let path = self.teacher.join(name);
            fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
        };
        let teacher = MiniLm::open(
            &file("config.json")?,
            &file("tokenizer.json")?,
            file("model.safetensors")?,
        )?;
        let mut texts = self.catalogue()?;
        let own = texts.len();
        texts.extend(wordnet(&self.wordnet, self.most_texts)?);
        log(format_args!("{own} texts of the catalogue, {} of WordNet", texts.len() - own));
        let bar = ProgressBar::new(0).with_style(
            ProgressStyle::with_template("{bar:30} {pos:>6}/{len:<6} read, {eta} to go")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let table =
            usher_distil::distil(&teacher, &texts, &Settings::default(), &mut |progress| {
                match progress {
                    Progress::Read(done, all) => {
                        bar.set_length(all as u64);
                        bar.set_position(done as u64);
                    }
                    Progress::Trained(epoch, error) => {
                        bar.finish_and_clear();
                        log(format_args!("epoch {}: 1 - cosine is {error:.4}", epoch + 1));
                    }
                }
            })?;
        let table = Section::of(&table)?;
        fs::write(&self.out, table.archive())
            .with_context(|| format!("{} cannot be written", self.out.display()))?;
        log(format_args!("{}: {} bytes", self.out.display(), table.archive().len()));
        Ok(ExitCode::SUCCESS)
    }

    /// Documents whole and by their sentences, and queries.
    fn catalogue(&self) -> Result<Vec<String>> {
        let set = self.known_items.read()?;
        let seen = |texts: Vec<crate::known_items::Text>| {
            texts.into_iter().filter(|text| !text.is_held_out).map(|text| text.text)
        };
        let docs: Vec<String> = seen(set.docs).collect();
        let sentences =
            docs.iter().flat_map(|doc| usher_retrieval::sentences(doc)).map(str::to_owned);
        let sentences: Vec<String> = sentences.collect();
        Ok(docs.into_iter().chain(sentences).chain(seen(set.queries)).collect())
    }
}

/// Some of WordNet's texts, evenly spread over all.
fn wordnet(folder: &Path, most: usize) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for name in ["data.adj", "data.adv", "data.noun", "data.verb"] {
        let path = folder.join(name);
        let data = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        texts.extend(usher_distil::wordnet_texts(&data));
    }
    let step = (texts.len() / most.max(1)).max(1);
    Ok(texts.into_iter().step_by(step).take(most).collect())
}
