//! Writes random bodies that are valid as an `async fn`.
//!
//! What moves and what is borrowed is kept track of, so that rustc takes nearly all of them; the few others are left out by
//! [`batch`](crate::batch). Two kinds of body are not written, because coroutines differ from `async` in them on purpose:
//! temporaries with a drop of their own in a statement that waits, and a local consumed by a method whose argument waits.

mod branches;
mod exits;
mod loops;
mod scope;
mod statements;
mod values;

use fastrand::Rng;

use crate::body::Body;
use scope::{Held, Scope, Snapshot, Type};

/// What the body returns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Returns {
    Fallible,
    Nothing,
    Option,
    Plain,
}

impl Returns {
    fn text(self) -> &'static str {
        match self {
            Returns::Fallible => "io::Result<u32>",
            Returns::Nothing => "io::Result<()>",
            Returns::Option => "Option<u32>",
            Returns::Plain => "u32",
        }
    }
}

/// A loop or a labelled block that a jump can leave.
struct Target {
    label: String,
    is_block: bool,
    /// Of the value that `break` carries.
    of: Option<Type>,
    /// What locals hold where it is left.
    left: Vec<Snapshot>,
    locals: usize,
}

struct Generator {
    random: Rng,
    scope: Scope,
    targets: Vec<Target>,
    /// How much more is to be written.
    size: i32,
    /// Numbers labels, guards and counters.
    last: u32,
    returns: Returns,
    /// How likely an expression waits, in percent.
    density: u32,
    /// Inside of what must not wait.
    quiet: u32,
    /// What follows is never reached.
    diverged: bool,
}

/// The body that belongs to a seed; always the same.
pub fn body(seed: u64) -> Body {
    let mut random = Rng::with_seed(seed);
    let returns = match random.u32(0..10) {
        0 => Returns::Option,
        1 => Returns::Plain,
        2 => Returns::Nothing,
        _ => Returns::Fallible,
    };
    let size = random.i32(6..28);
    let density = [25, 50, 75][random.usize(0..3)];
    let generator = Generator {
        random,
        scope: Scope::default(),
        targets: Vec::new(),
        size,
        last: 0,
        returns,
        density,
        quiet: 0,
        diverged: false,
    };
    generator.body(seed)
}

impl Generator {
    fn body(mut self, seed: u64) -> Body {
        let mut parameters = String::from("p: u32, q: bool");
        let mut more: Vec<[&str; 2]> = Vec::new();
        self.scope.declare("p", Type::Number, false, Held::Whole);
        self.scope.declare("q", Type::Flag, false, Held::Whole);
        if self.percent(50) {
            parameters += ", ga: Guard";
            more.push(["Guard(\"ga\")"; 2]);
            self.scope.declare("ga", Type::Guard, false, Held::Whole);
        }
        if self.percent(30) {
            parameters += ", mut oa: Option<Guard>";
            more.push(["Some(Guard(\"oa\"))", "None"]);
            self.scope.declare("oa", Type::MaybeGuard, true, Held::Whole);
        }
        let mut text = String::new();
        while self.size > 0 && !self.diverged {
            text += &self.statement();
        }
        if !self.diverged {
            text += &self.tail();
        }
        let name = format!("body_{seed}");
        let returns = self.returns.text();
        let text = format!("fn {name}({parameters}) -> {returns} {{ {text} }}");
        let mut calls = Vec::new();
        for number in 0..4 {
            for flag in [true, false] {
                let others = more.iter().map(|other| format!(", {}", other[number % 2]));
                calls.push(format!("{name}({number}, {flag}{})", others.collect::<String>()));
            }
        }
        Body { name, text, calls }
    }

    fn tail(&mut self) -> String {
        match self.returns {
            Returns::Nothing => "Ok(())".to_owned(),
            Returns::Option => format!("Some({})", self.number()),
            Returns::Plain => self.value(Type::Number),
            Returns::Fallible => match self.random.u32(0..5) {
                0 => format!("Ok(yield_!(ask({}))?)", self.number()),
                1 => {
                    let condition = self.condition();
                    format!(
                        "if {condition} {{ Ok(1) }} else {{ let _z = Guard(\"z\"); yield_!()?; Ok(2) }}"
                    )
                }
                2 => {
                    let number = self.number();
                    format!(
                        "let _last = Guard(\"last\"); match yield_!(ask({number}))? {{ 0 => Ok(0), _ => {{ \
                         let _l = Guard(\"l\"); yield_!()?; Ok(5) }} }}"
                    )
                }
                3 => format!("Ok({})", self.value(Type::Number)),
                _ => format!("Ok({})", self.number()),
            },
        }
    }

    fn percent(&mut self, percent: u32) -> bool {
        self.random.u32(0..100) < percent
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.random.usize(0..choices.len())]
    }

    fn fresh(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// A guard of its own name.
    fn guard(&mut self) -> String {
        let number = self.fresh();
        let how = if self.percent(50) { "Guard" } else { "made" };
        format!("{how}(\"g{number}\")")
    }

    fn may_wait(&mut self) -> bool {
        self.quiet == 0 && self.percent(self.density)
    }

    /// What stands behind a yield.
    fn asked(&self) -> &'static str {
        match self.returns {
            Returns::Fallible | Returns::Nothing => "?",
            Returns::Option => ".ok()?",
            Returns::Plain => ".unwrap()",
        }
    }

    /// A local that has a value, or one that may be moved.
    fn find(&mut self, of: Type, to_move: bool) -> Option<usize> {
        let scope = &self.scope;
        let found = scope.visible(|local| {
            let usable = !to_move || scope.is_movable(local);
            local.of == of && local.held == Held::Whole && usable
        });
        (!found.is_empty()).then(|| self.one_of(&found))
    }

    /// The name of a local to read.
    fn readable(&mut self, of: Type) -> Option<String> {
        let found = self.find(of, false)?;
        let name = &self.scope.local(found).name;
        (!name.starts_with('_')).then(|| name.clone())
    }

    /// The name of a local that is moved from now on.
    fn moved(&mut self, of: Type) -> Option<String> {
        let found = self.find(of, true)?;
        self.scope.set(found, Held::Gone);
        Some(self.scope.local(found).name.clone())
    }

    fn name(&mut self, of: Type) -> &'static str {
        self.one_of(of.names())
    }

    /// Names for locals of one pattern.
    fn two_names(&mut self, one: Type, other: Type) -> (&'static str, &'static str) {
        let first = self.name(one);
        loop {
            let second = self.name(other);
            if second != first {
                return (first, second);
            }
        }
    }

    /// `{ .. }` with some statements and a value; `names` are bound in front.
    fn block(&mut self, of: Option<Type>, names: &[(&str, Type)], first: &str) -> String {
        let len = self.scope.len();
        for (name, of) in names {
            self.scope.declare(name, *of, false, Held::Whole);
        }
        let mut text = format!("{{ {first}");
        for _ in 0..self.random.u32(0..4) {
            if self.size > 0 && !self.diverged {
                text += &self.statement();
            }
        }
        if !self.diverged {
            let jump = if self.percent(10) { self.jump() } else { None };
            match (jump, of) {
                (Some(jump), _) => text += &format!("{jump};"),
                (None, Some(of)) => text += &self.value(of),
                (None, None) => {}
            }
        }
        self.scope.truncate(len);
        text + "}"
    }

    /// One of several paths that all begin at `base`: adds where it arrives to `paths`.
    fn path(
        &mut self,
        base: &Snapshot,
        paths: &mut Vec<Snapshot>,
        write: impl FnOnce(&mut Self) -> String,
    ) -> String {
        self.scope.restore(base);
        self.diverged = false;
        let text = write(self);
        if !self.diverged {
            self.scope.truncate(base.len());
            paths.push(self.scope.snapshot());
        }
        text
    }

    /// Where the paths meet again.
    fn meet(&mut self, base: &Snapshot, paths: &[Snapshot]) {
        self.scope.restore(base);
        self.diverged = !self.scope.join(paths);
    }
}
