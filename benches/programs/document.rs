//! A program of the usual kind: a document is parsed into a tree, and several functions walk it.

use std::fmt::Write;

/// A JSON value.
#[derive(Debug, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// A document of some 5 KB: 25 orders, each with four goods. `fastrace` keeps up to 10,240 spans of a batch; these
/// fit.
#[must_use]
pub fn text() -> String {
    let mut text = String::from("[");
    for order in 0..25_u32 {
        let comma = if order == 0 { "" } else { ",\n" };
        let customer = order * 7919 % 1000;
        write!(text, "{comma}{{\"order\": {order}, \"customer\": \"customer {customer}\", \"paid\": true, ")
            .expect("a string takes text");
        text.push_str("\"note\": null, \"goods\": [");
        for good in 0..4 {
            let comma = if good == 0 { "" } else { ", " };
            let price = f64::from(order * 31 + good * 17) / 4.0;
            write!(text, "{comma}{{\"name\": \"good {good}\", \"price\": {price}}}")
                .expect("a string takes text");
        }
        text.push_str("]}");
    }
    text.push_str("]\n");
    text
}

/// Parses the document and walks it, so many times.
///
/// # Panics
///
/// If the text is not JSON.
#[must_use]
pub fn documents(text: &str, times: u64) -> u64 {
    (0..times).fold(0, |sum: u64, _| sum.wrapping_add(document(text)))
}

// traced
fn document(text: &str) -> u64 {
    let json = parse(text).expect("the document is JSON");
    // local: json
    let names = names(&json);
    // local: names
    values(&json) + depth(&json) + names.len() as u64 + longest(&json) as u64 + total(&json).to_bits() % 2
}

// traced
fn parse(text: &str) -> Result<Json, String> {
    let mut parser = Parser { bytes: text.as_bytes(), at: 0 };
    let json = parser.value()?;
    // local: json
    parser.blanks();
    if parser.at == text.len() { Ok(json) } else { Err(parser.wrong("the end")) }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    // traced
    fn value(&mut self) -> Result<Json, String> {
        self.blanks();
        match self.peek() {
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            _ => self.number(),
        }
    }

    // traced
    fn word(&mut self, word: &str, json: Json) -> Result<Json, String> {
        // local: json
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(json)
        } else {
            Err(self.wrong(word))
        }
    }

    // traced
    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let number = text.parse().map_err(|_| self.wrong("a value"))?;
        Ok(Json::Number(number))
    }

    // traced
    fn string(&mut self) -> Result<String, String> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        // local: text
        loop {
            let byte = self.peek().ok_or_else(|| self.wrong("`\"`"))?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(text).map_err(|_| self.wrong("UTF-8")),
                b'\\' => {
                    text.push(self.escaped()?);
                }
                byte => text.push(byte),
            }
        }
    }

    // traced
    fn escaped(&mut self) -> Result<u8, String> {
        let byte = self.peek().ok_or_else(|| self.wrong("an escape"))?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(byte),
            b'n' => Ok(b'\n'),
            b't' => Ok(b'\t'),
            _ => Err(self.wrong("a known escape")),
        }
    }

    // traced
    fn list(&mut self) -> Result<Json, String> {
        self.expect(b'[')?;
        let mut list = Vec::new();
        // local: list
        while self.goes_on(b']', list.is_empty())? {
            list.push(self.value()?);
        }
        Ok(Json::List(list))
    }

    // traced
    fn object(&mut self) -> Result<Json, String> {
        self.expect(b'{')?;
        let mut fields = Vec::new();
        // local: fields
        while self.goes_on(b'}', fields.is_empty())? {
            self.blanks();
            let name = self.string()?;
            // local: name
            self.blanks();
            self.expect(b':')?;
            let value = self.value()?;
            // local: value
            fields.push((name, value));
        }
        Ok(Json::Object(fields))
    }

    /// Whether there is another one before the end, behind a comma unless it is the first.
    // traced
    fn goes_on(&mut self, end: u8, first: bool) -> Result<bool, String> {
        self.blanks();
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    // traced
    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.wrong(&format!("`{}`", char::from(byte))))
        }
    }

    // traced
    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Not traced: it is called for each byte.
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    // traced
    fn wrong(&self, expected: &str) -> String {
        format!("byte {}: {expected} is expected", self.at)
    }
}

// traced
fn values(json: &Json) -> u64 {
    match json {
        Json::List(list) => 1 + list.iter().map(values).sum::<u64>(),
        Json::Object(fields) => 1 + fields.iter().map(|(_, value)| values(value)).sum::<u64>(),
        _ => 1,
    }
}

// traced
fn depth(json: &Json) -> u64 {
    match json {
        Json::List(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Json::Object(fields) => 1 + fields.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 1,
    }
}

// traced
fn total(json: &Json) -> f64 {
    match json {
        Json::Number(number) => *number,
        Json::List(list) => list.iter().map(total).sum(),
        Json::Object(fields) => fields.iter().map(|(_, value)| total(value)).sum(),
        _ => 0.0,
    }
}

// traced
fn longest(json: &Json) -> usize {
    match json {
        Json::Text(text) => text.len(),
        Json::List(list) => list.iter().map(longest).max().unwrap_or(0),
        Json::Object(fields) => fields.iter().map(|(_, value)| longest(value)).max().unwrap_or(0),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    }
}

/// The names of all fields, each once.
// traced
fn names(json: &Json) -> Vec<String> {
    let mut found = Vec::new();
    // local: found
    add_names(json, &mut found);
    found
}

// traced
fn add_names(json: &Json, found: &mut Vec<String>) {
    match json {
        Json::List(list) => list.iter().for_each(|json| add_names(json, found)),
        Json::Object(fields) => {
            for (name, value) in fields {
                if !found.contains(name) {
                    found.push(name.clone());
                }
                add_names(value, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, parse, text, total, values};

    #[test]
    fn it_is_parsed() {
        let parsed = parse(r#" {"a": [1, -2.5, "x\n"], "b": {}} "#).expect("JSON");
        let list = vec![Json::Number(1.0), Json::Number(-2.5), Json::Text("x\n".to_owned())];
        let object = Json::Object(vec![
            ("a".to_owned(), Json::List(list)),
            ("b".to_owned(), Json::Object(Vec::new())),
        ]);
        assert_eq!(parsed, object);
        assert!(total(&parsed) < 0.0 && parse("[1,]").is_err() && parse("1 2").is_err());
    }

    #[test]
    fn it_is_as_long_as_it_should_be() {
        let text = text();
        assert!((4_000..6_500).contains(&text.len()), "{}", text.len());
        assert_eq!(values(&parse(&text).expect("JSON")), 1 + 25 * (6 + 4 * 3));
    }
}
