use sha2::{Digest, Sha256};
use usher_bundle::Manifest;

/// Letters of a version.
const LETTERS: usize = 16;

/// What a bundle is known by on a server: 16 hexadecimal digits over the hashes of its
/// sections. Two bundles with the same are the same, but for their names.
#[must_use]
pub fn version(manifest: &Manifest) -> String {
    let mut hash = Sha256::new();
    for section in &manifest.sections {
        hash.update(section.sha256.as_bytes());
        hash.update([b'\n']);
    }
    let digest = hash.finalize();
    digest.iter().take(LETTERS / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_follows_the_sections_alone() {
        let manifest = usher_testkit::tiny().manifest().clone();
        let one = version(&manifest);
        assert_eq!(one.len(), LETTERS);
        assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let mut renamed = manifest.clone();
        renamed.name = "Other".to_owned();
        assert_eq!(version(&renamed), one);
        let mut other = manifest;
        other.sections[0].sha256 = other.sections[0].sha256.replace(|_: char| true, "0");
        assert_ne!(version(&other), one);
    }
}
