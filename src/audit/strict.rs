//! JSON that can be read in one way only: each member once, and numbers that every program reads alike.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The largest whole number that every reader of JSON has exactly (RFC 8785, RFC 7493).
const LARGEST: u64 = (1 << 53) - 1;

/// Reads a text; none if it is no JSON, or has a member twice, a fraction, or a number beyond 2^53 − 1.
pub(super) fn read(text: &str) -> Option<Value> {
    serde_json::from_str::<Strict>(text).ok().map(|strict| strict.0)
}

/// Reads what would be written with exactly these members: a list is no structure, and null is no missing member.
pub(super) fn exactly<T: DeserializeOwned + Serialize>(text: &str) -> Option<T> {
    let said = read(text)?;
    let found = T::deserialize(&said).ok()?;
    serde_json::to_value(&found).is_ok_and(|written| written == said).then_some(found)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON in its one form")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() <= LARGEST { Ok(value.into()) } else { Err(E::custom("a number too large")) }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        if value <= LARGEST { Ok(value.into()) } else { Err(E::custom("a number too large")) }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut found: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Strict(one)) = found.next_element()? {
            all.push(one);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = found.next_entry::<String, _>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_in_one_way_is_read() {
        for good in ["null", "[]", r#"{"a":{"b":[1,-1,9007199254740991,true,"é"]},"b":{}}"#] {
            assert_eq!(read(good), serde_json::from_str(good).ok(), "{good}");
        }
    }

    #[test]
    fn whatever_two_readers_may_read_otherwise_is_refused() {
        for bad in [
            "",
            "{",
            r#"{"a":1,"a":1}"#,
            r#"[{"b":{"a":1,"a":2}}]"#,
            "1.0",
            "1e3",
            "-0",
            "9007199254740992",
            "-9007199254740992",
            "01",
            "1 2",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
