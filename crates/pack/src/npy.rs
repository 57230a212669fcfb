//! Matrices as NumPy saves them: `.npy`, format 1 to 3, of `float32` or `float64`,
//! little-endian and row after row (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).

use crate::matrix::Matrix;

/// Reads a file's bytes.
///
/// # Errors
/// What is wrong, and what to do, for people.
pub(crate) fn read(bytes: &[u8]) -> Result<Matrix, String> {
    let (header, data) = parts(bytes)
        .ok_or("it is not a .npy file, or is cut short. Write it with numpy.save, or as Parquet")?;
    let unclear = || format!("its header is {header:?}. Write it with numpy.save");
    let kind = field(header, "descr").and_then(quoted).ok_or_else(unclear)?;
    let order = field(header, "fortran_order").ok_or_else(unclear)?;
    let shape = field(header, "shape").and_then(lengths).ok_or_else(unclear)?;
    let number: fn(&[u8]) -> f32 = match kind {
        "<f4" => |bytes| bytes.try_into().map_or(f32::NAN, f32::from_le_bytes),
        "<f8" => |bytes| bytes.try_into().map_or(f64::NAN, f64::from_le_bytes) as f32,
        _ => {
            return Err(format!("its numbers are of type {kind:?}. Save it .astype(\"<f4\")"));
        }
    };
    let width = if kind == "<f4" { 4 } else { 8 };
    if !order.starts_with("False") {
        return Err("it stands column after column. Save it after numpy.ascontiguousarray".into());
    }
    let [rows, columns] = shape.as_slice() else {
        return Err(format!(
            "it has {} axes. Save a matrix: a row for each user or item",
            shape.len()
        ));
    };
    let (rows, columns) = (*rows, *columns);
    let bytes_needed = rows.checked_mul(columns).and_then(|n| n.checked_mul(width));
    if bytes_needed != Some(data.len()) {
        return Err(format!(
            "{rows} × {columns} numbers do not take its {} bytes. Write it again",
            data.len()
        ));
    }
    let numbers: Vec<f32> = data.chunks_exact(width).map(number).collect();
    Matrix::new(columns, numbers)
}

/// The header's text and what follows it.
fn parts(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (version, rest) = bytes.strip_prefix(b"\x93NUMPY")?.split_first_chunk::<2>()?;
    let (length, rest) = match version {
        [1, _] => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        [2 | 3, _] => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
        }
        _ => return None,
    };
    let (header, data) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(header).ok()?, data))
}

/// What stands behind a name in a header such as `{'descr': '<f4', 'shape': (3, 4), }`.
fn field<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let behind = header.split_once(&format!("'{name}'"))?.1;
    Some(behind.trim_start().strip_prefix(':')?.trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    Some(text.strip_prefix('\'')?.split_once('\'')?.0)
}

fn lengths(text: &str) -> Option<Vec<usize>> {
    let inside = text.strip_prefix('(')?.split_once(')')?.0;
    let lengths = inside.split(',').map(str::trim).filter(|length| !length.is_empty());
    lengths.map(|length| length.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As NumPy writes it: the header padded to 64 bytes.
    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let padded = format!("{header:<117}\n");
        let length = (padded.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00".as_slice(), &length, padded.as_bytes(), data].concat()
    }

    fn header(kind: &str, fortran: &str, shape: &str) -> String {
        format!("{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}")
    }

    #[test]
    fn both_widths_and_both_header_lengths_are_read() {
        let expected = Matrix { rows: 2, columns: 1, numbers: vec![1.5, -2.0] };
        let four: Vec<u8> = [1.5_f32, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let eight: Vec<u8> = [1.5_f64, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(read(&file(&header("<f4", "False", "(2, 1)"), &four)).unwrap(), expected);
        assert_eq!(read(&file(&header("<f8", "False", "(2, 1)"), &eight)).unwrap(), expected);
        let text = header("<f4", "False", "(2, 1)");
        let length = (text.len() as u32).to_le_bytes();
        let second = [b"\x93NUMPY\x02\x00".as_slice(), &length, text.as_bytes(), &four].concat();
        assert_eq!(read(&second).unwrap(), expected);
        assert_eq!(expected.row(1), [-2.0]);
        assert_eq!(expected.row(2), [0.0_f32; 0]);
    }

    #[test]
    fn what_cannot_be_used_is_said_with_the_next_step() {
        let nan = f32::NAN.to_le_bytes();
        let wide = 1e300_f64.to_le_bytes();
        for (bytes, said) in [
            (b"user,factor\n".to_vec(), "numpy.save"),
            (file("{'descr': [('a', '<f4')]}", &[]), "its header is"),
            (file(&header("<i8", "False", "(1, 1)"), &[0; 8]), "type \"<i8\". Save it .astype"),
            (file(&header("<f4", "True", "(1, 1)"), &[0; 4]), "ascontiguousarray"),
            (file(&header("<f4", "False", "(4,)"), &[0; 16]), "it has 1 axes"),
            (file(&header("<f4", "False", "(0, 4)"), &[]), "it is empty (0 × 4)"),
            (
                file(&header("<f4", "False", "(2, 1)"), &[0; 4]),
                "2 × 1 numbers do not take its 4 bytes",
            ),
            (
                file(&header("<f4", "False", "(18446744073709551615, 8)"), &[0; 4]),
                "do not take its 4 bytes",
            ),
            (file(&header("<f4", "False", "(1, 1)"), &nan), "row 0, column 0"),
            (file(&header("<f4", "False", "(1, 1)"), &2e12_f32.to_le_bytes()), "up to 1e12"),
            (file(&header("<f4", "False", "(1, 4097)"), &[0; 16_388]), "at most 4096 factors"),
            (file(&header("<f8", "False", "(1, 1)"), &wide), "row 0, column 0"),
        ] {
            let message = read(&bytes).unwrap_err();
            assert!(message.contains(said), "{message}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_matrix_or_an_error(
            text in "\\{('descr': '<f[48]', |'shape': \\([0-9, ]{0,6}\\), |'fortran_order': False, ){0,4}",
            data in prop::collection::vec(any::<u8>(), 0..40),
            cut in 0usize..200,
        ) {
            let mut bytes = file(&text, &data);
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Ok(matrix) = read(&bytes) {
                prop_assert_eq!(matrix.numbers.len(), matrix.rows * matrix.columns);
            }
        }
    }
}
