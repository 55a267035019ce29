//! `[[clients]]`: for whom a team works, and what is theirs.

use std::collections::BTreeMap;

use serde::Deserialize;
use trackward_core::Target;

/// Clients, each named once, and no target of two.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "Vec<Client>")]
pub(crate) struct Clients(pub(crate) Vec<Client>);

/// A client.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// Its name, as links carry it.
    pub(crate) name: String,
    /// What is its own: links to it are the client's.
    pub(crate) targets: Vec<Target>,
    /// What it is called in its reports, in place of its name.
    #[serde(default)]
    pub(crate) brand: Option<String>,
}

/// Longest name of a client, in characters.
const NAME_CHARS: usize = 100;

impl Clients {
    /// The clients as the domain knows them.
    pub(crate) fn of_core(&self) -> Vec<trackward_core::Client> {
        let client = |client: &Client| trackward_core::Client {
            name: client.name.clone(),
            targets: client.targets.clone(),
        };
        self.0.iter().map(client).collect()
    }

    /// What a client is called in its reports, where that is not its name.
    pub(crate) fn brand_of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|client| client.name == name)?.brand.as_deref()
    }
}

impl TryFrom<Vec<Client>> for Clients {
    type Error = String;

    fn try_from(clients: Vec<Client>) -> Result<Self, String> {
        let mut owners: BTreeMap<Target, &str> = BTreeMap::new();
        for (n, client) in clients.iter().enumerate() {
            let name = client.name.as_str();
            if name.trim().is_empty() || name.trim() != name || name.chars().count() > NAME_CHARS {
                return Err(format!(
                    "'{name}' is no name for a client: 1 to {NAME_CHARS} characters, no blanks around"
                ));
            }
            if clients[..n].iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
                return Err(format!("the client {name} is named twice, write one [[clients]] for it"));
            }
            if client.brand.as_deref().is_some_and(|brand| brand.trim().is_empty()) {
                return Err(format!("the brand of the client {name} is empty, write what it is called"));
            }
            if client.targets.is_empty() {
                return Err(format!("the client {name} has no targets, write targets = [\"example.com\"]"));
            }
            for target in &client.targets {
                if let Some(other) = owners.insert(target.clone(), name) {
                    return Err(format!("{target} belongs to both {other} and {name}"));
                }
            }
        }
        Ok(Self(clients))
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::{FILE_NAME, Settings};

    fn fault(text: &str) -> String {
        Settings::parse(text, FILE_NAME).unwrap_err().to_string()
    }

    fn client(name: &str, rest: &str) -> String {
        format!("[[clients]]\nname = \"{name}\"\n{rest}\n")
    }

    #[test]
    fn clients_are_read_and_what_they_own_is_ours() {
        let text = client("North", "targets = [\"north.example\"]\nbrand = \"North Ltd\"");
        let settings = Settings::parse(&text, FILE_NAME).unwrap();
        let target = trackward_core::Target::parse("https://www.north.example/a").unwrap();
        assert_eq!(settings.ours().client_of(&target), Some("North"));
        assert_eq!(settings.only_target(Some("North")).unwrap().to_string(), "north.example");
        assert_eq!(settings.only_target(None), None);
        let called = |name| settings.brand(name).unwrap().client;
        assert_eq!(
            (called(Some("North")).as_deref(), called(Some("South")), called(None)),
            (Some("North Ltd"), None, None)
        );
    }

    #[test]
    fn wrong_clients_say_what_is_wrong() {
        let targets = "targets = [\"north.example\"]";
        for (text, told) in [
            (client("", targets), "no name"),
            (client("North", ""), "targets"),
            (client("North", "targets = []"), "has no targets"),
            (client("North", targets) + &client("north", "targets = [\"x.example\"]"), "named twice"),
            (client("North", targets) + &client("South", targets), "both North and South"),
            (client("North", &format!("{targets}\nbrand = \" \"")), "brand"),
            (client("North", &format!("{targets}\ncolour = 1")), "colour"),
        ] {
            assert!(fault(&text).contains(told), "{text}: {}", fault(&text));
        }
        assert!(fault(&client(&"n".repeat(101), targets)).contains("100 characters"));
    }
}
