//! Which locals there are, and which of them have a value.

/// What a local, or an expression, is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Number,
    Flag,
    Guard,
    Text,
    MaybeGuard,
    MaybeNumber,
    /// `(Guard, Guard)`
    Pair,
    /// `[u32; 3]`
    Numbers,
    /// A closure from number to number.
    Closure,
}

impl Type {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Type::Number => "u32",
            Type::Flag => "bool",
            Type::Guard => "Guard",
            Type::Text => "String",
            Type::MaybeGuard => "Option<Guard>",
            Type::MaybeNumber => "Option<u32>",
            Type::Pair => "(Guard, Guard)",
            Type::Numbers => "[u32; 3]",
            Type::Closure => "_",
        }
    }

    /// Few names, shared between types: locals shall hide one another.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Type::Number => &["n", "m", "k", "i"],
            Type::Flag => &["b", "c"],
            Type::Guard => &["g", "h", "x", "y", "a", "_a", "_b"],
            Type::Text => &["s", "t", "x", "y"],
            Type::MaybeGuard => &["o", "maybe", "x"],
            Type::MaybeNumber => &["on", "o"],
            Type::Pair => &["t", "both", "x"],
            Type::Numbers => &["ns", "k"],
            Type::Closure => &["f", "n"],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    Whole,
    /// Moved, or not assigned yet.
    Gone,
    /// Gone on some paths.
    Maybe,
}

#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) of: Type,
    pub(crate) mutable: bool,
    pub(crate) held: Held,
    /// How many loops stand around its declaration: it cannot be moved in a deeper one.
    pub(crate) loops: usize,
}

/// What all locals hold at one point.
pub(crate) type Snapshot = Vec<Held>;

#[derive(Default)]
pub(crate) struct Scope {
    locals: Vec<Local>,
    pub(crate) loops: usize,
}

impl Scope {
    pub(crate) fn declare(&mut self, name: &str, of: Type, mutable: bool, held: Held) {
        let loops = self.loops;
        self.locals.push(Local { name: name.to_owned(), of, mutable, held, loops });
    }

    pub(crate) fn len(&self) -> usize {
        self.locals.len()
    }

    /// Ends the scopes of all locals but the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.locals.truncate(len);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.locals.iter().map(|local| local.held).collect()
    }

    pub(crate) fn restore(&mut self, snapshot: &[Held]) {
        self.locals.truncate(snapshot.len());
        for (local, held) in self.locals.iter_mut().zip(snapshot) {
            local.held = *held;
        }
    }

    /// Where paths meet. False if none arrives.
    pub(crate) fn join(&mut self, paths: &[Snapshot]) -> bool {
        let Some((first, others)) = paths.split_first() else { return false };
        self.restore(first);
        for path in others {
            for (local, held) in self.locals.iter_mut().zip(path) {
                if local.held != *held {
                    local.held = Held::Maybe;
                }
            }
        }
        true
    }

    pub(crate) fn is_movable(&self, local: &Local) -> bool {
        local.loops == self.loops
    }

    /// The positions of the locals that a name can mean now and that are `wanted`.
    pub(crate) fn visible(&self, wanted: impl Fn(&Local) -> bool) -> Vec<usize> {
        let is_last = |position: usize, local: &Local| {
            self.locals[position + 1..].iter().all(|later| later.name != local.name)
        };
        let found = self
            .locals
            .iter()
            .enumerate()
            .filter(|(position, local)| wanted(local) && is_last(*position, local));
        found.map(|(position, _)| position).collect()
    }

    pub(crate) fn local(&self, position: usize) -> &Local {
        &self.locals[position]
    }

    pub(crate) fn set(&mut self, position: usize, held: Held) {
        self.locals[position].held = held;
    }
}
