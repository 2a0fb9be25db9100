//! `if`, `if let`, `match` and blocks, as values or as statements.

use super::scope::{Snapshot, Type};
use super::{Generator, Target};

impl Generator {
    /// A construct of this type; a statement if there is none.
    pub(super) fn construct(&mut self, of: Option<Type>) -> String {
        self.size -= 2;
        match self.random.u32(0..8) {
            0 | 1 => self.if_else(of),
            2 | 3 => self.matched(of),
            4 => self.block(of, &[], ""),
            5 => self.labelled_block(of),
            6 if self.scope.loops < 2 => self.endless(of),
            _ => self.if_let(of),
        }
    }

    pub(super) fn if_else(&mut self, of: Option<Type>) -> String {
        let mut text = format!("if {} ", self.head());
        let base = self.scope.snapshot();
        let mut paths = Vec::new();
        text += &self.path(&base, &mut paths, |this| this.block(of, &[], ""));
        if self.percent(25) {
            self.scope.restore(&base);
            // Only what does not move: its condition is not on every path.
            text += &format!(" else if {} ", self.head());
            text += &self.path(&base, &mut paths, |this| this.block(of, &[], ""));
        }
        text += &self.otherwise(of, &base, &mut paths);
        self.meet(&base, &paths);
        text
    }

    /// ` else { .. }`, which a value needs.
    fn otherwise(
        &mut self,
        of: Option<Type>,
        base: &Snapshot,
        paths: &mut Vec<Snapshot>,
    ) -> String {
        if of.is_some() || self.percent(40) {
            let block = self.path(base, paths, |this| this.block(of, &[], ""));
            format!(" else {block}")
        } else {
            paths.push(base.clone());
            String::new()
        }
    }

    pub(super) fn if_let(&mut self, of: Option<Type>) -> String {
        let (guard, number) = (self.name(Type::Guard), self.name(Type::Number));
        let (base, head, bound);
        match self.random.u32(0..5) {
            0 => {
                let Some(taken) = self.find(Type::MaybeGuard, true) else {
                    return self.if_else(of);
                };
                let name = self.scope.local(taken).name.clone();
                base = self.scope.snapshot();
                // Moved where the pattern matches only; what is left elsewhere is `None`.
                self.scope.set(taken, super::Held::Gone);
                head = format!("if let Some({guard}) = {name} ");
                bound = (guard, Type::Guard);
            }
            1 => {
                let value = self.value_of_head(Type::MaybeGuard);
                base = self.scope.snapshot();
                head = format!("if let Some({guard}) = {value} ");
                bound = (guard, Type::Guard);
            }
            2 => {
                let condition = self.condition();
                let value = self.value_of_head(Type::MaybeNumber);
                base = self.scope.snapshot();
                head = format!("if {condition} && let Some({number}) = {value} && {number} < 3 ");
                bound = (number, Type::Number);
            }
            _ => {
                let value = self.value_of_head(Type::MaybeNumber);
                base = self.scope.snapshot();
                let pattern = self.one_of(&["Some(#)", "Some(# @ 1..=3)"]).replace('#', number);
                head = format!("if let {pattern} = {value} ");
                bound = (number, Type::Number);
            }
        }
        let entered = self.scope.snapshot();
        let mut paths = Vec::new();
        let mut text = head;
        text += &self.path(&entered, &mut paths, |this| this.block(of, &[bound], ""));
        text += &self.otherwise(of, &base, &mut paths);
        self.meet(&base, &paths);
        text
    }

    /// A scrutinee: waits, or does not; moves nothing.
    pub(super) fn value_of_head(&mut self, of: Type) -> String {
        if self.may_wait() {
            return match of {
                Type::MaybeGuard => {
                    let guard = self.guard();
                    let (how, asked) = (self.one_of(&["later", "now"]), self.asked());
                    format!("yield_!({how}(Some({guard}).filter(|_| q))){asked}")
                }
                _ => self.wait(of),
            };
        }
        match of {
            Type::MaybeGuard => {
                let guard = self.guard();
                format!("Some({guard}).filter(|_| p < 2)")
            }
            _ => self.simple(of),
        }
    }

    fn arm(&mut self, of: Option<Type>, names: &[(&str, Type)]) -> String {
        if self.percent(8)
            && let Some(jump) = self.jump()
        {
            return jump;
        }
        if names.is_empty() && self.percent(25) {
            return match of {
                None => format!("note({})", self.number()),
                Some(of) => self.value(of),
            };
        }
        self.block(of, names, "")
    }

    pub(super) fn matched(&mut self, of: Option<Type>) -> String {
        match self.random.u32(0..5) {
            0 | 1 => self.match_number(of),
            2 => self.match_maybe(of),
            3 => self.match_pair(of),
            _ => self.match_shape(of),
        }
    }

    fn match_number(&mut self, of: Option<Type>) -> String {
        let scrutinee = if self.may_wait() { self.wait(Type::Number) } else { self.number() };
        let base = self.scope.snapshot();
        let mut paths = Vec::new();
        let mut arms = String::new();
        let middle: &[&str] = &["1..=2", "# @ 1..=3", "# if # > 1", "# @ (1 | 3)", "# if waits"];
        let patterns =
            [self.one_of(&["0", "1", "0 | 2"]), self.one_of(middle), self.one_of(&["_", "#"])];
        for pattern in patterns {
            let name = self.name(Type::Number);
            let bound = [(name, Type::Number)];
            let bound = if pattern.contains('#') { &bound[..] } else { &[] };
            self.scope.restore(&base);
            let asked = if self.quiet > 0 { "" } else { self.asked() };
            let guard = match self.quiet {
                0 => format!("if yield_!(ask({name} + 1)){asked} > 2"),
                _ => format!("if {name} > 1"),
            };
            let pattern = pattern.replace("if waits", &guard).replace('#', name);
            let arm = self.path(&base, &mut paths, |this| this.arm(of, bound));
            arms += &format!("{pattern} => {arm},");
        }
        self.meet(&base, &paths);
        format!("match {scrutinee} {{ {arms} }}")
    }

    fn match_maybe(&mut self, of: Option<Type>) -> String {
        let taken = self.find(Type::MaybeGuard, true);
        let scrutinee = match taken {
            Some(taken) => self.scope.local(taken).name.clone(),
            None => self.value_of_head(Type::MaybeGuard),
        };
        let base = self.scope.snapshot();
        let mut paths = Vec::new();
        let mut arms = String::new();
        let name = self.name(Type::Guard);
        let some = format!("Some({name})");
        let patterns = match self.random.u32(0..3) {
            0 => [&some, "None"],
            1 => ["None", &some],
            _ => [&some, "_"],
        };
        for pattern in patterns {
            let binds = pattern == some;
            let arm = self.path(&base, &mut paths, |this| {
                if binds && let Some(taken) = taken {
                    this.scope.set(taken, super::Held::Gone);
                }
                let bound = [(name, Type::Guard)];
                this.arm(of, if binds { &bound } else { &[] })
            });
            arms += &format!("{pattern} => {arm},");
        }
        self.meet(&base, &paths);
        format!("match {scrutinee} {{ {arms} }}")
    }

    fn match_pair(&mut self, of: Option<Type>) -> String {
        let base = self.scope.snapshot();
        let mut paths = Vec::new();
        let mut arms = String::new();
        for pattern in ["(0, _)", "(#, true)", "_"] {
            let name = self.name(Type::Number);
            let bound = [(name, Type::Number)];
            let bound = if pattern.contains('#') { &bound[..] } else { &[] };
            let arm = self.path(&base, &mut paths, |this| this.arm(of, bound));
            arms += &format!("{} => {arm},", pattern.replace('#', name));
        }
        self.meet(&base, &paths);
        format!("match (p, q) {{ {arms} }}")
    }

    fn match_shape(&mut self, of: Option<Type>) -> String {
        let (one, other, number) = (self.guard(), self.guard(), self.number());
        let made = match self.random.u32(0..5) {
            0 => format!("Shape::Two({one}, {other})"),
            1 => format!("Shape::One({one})"),
            2 => format!("Shape::Number({number})"),
            3 => "Shape::Empty".to_owned(),
            _ => format!("if q {{ Shape::One({one}) }} else {{ Shape::Number({number}) }}"),
        };
        let scrutinee =
            if self.may_wait() { format!("yield_!(later({made})){}", self.asked()) } else { made };
        let base = self.scope.snapshot();
        let mut paths = Vec::new();
        let mut arms = String::new();
        let (left, right) = self.two_names(Type::Guard, Type::Guard);
        let counted = self.name(Type::Number);
        let cases = [
            (
                format!("Shape::Two({left}, {right})"),
                vec![(left, Type::Guard), (right, Type::Guard)],
            ),
            (format!("Shape::One({left})"), vec![(left, Type::Guard)]),
            (format!("Shape::Number({counted})"), vec![(counted, Type::Number)]),
            ("Shape::Empty".to_owned(), vec![]),
        ];
        for (pattern, bound) in cases {
            let arm = self.path(&base, &mut paths, |this| this.arm(of, &bound));
            arms += &format!("{pattern} => {arm},");
        }
        self.meet(&base, &paths);
        format!("match {scrutinee} {{ {arms} }}")
    }

    pub(super) fn labelled_block(&mut self, of: Option<Type>) -> String {
        let label = format!("'l{}", self.fresh());
        let base = self.scope.snapshot();
        self.targets.push(Target {
            label: label.clone(),
            is_block: true,
            of,
            left: Vec::new(),
            locals: base.len(),
        });
        let mut paths = Vec::new();
        let block = self.path(&base, &mut paths, |this| this.block(of, &[], ""));
        let target = self.targets.pop().expect("pushed above");
        paths.extend(target.left);
        self.meet(&base, &paths);
        format!("{label}: {block}")
    }
}
