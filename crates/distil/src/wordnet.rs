/// The texts of a data file of WordNet 3.0: meanings, each after its words, and examples.
/// Lines that are not as its manual (wndb) says are passed over.
pub fn wordnet_texts(data: &str) -> impl Iterator<Item = String> {
    // The licence stands before the data, on lines that begin with two spaces.
    data.lines().filter(|line| !line.starts_with("  ")).filter_map(of_line).flatten()
}

/// A line is: offset, file, kind, number of words (hexadecimal), each word and a number,
/// pointers, and after a bar the gloss with examples in quotes.
fn of_line(line: &str) -> Option<Vec<String>> {
    let (data, gloss) = line.split_once(" | ")?;
    let mut fields = data.split(' ').skip(3);
    let n = usize::from_str_radix(fields.next()?, 16).ok()?;
    let words = fields.step_by(2).take(n);
    let words: Vec<String> =
        words.map(|word| word.split('(').next().unwrap_or_default().replace('_', " ")).collect();
    // What stands between quotes is an example, the rest the meaning.
    let meaning: Vec<&str> =
        gloss.split('"').step_by(2).map(|part| part.trim_matches([' ', ';'])).collect();
    let meaning = meaning.into_iter().filter(|part| !part.is_empty());
    let meaning = format!("{}: {}", words.join(", "), meaning.collect::<Vec<_>>().join("; "));
    let examples = gloss.split('"').skip(1).step_by(2).map(str::to_owned);
    Some(std::iter::once(meaning).chain(examples).filter(|text| text.contains(' ')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(data: &str) -> Vec<String> {
        wordnet_texts(data).collect()
    }

    #[test]
    fn meanings_stand_after_their_words_and_examples_alone() {
        let data = "  1 This software is provided as is.\n\
            00001740 03 s 02 warm(p) 0 luke_warm 1 001 & 00001741 a 0000 | \
            not quite hot; \"a warm stove\"; \"luke warm tea\"  \n";
        assert_eq!(
            texts(data),
            ["warm, luke warm: not quite hot", "a warm stove", "luke warm tea"]
        );
    }

    #[test]
    fn what_is_no_line_of_it_is_passed_over() {
        for data in ["", "\n", "no bar", "00 03 n zz word 0 | gloss", "00 03 | gloss", " | "] {
            assert!(texts(data).iter().all(|text| !text.is_empty()), "{data}");
        }
        assert_eq!(texts("no bar"), [""; 0]);
    }
}
