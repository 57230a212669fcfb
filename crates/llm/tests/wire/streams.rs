//! Streams of every provider's true shape, and what they say.

use crate::support::{APIS, Fixture, assert_golden, decode, fixtures, written};
use proptest::prelude::*;

thread_local! {
    static FIXTURES: Vec<Fixture> = fixtures();
}

/// With `USHER_WRITE_GOLDEN=1` the files are written instead.
#[test]
fn each_stream_says_what_its_file_of_events_holds() {
    for Fixture { api, path, chunks } in fixtures() {
        let (events, end) = decode(api, chunks.iter().map(Vec::as_slice));
        assert_golden(&path.with_extension("events.txt"), &written(&events, &end));
    }
}

#[test]
fn a_stream_says_the_same_in_one_piece_and_byte_by_byte() {
    for fixture in fixtures() {
        let bytes = fixture.bytes();
        let in_chunks = decode(fixture.api, fixture.chunks.iter().map(Vec::as_slice));
        let name = fixture.path.display();
        assert_eq!(decode(fixture.api, [bytes.as_slice()]), in_chunks, "{name} in one piece");
        assert_eq!(decode(fixture.api, bytes.chunks(1)), in_chunks, "{name} byte by byte");
    }
}

#[test]
fn fixtures_hold_no_secrets() {
    for fixture in fixtures() {
        let text = String::from_utf8_lossy(&fixture.bytes()).into_owned();
        for secret in ["sk-", "gsk_", "xai-", "hf_", "AIza", "Bearer", "Authorization", "api_key"] {
            assert!(!text.contains(secret), "{} has {secret}", fixture.path.display());
        }
    }
}

proptest! {
    #[test]
    fn a_stream_says_the_same_wherever_it_is_cut(
        which in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1_usize..200, 1..40),
    ) {
        FIXTURES.with(|fixtures| {
            let fixture = which.get(fixtures);
            let bytes = fixture.bytes();
            let mut rest = bytes.as_slice();
            let mut chunks = Vec::new();
            for size in sizes.iter().cycle() {
                let (chunk, after) = rest.split_at((*size).min(rest.len()));
                chunks.push(chunk);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let whole = decode(fixture.api, [bytes.as_slice()]);
            prop_assert_eq!(decode(fixture.api, chunks), whole);
            Ok(())
        })?;
    }

    #[test]
    fn a_damaged_stream_ends_somehow(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        FIXTURES.with(|fixtures| {
            let fixture = which.get(fixtures);
            let mut bytes = fixture.bytes();
            for (at, byte) in &damages {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
            }
            for (api, _) in APIS {
                drop(decode(api, [bytes.as_slice()]));
            }
        });
    }

    #[test]
    fn arbitrary_bytes_end_somehow(chunks in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
        for (api, _) in APIS {
            drop(decode(api, chunks.iter().map(Vec::as_slice)));
        }
    }

    #[test]
    fn arbitrary_documents_end_somehow(document in "[\\[{]?(\"(choices|delta|message|tool_calls|function|arguments|output|error|type|item|name|content)\": ?[\\[{]|[\\]},]|\"x\"|7|null){0,24}") {
        for (api, _) in APIS {
            let event = format!("data: {document}\n\n");
            drop(decode(api, [event.as_bytes()]));
            drop(decode(api, [document.as_bytes()]));
        }
    }
}
