use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

const SCHEME: &str = "mysql://";
const PORT: u16 = 3306;

/// Where a database is, and who asks: `mysql://user:password@host:port/database`, in
/// which `%40` stands for `@` and so on. Its password is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The server's name or number; of IPv6, without brackets.
    pub host: String,
    /// Its port; 3306 unless said.
    pub port: u16,
    /// Who asks.
    pub user: String,
    /// With which password; empty if there is none.
    pub password: String,
    /// The database within the server.
    pub database: String,
}

/// A text is no address of a database. The message has no part of a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address of the database {0}. Write mysql://user:password@host:3306/database, with %40 for an @ in a password and %2F for a slash"
)]
pub struct AddressError(&'static str);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = text
            .get(..SCHEME.len())
            .filter(|start| start.eq_ignore_ascii_case(SCHEME))
            .and_then(|_| text.get(SCHEME.len()..))
            .ok_or(AddressError("does not begin with mysql://"))?;
        let (rest, settings) = rest.split_once('?').unwrap_or((rest, ""));
        check_settings(settings)?;
        let (server, database) =
            rest.split_once('/').ok_or(AddressError("names no database after the host"))?;
        let (who, server) = server.rsplit_once('@').ok_or(AddressError("names no user"))?;
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let (host, port) = host_and_port(server)?;
        let address = Self {
            host: host.to_owned(),
            port,
            user: decoded(user, "has a user that is not UTF-8")?,
            password: decoded(password, "has a password that is not UTF-8")?,
            database: decoded(database, "has a database that is not UTF-8")?,
        };
        // What the protocol ends with a zero cannot hold one.
        if [&address.user, &address.password, &address.database].iter().any(|it| it.contains('\0'))
        {
            return Err(AddressError("holds a zero byte"));
        }
        if address.user.is_empty() {
            return Err(AddressError("names no user"));
        }
        if address.database.is_empty() {
            return Err(AddressError("names no database after the host"));
        }
        Ok(address)
    }
}

fn check_settings(settings: &str) -> Result<(), AddressError> {
    for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        match (name, value.to_ascii_lowercase().as_str()) {
            ("ssl-mode", "disabled") => {}
            ("ssl-mode", _) => {
                return Err(AddressError(
                    "asks for TLS, which is not spoken here: use ssl-mode=disabled over a private network, a tunnel or Hyperdrive",
                ));
            }
            _ => {
                return Err(AddressError(
                    "has a setting that is not known: there is ssl-mode=disabled",
                ));
            }
        }
    }
    Ok(())
}

fn host_and_port(server: &str) -> Result<(&str, u16), AddressError> {
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or(AddressError("has a [ without its ]"))?;
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some("")))
        }
        None => {
            server.split_once(':').map_or((server, Some("")), |(host, port)| (host, Some(port)))
        }
    };
    let port = match port.ok_or(AddressError("has no colon between host and port"))? {
        "" => Ok(PORT),
        port => port.parse().map_err(|_| AddressError("has a port that is not from 0 to 65535")),
    }?;
    if host.is_empty() { Err(AddressError("names no host")) } else { Ok((host, port)) }
}

fn decoded(text: &str, wrong: &'static str) -> Result<String, AddressError> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| AddressError(wrong))?;
    Ok(text.into_owned())
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Host, port and database: what a message may tell.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, database, .. } = self;
        if host.contains(':') {
            write!(f, "[{host}]:{port}/{database}")
        } else {
            write!(f, "{host}:{port}/{database}")
        }
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<Address, String> {
        text.parse::<Address>().map_err(|error| error.to_string())
    }

    #[test]
    fn every_part_is_read() {
        let address = parsed("mysql://ann:p%40ss%2F:word@db.example:3307/films").unwrap();
        assert_eq!(address.user, "ann");
        assert_eq!(address.password, "p@ss/:word");
        assert_eq!((address.host.as_str(), address.port), ("db.example", 3307));
        assert_eq!(address.database, "films");
        let address = parsed("MySQL://ann@[::1]/films?ssl-mode=DISABLED").unwrap();
        assert_eq!((address.host.as_str(), address.port), ("::1", PORT));
        assert_eq!(address.password, "");
        assert_eq!(address.to_string(), "[::1]:3306/films");
    }

    #[test]
    fn what_is_no_address_is_told_and_how_to_write_one() {
        for (text, part) in [
            ("", "does not begin with mysql://"),
            ("postgres://a:b@c/d", "does not begin with mysql://"),
            ("mysql://a:secret@c", "names no database"),
            ("mysql://a:secret@c/", "names no database"),
            ("mysql://c/d", "names no user"),
            ("mysql://:secret@c/d", "names no user"),
            ("mysql://a:secret@/d", "names no host"),
            ("mysql://a:secret@c:port/d", "port that is not"),
            ("mysql://a:secret@c:70000/d", "port that is not"),
            ("mysql://a:secret@[::1/d", "[ without its ]"),
            ("mysql://a:secret@[::1]3306/d", "no colon"),
            ("mysql://a:secret%00@c/d", "zero byte"),
            ("mysql://a:secret%ff@c/d", "not UTF-8"),
            ("mysql://a:secret@c/d?ssl-mode=required", "asks for TLS"),
            ("mysql://a:secret@c/d?charset=latin1", "not known"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
            assert!(error.contains("mysql://user:password@host"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            user in "[^\\x00]{1,12}",
            password in "[^\\x00]{0,12}",
            host in "[a-z][a-z0-9.-]{0,12}",
            port in any::<u16>(),
            database in "[^\\x00]{1,12}",
        ) {
            let [u, p, d] = [&user, &password, &database]
                .map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
            let read = format!("mysql://{u}:{p}@{host}:{port}/{d}").parse();
            prop_assert_eq!(read, Ok(Address { host, port, user, password, database }));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _ = text.parse::<Address>();
            let _ = format!("mysql://{text}").parse::<Address>();
        }

        #[test]
        fn a_password_is_never_printed(password in "[a-z]{12}", end in "[@:/?a-z0-9=%]{0,10}") {
            let text = format!("mysql://ann:{password}@host/{end}");
            let shown = match text.parse::<Address>() {
                Ok(address) => format!("{address} {address:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            prop_assert!(!shown.contains(&password) || end.contains(&password), "{shown}");
        }
    }
}
