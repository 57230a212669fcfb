//! What a folder is, and a bundle made of it.

use std::rc::Rc;

use futures::FutureExt;
use usher_bundle::sections::Embedder;
use usher_bundle::{
    Bundle, BundleError, BundleFile, Counts, InMemory, MANIFEST_FILE, Manifest, Section,
};
use usher_pack::{InputFile, Options, PackError, Progress};

use crate::folder::Folder;

/// A step, and how far it is.
pub(crate) struct Told {
    pub(crate) what: String,
    pub(crate) done: u32,
    pub(crate) total: u32,
}

/// A bundle and what is to be said of it.
pub(crate) struct Catalogue {
    pub(crate) name: String,
    pub(crate) counts: Counts,
    /// As lines.
    pub(crate) report: String,
    /// The manifest and the sections, none compressed.
    pub(crate) files: Vec<BundleFile>,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DropError {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// Checks a bundle or packs a dataset.
pub(crate) fn open(
    mut folder: Folder,
    table: Option<&[u8]>,
    tell: &mut dyn FnMut(Told),
) -> Result<Catalogue, DropError> {
    let name = folder.enter();
    if folder.is_bundle() {
        return Ok(checked(folder.files, tell)?);
    }
    let files = folder.files;
    let says_its_name = files.iter().any(|file| file.name == "about.toml");
    let options = Options {
        name: name.filter(|_| !says_its_name),
        table: table
            .map(|table| Section::<Embedder>::from_archive(table, "english.table"))
            .transpose()?,
        ..Options::default()
    };
    let packed = usher_pack::pack(files, &options, &mut |Progress { phase, done, total }| {
        tell(Told { what: phase.to_string(), done, total });
    })?;
    let manifest = packed.files.iter().find(|file| file.name == MANIFEST_FILE);
    let manifest = Manifest::parse(manifest.map_or(&[], |file| file.bytes.as_slice()))?;
    let report = packed.report.to_string();
    Ok(Catalogue { name: manifest.name, counts: manifest.counts, report, files: packed.files })
}

/// Reads every file of a bundle, and leaves out what does not belong to it.
fn checked(files: Vec<InputFile>, tell: &mut dyn FnMut(Told)) -> Result<Catalogue, BundleError> {
    tell(Told { what: "checking the bundle".to_owned(), done: 0, total: 1 });
    let manifest = files.iter().find(|file| file.name == MANIFEST_FILE);
    let manifest = Manifest::parse(manifest.map_or(&[], |file| file.bytes.as_slice()))?;
    let belongs = |file: &InputFile| {
        file.name == MANIFEST_FILE
            || manifest.sections.iter().any(|section| section.file == file.name)
    };
    let files: Vec<BundleFile> = files
        .into_iter()
        .filter(belongs)
        .map(|InputFile { name, bytes }| BundleFile { name, bytes })
        .collect();
    let in_memory: InMemory =
        files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
    let reading = async {
        let bundle = Bundle::open(manifest.clone(), Rc::new(in_memory)).await?;
        bundle.check().await
    };
    // Files in memory are there at once.
    reading.now_or_never().unwrap_or(Err(BundleError::Missing { section: "first" }))?;
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let Counts { items, users, interactions } = manifest.counts;
    let mut report = format!(
        "Checked\n  {} files, {} KiB, as their manifest says\nHolds\n  {items} items, {users} users, {interactions} interactions\n",
        files.len(),
        bytes >> 10,
    );
    if let Some(quality) = &manifest.quality {
        report += &format!(
            "  NDCG@10 {:.4}, recall@10 {:.4} (most popular: NDCG@10 {:.4}), {}\n",
            quality.ndcg_at_10,
            quality.recall_at_10,
            quality.most_popular_ndcg_at_10,
            quality.split,
        );
    }
    report += &format!("Made\n  by {}, from {}\n", manifest.made.by, manifest.made.from);
    Ok(Catalogue { name: manifest.name, counts: manifest.counts, report, files })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        let mut folder = Folder::default();
        for (path, text) in files {
            folder.add(path, text.as_bytes().to_vec()).unwrap();
        }
        folder
    }

    fn dataset() -> Folder {
        folder(&[
            ("lamps/items.csv", "item_id,title\n1,Red lamp\n2,Kite\n"),
            ("lamps/interactions.csv", "user_id,item_id\n1,1\n1,2\n2,1\n"),
        ])
    }

    #[test]
    fn a_dataset_is_packed_and_what_came_of_it_is_a_bundle() {
        let mut told = Vec::new();
        let packed = open(dataset(), None, &mut |step| told.push(step.what)).unwrap();
        assert_eq!(packed.name, "lamps");
        assert_eq!((packed.counts.items, packed.counts.interactions), (2, 3));
        assert!(packed.report.contains("Packed\n  2 items"), "{}", packed.report);
        assert!(told.contains(&"reading items.csv".to_owned()), "{told:?}");

        let again = |change: &dyn Fn(&mut Vec<BundleFile>)| {
            let mut files = packed.files.clone();
            change(&mut files);
            let mut folder = Folder::default();
            for file in files {
                folder.add(&format!("b/{}", file.name), file.bytes).unwrap();
            }
            folder.add("b/notes.txt", vec![]).unwrap();
            open(folder, None, &mut |_| {})
        };
        let checked = again(&|_| ()).unwrap();
        assert_eq!(checked.name, "lamps");
        assert!(checked.report.starts_with("Checked\n"), "{}", checked.report);
        assert!(checked.files.iter().all(|file| file.name != "notes.txt"));
        let flipped = again(&|files| {
            // Its compressed forms, where there are some, are not read.
            let is_read = |name: &str| name.starts_with("history") && name.ends_with(".bin");
            let file = files.iter_mut().find(|file| is_read(&file.name)).unwrap();
            *file.bytes.last_mut().unwrap() ^= 1;
        });
        assert!(flipped.err().unwrap().to_string().contains("is damaged"));
        let missing = again(&|files| files.retain(|file| !file.name.starts_with("tastes")));
        assert!(missing.err().unwrap().to_string().contains("section is missing"));
    }

    #[test]
    fn what_is_neither_is_refused_by_name() {
        let wrong = folder(&[("holiday/beach.jpg", "x"), ("holiday/notes.txt", "y")]);
        let error = open(wrong, None, &mut |_| {}).err().unwrap().to_string();
        assert!(error.contains("There is no dataset here (beach.jpg, notes.txt)"), "{error}");
    }
}
