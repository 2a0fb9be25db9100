//! Code as one line for people: comments of the generated states.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use crate::macros;

/// The tokens in a line, spaced as rustfmt would.
pub(crate) fn of(code: &impl ToTokens) -> String {
    let mut line = Line::default();
    line.write(macros::restore(code.to_token_stream()));
    line.text
}

#[derive(Default)]
struct Line {
    text: String,
    /// Nothing may stand between the last token and the next.
    glued: bool,
    last_is_word: bool,
    /// Inside `::<..>`.
    generic: bool,
    /// Between the bars of a closure.
    closure: bool,
}

impl Line {
    fn write(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Punct(punct) => {
                    let mut operator = punct.as_char().to_string();
                    let mut spacing = punct.spacing();
                    while spacing == Spacing::Joint {
                        let Some(TokenTree::Punct(next)) = tokens.peek() else { break };
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.operator(&operator);
                }
                word => self.word(&word.to_string()),
            }
        }
    }

    fn space(&mut self) {
        if !self.glued && !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn word(&mut self, word: &str) {
        self.space();
        self.text.push_str(word);
        self.glued = false;
        self.last_is_word = true;
    }

    fn operator(&mut self, operator: &str) {
        let (before, after) = match operator {
            "." | "::" | ".." | "..=" | "'" => (false, false),
            "?" | "," | ";" | ":" => (false, true),
            "!" if self.last_is_word => (false, false),
            "&" | "*" | "-" | "!" if !self.last_is_word => (true, false),
            "&" if self.text.ends_with("in") => (true, false),
            "::<" => {
                self.generic = true;
                (false, false)
            }
            "<" | ">" | ">>" if self.generic => {
                self.generic = operator == "<";
                (false, false)
            }
            "|" if self.closure => {
                self.closure = false;
                (false, true)
            }
            "|" if !self.last_is_word => {
                self.closure = true;
                (true, false)
            }
            _ => (true, true),
        };
        if before {
            self.space();
        }
        self.text.push_str(operator);
        self.glued = !after;
        // A `?` or a closing `>` ends an operand as a word does.
        self.last_is_word = matches!(operator, "?");
    }

    fn group(&mut self, delimiter: Delimiter, inner: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        let attached =
            self.last_is_word && delimiter != Delimiter::Brace && !ends_with_keyword(&self.text);
        if !attached {
            self.space();
        }
        if delimiter == Delimiter::Brace && inner.is_empty() {
            self.text.push_str("{}");
        } else {
            self.text.push_str(open);
            self.glued = true;
            self.last_is_word = false;
            self.write(inner);
            self.text.push_str(close);
        }
        self.glued = false;
        self.last_is_word = true;
    }
}

fn ends_with_keyword(text: &str) -> bool {
    let word = text.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    matches!(
        word,
        "in" | "if" | "while" | "match" | "let" | "return" | "mut" | "as" | "else" | "move" | "ref"
    )
}

#[cfg(test)]
mod tests {
    use super::of;

    #[track_caller]
    fn check(code: &str) {
        let tokens: proc_macro2::TokenStream = code.parse().expect("a test's code has tokens");
        assert_eq!(of(&tokens), code);
    }

    #[test]
    fn code_reads_as_it_was_written() {
        check("sock.connect(&site).timeout(Duration::from_secs(3))");
        check("sock.write(\"GET / HTTP/1.0\\r\\n\\r\\n\")");
        check("while let Some(chunk) = yield_!(sock.read())?");
        check("shown < N && !done");
        check("for name in &names[1..n]");
        check("ask(format!(\"text {key}\"))");
        check("'outer: loop");
        check("match (a, -b * 2)");
        check("items.iter().map(|x| x + 1).collect::<Vec<u32>>()");
    }
}
