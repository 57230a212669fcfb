//! Names in conditions, brought to the catalogue's spelling.

use usher_names::{Field, Resolution};
use usher_protocol::ErrorKind;

use crate::arguments::shortened;
use crate::outcome::{Failure, failure};
use crate::ports::Ports;

/// Resolves names, and remembers what it corrected so that the message says so.
pub(crate) struct Resolver<'a, P> {
    ports: &'a P,
    corrections: Vec<String>,
}

impl<'a, P: Ports> Resolver<'a, P> {
    pub(crate) fn new(ports: &'a P) -> Self {
        Self { ports, corrections: Vec::new() }
    }

    /// Replaces each name of a list by the catalogue's. One may become several.
    pub(crate) fn resolve_all(
        &mut self,
        field: Field,
        list: &mut Option<Vec<String>>,
    ) -> Result<(), Failure> {
        let Some(names) = list else { return Ok(()) };
        let mut resolved: Vec<String> = Vec::new();
        for name in names.iter() {
            for known in self.resolve(field, name)? {
                if !resolved.contains(&known) {
                    resolved.push(known);
                }
            }
        }
        *names = resolved;
        Ok(())
    }

    /// Replaces a name by the catalogue's.
    pub(crate) fn resolve_one(
        &mut self,
        field: Field,
        name: &mut Option<String>,
    ) -> Result<(), Failure> {
        if let Some(name) = name
            && let Some(known) = self.resolve(field, name)?.into_iter().next()
        {
            *name = known;
        }
        Ok(())
    }

    fn resolve(&mut self, field: Field, name: &str) -> Result<Vec<String>, Failure> {
        match self.ports.names().resolve(field, name) {
            Resolution::Known(names) => Ok(names),
            Resolution::Corrected(known) => {
                self.corrections.push(format!("{} → {known}", shortened(name)));
                Ok(vec![known])
            }
            Resolution::Unknown { nearest } => Err(failure(
                ErrorKind::UnknownValue,
                format!("The catalogue has no {} {:?}.", noun(field), shortened(name)),
                match nearest.as_slice() {
                    [] => "Use a name that the catalogue has.".to_owned(),
                    nearest => format!("The nearest: {}.", nearest.join(", ")),
                },
            )),
        }
    }

    /// What was corrected, as the beginning of a message; empty if nothing was.
    pub(crate) fn corrections(&self) -> String {
        if self.corrections.is_empty() {
            String::new()
        } else {
            format!("Corrected: {}. ", self.corrections.join(", "))
        }
    }
}

fn noun(field: Field) -> &'static str {
    match field {
        Field::Actor => "actor",
        Field::Director => "director",
        Field::Producer => "producer",
        Field::Genre => "genre",
        Field::Country => "country",
        Field::AgeRating => "age rating",
    }
}
