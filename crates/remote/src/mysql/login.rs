use std::collections::HashMap;

use mysql_common::auth::plugins::{ChallengeResponsePlugin, Context, Response};
use mysql_common::constants::CapabilityFlags;
use mysql_common::crypto::der::pem_to_der;
use mysql_common::io::ParseBuf;
use mysql_common::packets::{
    AuthMoreData, AuthPlugin, AuthSwitchRequest, HandshakePacket, HandshakeResponse,
};
use tokio::io::{AsyncRead, AsyncWrite};

use super::address::Address;
use super::connection::{Channel, MOST_OF_A_PACKET};
use super::error::MySqlError;

/// What is spoken here. Nothing that ends a result otherwise than with an EOF packet, and
/// no file of this machine for the server.
const SPOKEN: CapabilityFlags = CapabilityFlags::CLIENT_PROTOCOL_41
    .union(CapabilityFlags::CLIENT_LONG_PASSWORD)
    .union(CapabilityFlags::CLIENT_LONG_FLAG)
    .union(CapabilityFlags::CLIENT_TRANSACTIONS)
    .union(CapabilityFlags::CLIENT_SECURE_CONNECTION)
    .union(CapabilityFlags::CLIENT_PLUGIN_AUTH)
    .union(CapabilityFlags::CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)
    .union(CapabilityFlags::CLIENT_CONNECT_WITH_DB)
    .union(CapabilityFlags::CLIENT_MULTI_RESULTS);

/// A login takes at most so many packets from the server.
const MOST_STEPS: usize = 10;
/// A public key is read up to so many bytes, and used from so many bytes of modulus.
const MOST_OF_A_KEY: usize = 2_048;
const LEAST_MODULUS: usize = 128;
/// What OAEP adds to a password, with a byte of its own for the end.
const PADDING: usize = 43;

/// Whether the greeting tells a length of its nonce that a server may have. The library
/// takes the byte as signed and subtracts from it, which overflows for some.
fn has_a_sound_nonce(greeting: &[u8]) -> bool {
    /// From the version's end: connection, first part of the nonce, filler, capabilities,
    /// collation, status, capabilities.
    const BEFORE_LENGTH: usize = 1 + 4 + 8 + 1 + 2 + 1 + 2 + 2;
    let version = greeting.iter().skip(1).position(|byte| *byte == 0);
    let length = version.and_then(|end| greeting.get(1 + end + BEFORE_LENGTH));
    length.is_none_or(u8::is_ascii)
}

/// Logs in on a fresh channel.
///
/// Source: <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html>.
pub(super) async fn log_in<S: AsyncRead + AsyncWrite + Unpin>(
    channel: &mut Channel<S>,
    address: &Address,
) -> Result<(), MySqlError> {
    let greeting = channel.receive().await?;
    if let Some(error) = channel.error_in(&greeting) {
        return Err(error);
    }
    if !has_a_sound_nonce(&greeting) {
        return Err(MySqlError::protocol("the length of the greeting's nonce is none"));
    }
    let greeting: HandshakePacket<'_> =
        ParseBuf(&greeting).parse(()).map_err(MySqlError::protocol)?;
    let capabilities = greeting.capabilities() & SPOKEN;
    if !capabilities
        .contains(CapabilityFlags::CLIENT_PROTOCOL_41 | CapabilityFlags::CLIENT_PLUGIN_AUTH)
    {
        return Err(MySqlError::TooOld);
    }
    let mut nonce = greeting.nonce();
    let mut plugin = greeting.auth_plugin().unwrap_or(AuthPlugin::MysqlNativePassword).into_owned();
    // A method that is not spoken: the server switches when it is told of another.
    if check(&plugin).is_err() {
        plugin = AuthPlugin::MysqlNativePassword;
    }
    let secret = |nonce: &[u8]| Secret {
        password: address.password.as_bytes().to_vec(),
        nonce: nonce.to_vec(),
    };
    let mut login = plugin.init().map_err(MySqlError::protocol)?;
    let first = login.run(secret(&nonce), &nonce).map_err(MySqlError::protocol)?;
    let response = HandshakeResponse::new(
        Some(first.data().unwrap_or_default()),
        (8, 0, 0),
        Some(address.user.as_bytes()),
        Some(address.database.as_bytes()),
        Some(plugin.clone()),
        capabilities,
        None::<HashMap<String, String>>,
        MOST_OF_A_PACKET as u32,
    );
    channel.send_packet(&response).await?;

    for _ in 0..MOST_STEPS {
        let packet = channel.receive().await?;
        match packet.first() {
            Some(0x00) => return Ok(()),
            Some(0xFF) => return Err(channel.error_of(&packet)),
            Some(0xFE) if packet.len() > 1 => {
                let switch: AuthSwitchRequest<'_> =
                    ParseBuf(&packet).parse(()).map_err(MySqlError::protocol)?;
                plugin = switch.auth_plugin().into_owned();
                check(&plugin)?;
                nonce = switch.plugin_data().to_vec();
                if nonce.is_empty() {
                    return Err(MySqlError::protocol("a login without a challenge"));
                }
                login = plugin.init().map_err(MySqlError::protocol)?;
                let response = login.run(secret(&nonce), &nonce).map_err(MySqlError::protocol)?;
                channel.send(response.data().unwrap_or_default()).await?;
            }
            Some(0x01) => {
                let more: AuthMoreData<'_> =
                    ParseBuf(&packet).parse(()).map_err(MySqlError::protocol)?;
                if more.data().len() > 1 {
                    check_key(more.data(), address.password.len())?;
                }
                let response =
                    login.run(secret(&nonce), more.data()).map_err(MySqlError::protocol)?;
                if let Response::Next { packet: Some(data) }
                | Response::Last { packet: Some(data) } = response
                {
                    channel.send(&data).await?;
                }
            }
            _ => return Err(MySqlError::protocol("an unknown step of the login")),
        }
    }
    Err(MySqlError::protocol("the login has no end"))
}

/// Only methods that never send the password itself.
fn check(plugin: &AuthPlugin<'_>) -> Result<(), MySqlError> {
    match plugin {
        AuthPlugin::MysqlNativePassword
        | AuthPlugin::CachingSha2Password
        | AuthPlugin::Sha256Password => Ok(()),
        // The old server's name for nothing more than itself.
        AuthPlugin::MysqlOldPassword
        | AuthPlugin::MysqlClearPassword
        | AuthPlugin::Ed25519
        | AuthPlugin::Parsec
        | AuthPlugin::Other(_) => {
            let name = String::from_utf8_lossy(plugin.as_bytes());
            let method = name.chars().filter(|c| !c.is_control()).take(40).collect();
            Err(MySqlError::Login { method })
        }
    }
}

/// What a login method is told.
struct Secret {
    password: Vec<u8>,
    nonce: Vec<u8>,
}

impl Context for Secret {
    fn pass(&self) -> &[u8] {
        &self.password
    }

    fn is_ipc_transport(&self) -> bool {
        false
    }

    fn is_tls_transport(&self) -> bool {
        false
    }

    fn scramble(&self) -> &[u8] {
        &self.nonce
    }

    fn server_key_pem(&self) -> Option<&[u8]> {
        None
    }
}

/// Whether a server's public key is one that may be read: the library indexes into it
/// unchecked, and pads a password without asking whether there is room.
fn check_key(pem: &[u8], password: usize) -> Result<(), MySqlError> {
    let wrong = || MySqlError::protocol("its public key is not one");
    if pem.len() > MOST_OF_A_KEY {
        return Err(wrong());
    }
    let (der, _) = pem_to_der(pem).map_err(|_| wrong())?;
    let modulus = modulus(&der).ok_or_else(wrong)?;
    if modulus < LEAST_MODULUS {
        return Err(wrong());
    }
    if password + PADDING > modulus {
        return Err(MySqlError::protocol("the password is too long for its public key"));
    }
    Ok(())
}

/// How many bytes the modulus of a key has, if the key is whole: of PKCS #1 a sequence of
/// two numbers, of PKCS #8 that within a bit string after the algorithm's name.
fn modulus(der: &[u8]) -> Option<usize> {
    let (mut key, _) = element(der, 0x30)?;
    if let Some((_algorithm, rest)) = element(key, 0x30) {
        let (bits, _) = element(rest, 0x03)?;
        let (unused, inner) = bits.split_first()?;
        (*unused == 0).then_some(())?;
        (key, _) = element(inner, 0x30)?;
    }
    let (modulus, rest) = element(key, 0x02)?;
    element(rest, 0x02)?;
    let leading = modulus.iter().take_while(|byte| **byte == 0).count();
    Some(modulus.len() - leading)
}

/// The content of the first element, if it has this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    (*first == tag).then_some(())?;
    let (length, rest) = match *length {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
            // A key is far below 65,536 bytes.
            let length = match bytes {
                [one] => usize::from(*one),
                [high, low] => usize::from(*high) << 8 | usize::from(*low),
                _ => return None,
            };
            (length, rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use mysql_common::crypto::encrypt;
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxSKOcxiet8lLMn8ImyUE
bGGKob5EdRz/4wdiw12ED0GfKKTKhVnodFCfm1mdy7bKOX5QxL9skrvYodpW43eR
R5bfOzIgy1qIB8RYb6qOXRBw1oA4snBDqtUjDv/lbHLJN+IbzM4oU+e3Lt9rXyLX
VY289ewONPweXHqSCnTL91w+wkU1peIFV2QhZ+upUCdCtwOn5hnJPNgxtbklFoya
C8W3Z7Xx7He2QDJsEWAqX197efw0L6j8X8Tyd8Uwb7zUB1tfMGhHfm9EwejPAtzx
4GztQNtNMtGS2oGZLQBLV9hib4dDL92iiZeckg2LAf4GsJofLLR8mcHCRoqVbQJ1
YQIDAQAB
-----END PUBLIC KEY-----";

    #[test]
    fn a_key_is_used_for_passwords_that_fit() {
        assert_eq!(check_key(KEY.as_bytes(), 20), Ok(()));
        let most = 256 - PADDING;
        assert_eq!(check_key(KEY.as_bytes(), most), Ok(()));
        assert!(encrypt(&vec![7; most + 1], KEY.as_bytes()).is_ok());
        assert!(check_key(KEY.as_bytes(), most + 1).is_err());
    }

    proptest! {
        #[test]
        fn a_damaged_key_is_refused_or_used(at in 0_usize..420, with in "[A-Za-z0-9+/=]") {
            let mut pem = KEY.to_owned();
            let end = (at + 1).min(pem.len());
            pem.replace_range(at.min(end)..end, &with);
            if check_key(pem.as_bytes(), 30).is_ok() {
                let _ = encrypt(&[7; 31], pem.as_bytes());
            }
        }

        #[test]
        fn a_truncated_key_is_refused_or_used(cut in 0_usize..420) {
            let body: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
            let body = &body[..body.len().saturating_sub(cut) / 4 * 4];
            for kind in ["", "RSA "] {
                let pem =
                    format!("-----BEGIN {kind}PUBLIC KEY-----{body}-----END {kind}PUBLIC KEY-----");
                if check_key(pem.as_bytes(), 30).is_ok() {
                    let _ = encrypt(&[7; 31], pem.as_bytes());
                }
            }
        }
    }
}
