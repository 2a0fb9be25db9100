//! Loops. Each ends by itself: it counts, or what it goes through ends.

use super::scope::Type;
use super::{Generator, Target};

impl Generator {
    /// `loop { .. }`, which breaks with a value if it is to have one.
    pub(super) fn endless(&mut self, of: Option<Type>) -> String {
        let counter = format!("c{}", self.fresh());
        let limit = self.random.u32(1..4);
        let base = self.scope.snapshot();
        let label = self.enter(of);
        let value = of.map(|of| self.simple(of)).unwrap_or_default();
        let first = format!("{counter} += 1; if {counter} > {limit} {{ break {value}; }}");
        let body = self.path(&base, &mut Vec::new(), |this| this.block(None, &[], &first));
        self.leave();
        self.scope.restore(&base);
        self.diverged = false;
        format!("{{ let mut {counter} = 0_u32; {label}loop {body} }}")
    }

    /// `while`, `while let` or `for`.
    pub(super) fn looped(&mut self) -> String {
        let counter = format!("c{}", self.fresh());
        let limit = self.random.u32(1..4);
        let counts = format!("let mut {counter} = 0_u32; ");
        let count = format!("{counter} += 1; ");
        let (number, guard) = (self.name(Type::Number), self.name(Type::Guard));
        let (one, other) = (self.guard(), self.guard());
        let asked = self.asked();
        let kind = if self.quiet > 0 { self.random.u32(0..4) } else { self.random.u32(0..9) };
        let (before, head, first, bound) = match kind {
            0 => (counts, format!("while {counter} < {limit}"), count, None),
            1 => (
                String::new(),
                format!("for {number} in 0..{limit}_u32"),
                String::new(),
                Some((number, Type::Number)),
            ),
            2 => (
                String::new(),
                format!("for {guard} in vec![{one}, {other}]"),
                String::new(),
                Some((guard, Type::Guard)),
            ),
            3 => (
                format!("let mut v{counter} = vec![{one}, {other}]; "),
                format!("while let Some({guard}) = v{counter}.pop()"),
                String::new(),
                Some((guard, Type::Guard)),
            ),
            4 => (counts, format!("while yield_!(ask({counter})){asked} < {limit}"), count, None),
            5 => (
                String::new(),
                format!("for {number} in yield_!(later(vec![1_u32, 2])){asked}"),
                String::new(),
                Some((number, Type::Number)),
            ),
            6 => (
                counts,
                format!(
                    "while let Some({number}) = yield_!(later(({counter} < {limit}).then_some({counter}))){asked}"
                ),
                count,
                Some((number, Type::Number)),
            ),
            7 => (
                String::new(),
                format!("for {guard} in yield_!(later([{one}, {other}])){asked}"),
                String::new(),
                Some((guard, Type::Guard)),
            ),
            _ => (
                counts,
                format!("while {counter} < {limit} && yield_!(ask({counter})){asked} < 9"),
                count,
                None,
            ),
        };
        let base = self.scope.snapshot();
        let label = self.enter(None);
        let bound: Vec<_> = bound.into_iter().collect();
        let body = self.path(&base, &mut Vec::new(), |this| this.block(None, &bound, &first));
        self.leave();
        self.scope.restore(&base);
        self.diverged = false;
        format!("{before}{label}{head} {body}")
    }

    fn enter(&mut self, of: Option<Type>) -> String {
        self.scope.loops += 1;
        let label = if self.percent(50) { format!("'l{}", self.fresh()) } else { String::new() };
        let locals = self.scope.len();
        self.targets.push(Target {
            label: label.clone(),
            is_block: false,
            of,
            left: Vec::new(),
            locals,
        });
        if label.is_empty() { label } else { format!("{label}: ") }
    }

    fn leave(&mut self) {
        self.targets.pop();
        self.scope.loops -= 1;
    }
}
