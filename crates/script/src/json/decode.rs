//! Reading JSON: a tokenizer and a recursive reader over it, with lua-cjson's texts and positions.

use crate::fault::Fault;
use mlua::{Lua, Value};

enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Text(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    Error(&'static str),
}

impl Token {
    fn name(&self) -> &'static str {
        match self {
            Self::ObjectBegin => "T_OBJ_BEGIN",
            Self::ObjectEnd => "T_OBJ_END",
            Self::ArrayBegin => "T_ARR_BEGIN",
            Self::ArrayEnd => "T_ARR_END",
            Self::Text(_) => "T_STRING",
            Self::Number(_) => "T_NUMBER",
            Self::Boolean(_) => "T_BOOLEAN",
            Self::Null => "T_NULL",
            Self::Colon => "T_COLON",
            Self::Comma => "T_COMMA",
            Self::End => "T_END",
            Self::Error(what) => what,
        }
    }
}

/// One value and nothing behind it.
pub(super) fn decode(
    lua: &Lua,
    text: &[u8],
    depth_max: i64,
    takes_invalid: bool,
) -> Result<Value, Fault> {
    if text.len() >= 2 && (text[0] == 0 || text[1] == 0) {
        return Err(Fault::text("JSON parser does not support UTF-16 or UTF-32"));
    }
    let mut reader = Reader { lua, text, at: 0, token_at: 0, depth: 0, depth_max, takes_invalid };
    let first = reader.token();
    let value = reader.value(first)?;
    match reader.token() {
        Token::End => Ok(value),
        other => Err(reader.expected("the end", &other)),
    }
}

struct Reader<'a> {
    lua: &'a Lua,
    text: &'a [u8],
    at: usize,
    /// Where the last token, or what is wrong with it, begins.
    token_at: usize,
    depth: i64,
    depth_max: i64,
    takes_invalid: bool,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn expected(&self, what: &str, found: &Token) -> Fault {
        let (found, at) = (found.name(), self.token_at + 1);
        Fault::text(format!("Expected {what} but found {found} at character {at}"))
    }

    fn value(&mut self, token: Token) -> Result<Value, Fault> {
        Ok(match token {
            Token::Text(text) => Value::String(self.lua.create_string(text)?),
            Token::Number(number) => Value::Number(number),
            Token::Boolean(on) => Value::Boolean(on),
            Token::Null => Value::NULL,
            Token::ObjectBegin => self.object()?,
            Token::ArrayBegin => self.array()?,
            other => return Err(self.expected("value", &other)),
        })
    }

    fn descend(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > self.depth_max {
            let (depth, at) = (self.depth, self.at);
            let text = format!("Found too many nested data structures ({depth}) at character {at}");
            return Err(Fault::text(text));
        }
        Ok(())
    }

    fn object(&mut self) -> Result<Value, Fault> {
        self.descend()?;
        let table = self.lua.create_table()?;
        let mut token = self.token();
        if !matches!(token, Token::ObjectEnd) {
            loop {
                let Token::Text(key) = token else {
                    return Err(self.expected("object key string", &token));
                };
                match self.token() {
                    Token::Colon => {}
                    other => return Err(self.expected("colon", &other)),
                }
                let first = self.token();
                let value = self.value(first)?;
                table.raw_set(self.lua.create_string(key)?, value)?;
                match self.token() {
                    Token::ObjectEnd => break,
                    Token::Comma => token = self.token(),
                    other => return Err(self.expected("comma or object end", &other)),
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Table(table))
    }

    fn array(&mut self) -> Result<Value, Fault> {
        self.descend()?;
        let table = self.lua.create_table()?;
        let mut token = self.token();
        if !matches!(token, Token::ArrayEnd) {
            loop {
                let value = self.value(token)?;
                table.raw_push(value)?;
                match self.token() {
                    Token::ArrayEnd => break,
                    Token::Comma => token = self.token(),
                    other => return Err(self.expected("comma or array end", &other)),
                }
            }
        }
        self.depth -= 1;
        Ok(Value::Table(table))
    }

    fn token(&mut self) -> Token {
        while matches!(self.peek(0), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.token_at = self.at;
        let single = match self.peek(0) {
            b'{' => Token::ObjectBegin,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayBegin,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            0 => return Token::End,
            b'"' => return self.text(),
            b'-' | b'0'..=b'9' => return self.number(),
            _ => return self.word(),
        };
        self.at += 1;
        single
    }

    fn error(&mut self, what: &'static str) -> Token {
        self.token_at = self.at;
        Token::Error(what)
    }

    fn word(&mut self) -> Token {
        let rest = &self.text[self.at..];
        for (word, token) in [
            (&b"true"[..], Token::Boolean(true)),
            (b"false", Token::Boolean(false)),
            (b"null", Token::Null),
        ] {
            if rest.starts_with(word) {
                self.at += word.len();
                return token;
            }
        }
        if self.takes_invalid && self.is_invalid_number() {
            return self.number();
        }
        self.error("invalid token")
    }

    fn number(&mut self) -> Token {
        if !self.takes_invalid && self.is_invalid_number() {
            return self.error("invalid number");
        }
        match c_number(&self.text[self.at..]) {
            Some((number, len)) => {
                self.at += len;
                Token::Number(number)
            }
            None => self.error("invalid number"),
        }
    }

    /// What C takes for a number and JSON does not.
    fn is_invalid_number(&self) -> bool {
        let begin = usize::from(self.peek(0) == b'-');
        match self.peek(begin) {
            b'0' => matches!(self.peek(begin + 1), b'x' | b'X' | b'0'..=b'9'),
            b'+' => begin == 0,
            _ => [&b"inf"[..], b"nan"].iter().any(|word| {
                let rest = &self.text[self.at + begin..];
                rest.len() >= 3 && rest[..3].eq_ignore_ascii_case(word)
            }),
        }
    }

    fn text(&mut self) -> Token {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            match self.peek(0) {
                b'"' => {
                    self.at += 1;
                    return Token::Text(text);
                }
                0 => return self.error("unexpected end of string"),
                b'\\' => {
                    let plain = match self.peek(1) {
                        byte @ (b'"' | b'\\' | b'/') => byte,
                        b'b' => 8,
                        b't' => 9,
                        b'n' => 10,
                        b'f' => 12,
                        b'r' => 13,
                        b'u' => {
                            let Some((one, len)) = self.escape() else {
                                return self.error("invalid unicode escape code");
                            };
                            let mut utf8 = [0; 4];
                            text.extend_from_slice(one.encode_utf8(&mut utf8).as_bytes());
                            self.at += len;
                            continue;
                        }
                        _ => return self.error("invalid escape code"),
                    };
                    text.push(plain);
                    self.at += 2;
                }
                byte => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    /// `\uXXXX` at the current place, or a pair of surrogates: the character and its length.
    fn escape(&self) -> Option<(char, usize)> {
        let high = self.hex4(2)?;
        if high & 0xF800 != 0xD800 {
            return Some((char::from_u32(high)?, 6));
        }
        if high & 0x400 != 0 || self.peek(6) != b'\\' || self.peek(7) != b'u' {
            return None;
        }
        let low = self.hex4(8).filter(|low| low & 0xFC00 == 0xDC00)?;
        let one = ((high & 0x3FF) << 10 | (low & 0x3FF)) + 0x1_0000;
        Some((char::from_u32(one)?, 12))
    }

    fn hex4(&self, ahead: usize) -> Option<u32> {
        (0..4).try_fold(0, |sum, digit| {
            Some(sum << 4 | (self.peek(ahead + digit) as char).to_digit(16)?)
        })
    }
}

/// The longest number at the beginning, as C's `strtod` reads it, and its length.
fn c_number(text: &[u8]) -> Option<(f64, usize)> {
    let sign_len = usize::from(matches!(text.first(), Some(b'-' | b'+')));
    let sign = if text.first() == Some(&b'-') { -1.0 } else { 1.0 };
    let rest = &text[sign_len..];
    let has = |word: &str| {
        rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes())
    };
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if has(word) {
            return Some((sign * value, sign_len + word.len()));
        }
    }
    if has("0x") && rest.get(2).is_some_and(u8::is_ascii_hexdigit) {
        let digits = rest[2..].iter().take_while(|byte| byte.is_ascii_hexdigit());
        let value = digits.clone().fold(0.0, |sum, byte| {
            sum * 16.0 + f64::from((*byte as char).to_digit(16).unwrap_or(0))
        });
        return Some((sign * value, sign_len + 2 + digits.count()));
    }
    let digits = |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut len = digits(0);
    let mut count = len;
    if rest.get(len) == Some(&b'.') {
        let fraction = digits(len + 1);
        count += fraction;
        len += 1 + fraction;
    }
    if count == 0 {
        return None;
    }
    if matches!(rest.get(len), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.get(len + 1), Some(b'-' | b'+')));
        let exponent = if rest.len() > len + 1 + signed { digits(len + 1 + signed) } else { 0 };
        len += if exponent > 0 { 1 + signed + exponent } else { 0 };
    }
    let number: f64 = std::str::from_utf8(&rest[..len]).ok()?.parse().ok()?;
    Some((sign * number, sign_len + len))
}
