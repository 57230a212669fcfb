//! A server that says anything: it is refused, and nothing panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use support::run;
use tokio::io::{AsyncWriteExt, duplex};
use usher_remote::mysql::{Address, Connection, MySqlError, Value};

/// The greeting of a MariaDB.
fn greeting() -> Vec<u8> {
    let mut packet = vec![10];
    packet.extend(b"5.5.5-10.11.6-MariaDB\0");
    packet.extend([7, 0, 0, 0]);
    packet.extend(b"abcdefgh\0");
    packet.extend([0xFE, 0xF7, 45, 2, 0, 0xFF, 0x81, 21]);
    packet.extend([0; 6]);
    packet.extend([0x1D, 0, 0, 0]);
    packet.extend(b"ijklmnopqrst\0mysql_native_password\0");
    packet
}

/// What a server says in answer to each message, as packets.
async fn served(turns: Vec<Vec<Vec<u8>>>, greeting: Vec<u8>) -> Result<usize, MySqlError> {
    let address: Address = "mysql://ann:secret@host/films".parse().unwrap();
    let (ours, mut theirs) = duplex(1 << 16);
    let client = async {
        let mut connection = Connection::open(ours, &address).await?;
        let rows = connection.query("SELECT ?", &[Value::from(1)]).await?;
        Ok(rows.len())
    };
    let mut bytes = Vec::new();
    let mut say = |packets: Vec<Vec<u8>>, first: u8| {
        for (number, packet) in (first..).zip(packets) {
            bytes.extend(&(packet.len() as u32).to_le_bytes()[..3]);
            bytes.push(number);
            bytes.extend(packet);
        }
    };
    say(vec![greeting], 0);
    for (turn, said) in turns.into_iter().enumerate() {
        say(said, if turn == 0 { 2 } else { 1 });
    }
    // All at once, and then nothing: nobody waits for anyone.
    theirs.write_all(&bytes).await.unwrap();
    theirs.shutdown().await.unwrap();
    client.await
}

const OK: [u8; 7] = [0, 0, 0, 2, 0, 0, 0];
const END: [u8; 5] = [0xFE, 0, 0, 2, 0];

/// The description of a column of this type.
fn column(kind: u8) -> Vec<u8> {
    let mut packet = b"\x03def\x00\x00\x00\x01a\x00\x0c\x3f\x00\x0b\x00\x00\x00".to_vec();
    packet.push(kind);
    packet.extend([0, 0, 0, 0, 0]);
    packet
}

/// Login, a prepared statement with one mark, its answer of one row.
fn sound() -> Vec<Vec<Vec<u8>>> {
    vec![
        vec![OK.to_vec()],
        vec![
            vec![0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
            column(8),
            END.to_vec(),
            column(8),
            END.to_vec(),
        ],
        vec![vec![1], column(8), END.to_vec(), vec![0, 0, 5, 0, 0, 0, 0, 0, 0, 0], END.to_vec()],
    ]
}

#[test]
fn a_sound_server_is_understood() {
    assert_eq!(run(served(sound(), greeting())), Ok(1));
}

#[test]
fn a_password_is_never_sent_as_it_is() {
    for method in ["mysql_clear_password", "dialog", "mysql_old_password"] {
        let mut switch = vec![0xFE];
        switch.extend(format!("{method}\0abcdefghijklmnopqrst\0").bytes());
        let refused = run(served(vec![vec![switch]], greeting()));
        assert_eq!(refused, Err(MySqlError::Login { method: method.to_owned() }));
    }
}

#[test]
fn an_error_says_nothing_of_the_password() {
    let mut denied = vec![0xFF, 0x15, 0x04];
    denied.extend(b"#28000Access denied for user 'ann' (using password: secret)");
    let refused = run(served(vec![vec![denied]], greeting())).unwrap_err();
    assert_eq!(refused, MySqlError::AccessDenied);
    assert!(!format!("{refused} {refused:?}").contains("secret"));
}

#[test]
fn a_greeting_with_any_length_of_its_nonce_is_understood_or_refused() {
    let sound = greeting();
    let place = sound.iter().position(|byte| *byte == 0).unwrap() + 21;
    for length in 0..=u8::MAX {
        let mut greeting = sound.clone();
        greeting[place] = length;
        let _ = run(served(Vec::new(), greeting));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_are_refused(
        greeting in prop::collection::vec(any::<u8>(), 0..80),
        turns in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..4),
            0..4,
        ),
    ) {
        let _ = run(served(turns, greeting));
    }

    #[test]
    fn a_sound_server_gone_wrong_is_refused_or_understood(
        changes in prop::collection::vec((0_usize..4, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of((0_usize..4, any::<prop::sample::Index>(), any::<prop::sample::Index>())),
    ) {
        let mut turns = sound();
        turns.insert(0, vec![greeting()]);
        for (turn, packet, at, byte) in changes {
            let packets = &mut turns[turn];
            let packet = packet.index(packets.len());
            let packet = &mut packets[packet];
            let at = at.index(packet.len());
            packet[at] = byte;
        }
        if let Some((turn, packet, at)) = cut {
            let packets = &mut turns[turn];
            let packet = packet.index(packets.len());
            let at = at.index(packets[packet].len());
            packets[packet].truncate(at);
        }
        let greeting = turns.remove(0).remove(0);
        let _ = run(served(turns, greeting));
    }

    #[test]
    fn any_step_of_a_login_is_refused_or_taken(
        method in prop::sample::select(vec!["mysql_native_password", "caching_sha2_password", "sha256_password"]),
        challenge in prop::collection::vec(any::<u8>(), 0..24),
        more in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let switch = [&[0xFE][..], method.as_bytes(), &[0], &challenge].concat();
        let steps = vec![vec![switch], vec![[&[1][..], &more].concat()], vec![vec![1, 4]], vec![OK.to_vec()]];
        let _ = run(served(steps, greeting()));
    }
}
