//! Packs `assets/demo` into the bundle that the binary carries.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use usher_bundle::Section;
use usher_pack::{InputFile, Options, pack};

const DATASET: &str = "assets/demo";
const TABLE: &str = "assets/embedder/english.table";
const FILES: [&str; 5] = ["about.toml", "tour.jsonl", "items.csv", "users.csv", "interactions.csv"];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut input = Vec::new();
    for name in FILES {
        let path = Path::new(DATASET).join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let bytes =
            std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        input.push(InputFile { name: name.to_owned(), bytes });
    }
    println!("cargo::rerun-if-changed={TABLE}");
    let table = std::fs::read(TABLE).with_context(|| format!("{TABLE} cannot be read"))?;
    let options = Options {
        strict: true,
        table: Some(Section::from_archive(&table, TABLE)?),
        ..Options::default()
    };
    let packed =
        pack(input, &options, &mut |_| {}).context("the demo catalogue cannot be packed")?;

    let out = PathBuf::from(std::env::var_os("OUT_DIR").context("OUT_DIR is not set")?);
    let folder = out.join("demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut table = String::from("pub(crate) static FILES: &[(&str, &[u8])] = &[\n");
    for file in &packed.files {
        let path = folder.join(&file.name);
        std::fs::write(&path, &file.bytes)?;
        writeln!(table, "    ({:?}, include_bytes!({:?})),", file.name, path)?;
    }
    table.push_str("];\n");
    std::fs::write(out.join("demo.rs"), table)?;
    Ok(())
}
