//! Reads JSON as `docs/commands.json` has it: a value at a time, from the front of a text.
//!
//! Numbers are read as floats; escapes in texts are taken as far as that file uses them. Not for
//! texts of others: depth is not limited.

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole text.
    ///
    /// # Errors
    /// A text with the offset at which no value begins or something follows.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let value = reader.value()?;
        reader.blank();
        if reader.at == reader.bytes.len() { Ok(value) } else { Err(reader.error()) }
    }

    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.pairs().iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// The text of a member, empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Self::Text(text)) => text,
            _ => "",
        }
    }

    /// The members of an object.
    pub(super) fn pairs(&self) -> &[(String, Self)] {
        if let Self::Object(pairs) = self { pairs } else { &[] }
    }

    /// The items of a member that is a list.
    pub(super) fn list(&self, name: &str) -> &[Self] {
        if let Some(Self::List(items)) = self.get(name) { items } else { &[] }
    }

    /// Whether a member that is a list has this text.
    pub(super) fn lists(&self, name: &str, text: &str) -> bool {
        self.list(name).iter().any(|item| matches!(item, Self::Text(t) if t == text))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn error(&self) -> String {
        format!("not JSON at byte {}", self.at)
    }

    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Takes `word` if it comes next.
    fn takes(&mut self, word: &str) -> bool {
        self.blank();
        let is_next = self.bytes[self.at..].starts_with(word.as_bytes());
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    fn value(&mut self) -> Result<Json, String> {
        for (word, value) in [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
            ("[]", Json::List(Vec::new())),
            ("{}", Json::Object(Vec::new())),
        ] {
            if self.takes(word) {
                return Ok(value);
            }
        }
        match self.bytes.get(self.at) {
            Some(b'"') => self.text().map(Json::Text),
            Some(b'[') => self.list(Self::value, "]").map(Json::List),
            Some(b'{') => self.list(Self::pair, "}").map(Json::Object),
            _ => self.number(),
        }
    }

    /// The items up to `end`; one opening byte comes first.
    fn list<T>(
        &mut self,
        item: fn(&mut Self) -> Result<T, String>,
        end: &str,
    ) -> Result<Vec<T>, String> {
        self.at += 1;
        let mut items = vec![item(self)?];
        while self.takes(",") {
            items.push(item(self)?);
        }
        if self.takes(end) { Ok(items) } else { Err(self.error()) }
    }

    fn pair(&mut self) -> Result<(String, Json), String> {
        self.blank();
        let name = self.text()?;
        if !self.takes(":") {
            return Err(self.error());
        }
        Ok((name, self.value()?))
    }

    fn text(&mut self) -> Result<String, String> {
        if !self.takes("\"") {
            return Err(self.error());
        }
        let mut text = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at).ok_or_else(|| self.error())?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(text).map_err(|_| self.error()),
                b'\\' => {
                    let escaped = *self.bytes.get(self.at).ok_or_else(|| self.error())?;
                    self.at += 1;
                    text.push(match escaped {
                        b'n' => b'\n',
                        b't' => b'\t',
                        b'"' | b'\\' | b'/' => escaped,
                        _ => return Err(self.error()),
                    });
                }
                other => text.push(other),
            }
        }
    }

    fn number(&mut self) -> Result<Json, String> {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().take_while(|b| b"+-.eE".contains(b) || b.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..len]).ok().and_then(|text| text.parse().ok());
        let number = number.ok_or_else(|| self.error())?;
        self.at += len;
        Ok(Json::Number(number))
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn reads_what_the_rows_use() {
        let json = Json::parse(r#"{"a": [1, -2, true], "b": {"c": "x\"y\n"}, "d": []}"#).unwrap();
        assert_eq!(json.list("a"), [Json::Number(1.0), Json::Number(-2.0), Json::Bool(true)]);
        assert_eq!(json.get("b").unwrap().text("c"), "x\"y\n");
        assert!(json.list("d").is_empty());
        assert!(Json::parse("[1,").is_err());
        assert!(Json::parse("{} x").is_err());
    }
}
