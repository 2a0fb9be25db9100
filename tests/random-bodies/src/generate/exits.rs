//! `return`, `break` and `continue`.

use super::scope::Type;
use super::{Generator, Returns};

impl Generator {
    /// A jump, if there is somewhere to go. What follows it is not reached.
    pub(super) fn jump(&mut self) -> Option<String> {
        self.size -= 1;
        if self.targets.is_empty() || self.percent(20) {
            let value = self.returned();
            self.diverged = true;
            return Some(format!("return {value}"));
        }
        let chosen = self.random.usize(0..self.targets.len());
        let innermost = self.targets.iter().rposition(|target| !target.is_block);
        let target = &self.targets[chosen];
        let (mut label, is_block, of, locals) =
            (target.label.clone(), target.is_block, target.of, target.locals);
        if label.is_empty() && innermost != Some(chosen) {
            return None;
        }
        if !is_block && innermost == Some(chosen) && self.percent(50) {
            label = String::new();
        }
        if !is_block && self.percent(50) {
            self.diverged = true;
            return Some(format!("continue {label}"));
        }
        let value = match of {
            None => String::new(),
            Some(of) if self.may_wait() => self.wait(of),
            Some(of) => self.simple(of),
        };
        if is_block {
            let mut left = self.scope.snapshot();
            left.truncate(locals);
            self.targets[chosen].left.push(left);
        }
        self.diverged = true;
        Some(format!("break {label} {value}"))
    }

    fn returned(&mut self) -> String {
        match self.returns {
            Returns::Fallible => match self.random.u32(0..4) {
                0 => format!("Err(io::Error::other(\"e{}\"))", self.fresh()),
                1 if self.quiet == 0 => format!("Ok({})", self.wait(Type::Number)),
                _ => format!("Ok({})", self.number()),
            },
            Returns::Nothing => "Ok(())".to_owned(),
            Returns::Option => {
                if self.percent(50) {
                    "None".to_owned()
                } else {
                    format!("Some({})", self.number())
                }
            }
            Returns::Plain => self.number(),
        }
    }
}
