//! Files of a dataset, packed.

use std::rc::Rc;

use futures::executor::block_on;
use usher_bundle::{Bundle, InMemory, MANIFEST_FILE, Manifest};
use usher_pack::{InputFile, Options, TrainingSettings, pack};

use super::bundle::call_tools;

/// What stands before the name of a file, at the beginning of a line.
const FILE: &[u8] = b"=== ";

/// Packs the files that stand in the input, each under a line `=== NAME`. What can
/// be packed can be opened and used.
pub(super) fn pack_and_open(input: &[u8]) {
    let options = Options {
        training: Some(vec![TrainingSettings::Spectral(Default::default())]),
        ..Options::default()
    };
    let files = files(input);
    let packed = pack(files.clone(), &options, &mut |_| {});
    let strictly = pack(files, &Options { strict: true, ..options }, &mut |_| {});
    let Ok(packed) = packed else {
        assert!(strictly.is_err(), "strict packing takes what else is refused");
        return;
    };
    if let Ok(strictly) = strictly {
        assert_eq!(strictly.files, packed.files, "strict packing gives other files");
    }
    let manifest = packed.files.iter().find(|file| file.name == MANIFEST_FILE).unwrap();
    let manifest = Manifest::parse(&manifest.bytes).unwrap();
    let files: InMemory = packed.files.into_iter().map(|file| (file.name, file.bytes)).collect();
    let bundle = block_on(Bundle::open(manifest, Rc::new(files))).unwrap();
    block_on(bundle.check()).unwrap();
    call_tools(bundle);
}

/// What stands before the first name is left out.
fn files(input: &[u8]) -> Vec<InputFile> {
    let mut files: Vec<InputFile> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(FILE) {
            let name = String::from_utf8_lossy(name).trim_end().to_owned();
            files.push(InputFile { name, bytes: Vec::new() });
        } else if let Some(file) = files.last_mut() {
            file.bytes.extend_from_slice(line);
        }
    }
    files
}
