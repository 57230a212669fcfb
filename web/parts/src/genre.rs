//! A fixed hue for each genre: for dots on chips, and for drawn posters.

/// Hues in degrees. Neighbours in taste are neighbours in hue.
const HUES: [(&str, u16); 18] = [
    ("action", 12),
    ("adventure", 32),
    ("western", 42),
    ("comedy", 50),
    ("children's", 72),
    ("animation", 96),
    ("documentary", 128),
    ("war", 150),
    ("fantasy", 168),
    ("sci-fi", 190),
    ("mystery", 212),
    ("crime", 228),
    ("film-noir", 246),
    ("thriller", 262),
    ("horror", 282),
    ("musical", 306),
    ("romance", 334),
    ("drama", 352),
];

/// The hue of a genre in degrees; of an unknown one, one that its name decides.
pub fn hue(genre: &str) -> u16 {
    let name = genre.to_lowercase();
    HUES.iter()
        .find(|(known, _)| *known == name)
        .map_or_else(|| (hash(&name) % 360) as u16, |(_, hue)| *hue)
}

/// FNV-1a, 32 bits: the same for the same text, everywhere.
pub fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The names of the genres that have a hue.
pub fn known() -> impl Iterator<Item = &'static str> {
    HUES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_genres_keep_their_hue_whatever_the_case() {
        assert_eq!(hue("Comedy"), 50);
        assert_eq!(hue("comedy"), 50);
    }

    #[test]
    fn no_two_known_genres_share_a_hue() {
        for (at, (_, hue)) in HUES.iter().enumerate() {
            assert!(HUES.iter().skip(at + 1).all(|(_, other)| other != hue));
        }
    }

    #[test]
    fn an_unknown_genre_has_a_hue_of_its_name() {
        assert!(hue("Telenovela") < 360);
        assert_eq!(hue("Telenovela"), hue("telenovela"));
    }
}
