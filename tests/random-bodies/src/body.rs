//! A body and what is found out about it.

/// A function that is compiled twice, and the calls that both halves are run with.
#[derive(Clone, Debug)]
pub struct Body {
    /// Of the function; unique in a batch.
    pub name: String,
    /// The whole function, without attributes.
    pub text: String,
    /// As in `body_1(0, true)`.
    pub calls: Vec<String>,
}

/// What a batch found out about a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both halves did the same.
    Same,
    /// Already the `async fn` does not compile.
    Invalid,
    /// The `async fn` compiles and the coroutine does not: the errors.
    Refused(String),
    /// The halves did not do the same: how.
    Differs(String),
    /// One of the halves did not end.
    Hangs,
}

impl Verdict {
    /// Whether the coroutine is at fault.
    pub fn is_failure(&self) -> bool {
        !matches!(self, Verdict::Same | Verdict::Invalid)
    }

    /// Whether it is a failure of the same kind, whatever the details.
    pub fn is_like(&self, other: &Verdict) -> bool {
        match (self, other) {
            (Verdict::Refused(_), Verdict::Refused(_)) => self.kind() == other.kind(),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// What is said of it in a word; of errors the first line, up to where names of the body may stand.
    pub fn kind(&self) -> &str {
        match self {
            Verdict::Same => "the same",
            Verdict::Invalid => "invalid",
            Verdict::Refused(errors) => {
                let line = errors.lines().next().unwrap_or_default();
                line.split('`').next().unwrap_or_default().trim_end()
            }
            Verdict::Differs(_) => "differs",
            Verdict::Hangs => "does not end",
        }
    }
}

impl Body {
    /// The function as a person would lay it out.
    pub fn pretty(&self) -> String {
        match syn::parse_file(&self.text) {
            Ok(file) => prettyplease::unparse(&file),
            Err(_) => self.text.clone(),
        }
    }
}
