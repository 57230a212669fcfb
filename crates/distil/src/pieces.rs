use std::collections::HashMap;

/// How rare a piece must be to count in full: the constant of Arora et al.
const RARE: f32 = 1e-3;

/// The word pieces that a table keeps.
pub(crate) struct Kept {
    /// The teacher's id of each.
    pub(crate) ids: Vec<u32>,
    /// How each is written.
    pub(crate) names: Vec<String>,
    /// How much each counts in the beginning: less the more often it stands in texts.
    pub(crate) weights: Vec<f32>,
    places: HashMap<u32, u32>,
}

impl Kept {
    /// Where the pieces of a text stand in the table; those it has not are left out.
    pub(crate) fn places(&self, ids: &[u32]) -> Vec<u32> {
        ids.iter().filter_map(|id| self.places.get(id).copied()).collect()
    }
}

/// The pieces of plain letters and digits that stand most often in texts, up to `most`;
/// pieces that stand as often, by id. What stands in none is left out.
pub(crate) fn most_frequent(vocabulary: &[String], texts: &[Vec<u32>], most: usize) -> Kept {
    let mut counts = vec![0u32; vocabulary.len()];
    for id in texts.iter().flatten() {
        if let Some(count) = counts.get_mut(*id as usize) {
            *count += 1;
        }
    }
    let mut chosen: Vec<(u32, &String, u32)> = (0..)
        .zip(vocabulary)
        .zip(counts)
        .filter(|((_, name), count)| *count > 0 && is_plain(name))
        .map(|((id, name), count)| (id, name, count))
        .collect();
    chosen.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    chosen.truncate(most);
    let total: f32 = chosen.iter().map(|(_, _, count)| *count as f32).sum();
    Kept {
        ids: chosen.iter().map(|(id, ..)| *id).collect(),
        names: chosen.iter().map(|(_, name, _)| (*name).clone()).collect(),
        weights: chosen.iter().map(|(.., n)| RARE / (RARE + *n as f32 / total)).collect(),
        places: chosen.iter().map(|(id, ..)| *id).zip(0..).collect(),
    }
}

fn is_plain(piece: &str) -> bool {
    let letters = piece.strip_prefix("##").unwrap_or(piece);
    !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
