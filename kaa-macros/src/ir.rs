//! The coroutine between lowering and emission.
//!
//! It is held twice. The *regions* are the user's text: blocks with their statements, taken apart where something in them waits. The
//! *graph* is what happens: basic blocks with what they do to locals, and where they lead. Emission walks the regions; which states
//! there are and what they hold is read from the graph.

use std::collections::BTreeSet;
use std::fmt;

use proc_macro2::{Ident, Span};
use syn::{Expr, Lifetime, Pat, Stmt, Type};

pub(crate) mod dump;

macro_rules! ids {
    ($($(#[$doc:meta])* $Id:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub(crate) struct $Id(pub(crate) usize);

        impl fmt::Display for $Id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}

ids! {
    /// A basic block of the graph.
    BlockId "b";
    /// A scope of the user's text whose statements are taken apart.
    RegionId "r";
    /// A binding; ids grow with age: the oldest has the smallest.
    LocalId "l";
    /// A `yield_!`, by its place in the text.
    YieldId "y";
}

/// A coroutine's body.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) locals: Vec<Local>,
    pub(crate) regions: Vec<Region>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) yields: Vec<Yield>,
    /// Names that the text mentions and that are no locals: functions, constants.
    pub(crate) foreign: BTreeSet<String>,
    /// Patterns that leave parts of a local for which nothing has been set aside.
    pub(crate) leavings: Vec<Leaving>,
}

/// A pattern that binds parts of a local by value, and leaves others: `(a, _)`.
pub(crate) struct Leaving {
    pub(crate) of: LocalId,
    /// Which of the patterns it is that do so with this local, from 0.
    pub(crate) number: usize,
    /// How many parts it leaves.
    pub(crate) parts: usize,
    /// Where it has matched: behind this event of the block.
    pub(crate) at: (BlockId, usize),
    /// It stands inside of a statement that is not taken apart.
    pub(crate) is_inside: bool,
    /// The construct that it belongs to assigns the local.
    pub(crate) is_given_back: bool,
}

/// A `yield_!`.
#[derive(Clone)]
pub(crate) struct Yield {
    pub(crate) span: Span,
    /// The operand as it is to be read by people.
    pub(crate) text: String,
    /// The last function or method that the operand calls.
    pub(crate) callee: Option<String>,
}

/// A binding.
pub(crate) struct Local {
    pub(crate) name: Ident,
    /// It is the `ordinal`th binding of that name, from 1.
    pub(crate) ordinal: usize,
    pub(crate) mutable: bool,
    pub(crate) ty: Option<Type>,
    /// The region whose end is the end of its scope; none if that scope lies inside of one statement.
    pub(crate) region: Option<RegionId>,
    /// The step of the region that declares it; none if it is there from the start.
    pub(crate) declared: Option<usize>,
    pub(crate) is_argument: bool,
    pub(crate) text_says: TextSays,
    /// It is a direct borrow, and can be made anew.
    pub(crate) borrow: Option<Borrow>,
    /// What it borrows, where that is to be seen.
    pub(crate) lent: Option<Lent>,
    /// By its text it is of a type that owns what its methods lend.
    pub(crate) is_owner: bool,
    /// By its text it is a `RefCell`, or an `Rc` of one.
    pub(crate) is_cell: bool,
    /// Bound by a pattern for its guard only, which waits: no state holds it, matching again binds it.
    pub(crate) in_guard: bool,
    /// It is what a pattern leaves of another local, and lives as long as that would.
    pub(crate) is_rest: bool,
}

/// `&mut root.field`: a borrow of a local or of a part of it.
pub(crate) struct Borrow {
    pub(crate) root: LocalId,
    pub(crate) mutability: Option<syn::Token![mut]>,
    /// The fields on the way from the root, outermost first.
    pub(crate) fields: Vec<syn::Member>,
}

/// A borrow that cannot be made anew.
pub(crate) struct Lent {
    /// Whose value it borrows, as the user wrote it.
    pub(crate) owner: String,
    /// Where it does.
    pub(crate) place: proc_macro2::TokenStream,
    /// It is the guard of a `RefCell`: it lasts until it is dropped.
    pub(crate) is_guard: bool,
}

/// What the text of a local says of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextSays {
    Nothing,
    /// A literal, or a written primitive type: dropping it does nothing.
    Number,
    /// A closure that is written `move`.
    MoveClosure,
    /// A closure that mentions a local bare: it owns that, and calling it may use it up; or it only borrows.
    OnceClosure,
    /// A closure that only borrows.
    BorrowingClosure,
    /// An argument that is `FnOnce`: calling it uses it up.
    Once,
}

/// A block of the user's text: a scope and what happens in it.
#[derive(Default)]
pub(crate) struct Region {
    /// The step of the parent that this region is a part of.
    pub(crate) parent: Option<(RegionId, usize)>,
    /// Items of the block: each arm that comes into it has them.
    pub(crate) items: Vec<syn::Item>,
    /// It is an `unsafe` block.
    pub(crate) is_unsafe: bool,
    /// What a pattern left of a local that is assigned behind this region: dropped when the new value is there.
    pub(crate) ends: Vec<LocalId>,
    pub(crate) steps: Vec<Step>,
    /// Where control falls out of it.
    pub(crate) end: Option<BlockId>,
}

#[allow(clippy::large_enum_variant, reason = "most steps are statements")]
pub(crate) enum Step {
    /// A statement without a wait, as the user wrote it.
    Statement(Stmt),
    /// The last expression of a region, its value.
    Value(Expr),
    /// `yield_!`: hand over what is waited for, store the state, return.
    Wait {
        id: YieldId,
        operand: Expr,
        resume: BlockId,
    },
    /// `break 'label value`, out of a construct that is taken apart.
    Jump {
        label: Lifetime,
        value: Option<Expr>,
        semicolon: bool,
        from: BlockId,
    },
    Construct(Box<Construct>),
    /// Stands for a construct while its parts are lowered.
    Pending,
}

/// Something that contains a wait and is therefore taken apart.
pub(crate) struct Construct {
    pub(crate) kind: ConstructKind,
    /// What becomes of its value.
    pub(crate) dest: Dest,
    /// Where its value is delivered.
    pub(crate) exit: BlockId,
    /// What comes after it.
    pub(crate) join: BlockId,
    pub(crate) span: Span,
}

impl Construct {
    /// The blocks of this construct in which no code of the user's is.
    fn silent_blocks(&self, body: &Body) -> Vec<BlockId> {
        let passes_on = matches!(self.dest, Dest::Discard { .. } | Dest::Value);
        let next = match self.kind {
            ConstructKind::Loop { next, .. } => Some(next),
            _ => None,
        };
        let exit = passes_on.then_some(self.exit);
        let join = matches!(body.block(self.join).origin, Origin::Inner).then_some(self.join);
        next.into_iter().chain(exit).chain(join).collect()
    }
}

pub(crate) enum ConstructKind {
    Block {
        label: Lifetime,
        region: RegionId,
    },
    If {
        cond: Expr,
        /// Where control goes if the condition fails.
        failed: BlockId,
        then: RegionId,
        otherwise: Option<RegionId>,
    },
    Match {
        scrutinee: Expr,
        arms: Vec<Arm>,
    },
    Loop {
        head: BlockId,
        /// Where the end of the body and `continue` lead.
        next: BlockId,
        next_label: Lifetime,
        exit_label: Lifetime,
    },
    /// The condition of a `while`, last in the body of its loop: goes on, or leaves for `exit_label`.
    Test {
        cond: Expr,
        /// Where control goes if the condition fails.
        failed: BlockId,
        then: RegionId,
        next: BlockId,
        exit_label: Lifetime,
    },
}

pub(crate) struct Arm {
    pub(crate) attributes: Vec<syn::Attribute>,
    /// With its guard, unless that waits.
    pub(crate) pat: Pat,
    pub(crate) guard: Option<Guard>,
    pub(crate) region: RegionId,
}

/// A guard that waits.
pub(crate) struct Guard {
    pub(crate) region: RegionId,
    /// Where control goes if it holds.
    pub(crate) holds: BlockId,
    /// It has a `let` and stands without a block, for what that binds is visible in the arm.
    pub(crate) binds: bool,
}

/// What becomes of the value of an expression.
#[derive(Clone)]
pub(crate) enum Dest {
    /// It is a statement; with a semicolon or without.
    Discard { semicolon: bool },
    /// `let pat: ty = value;`: a `let` whose initialiser stands elsewhere.
    Let(Box<syn::Local>),
    /// `place = value;`
    Assign(Box<Expr>),
    /// The coroutine's result.
    Return,
    /// The value of the region it stands last in.
    Value,
    /// `break 'label value;`
    Break(Lifetime),
}

/// A basic block.
pub(crate) struct Block {
    pub(crate) origin: Origin,
    pub(crate) events: Vec<Event>,
    pub(crate) next: Vec<BlockId>,
    /// The innermost region it belongs to.
    pub(crate) region: RegionId,
    /// Where emission begins if it is a state: the step of its region.
    pub(crate) step: usize,
}

pub(crate) enum Origin {
    Start,
    /// A yield has its value.
    Resume(YieldId),
    /// The head of a loop: always a state.
    LoopHead {
        name: String,
        text: String,
    },
    /// Behind a construct: a state if it is reached from two arms.
    After {
        name: String,
        text: String,
    },
    /// Behind a construct with which its region ends: nothing stands there, so each arm goes on by itself.
    Inner,
    /// Where the coroutine ends.
    End,
}

/// Something that happens to a local.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) local: LocalId,
    pub(crate) what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Its scope begins; it has a value, or none yet.
    Declare { initialised: bool },
    /// Mentioned as a whole, in a way that may have done this to it.
    Mention(Seen),
    /// Mentioned in a way that moves it, unless it is `Copy`.
    Move,
    /// Assigned as a whole.
    Assign,
    /// A part of it is assigned.
    AssignPart,
}

/// How a local was last seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Seen {
    Anyhow,
    /// As the receiver of a method that by its name may have taken it: `into_bytes`.
    Called,
    /// As the receiver of a method that takes an `Option`, a `Result` or a `Promise` by value.
    Unwrapped,
    /// As the receiver of a method that takes a collection by value.
    Iterated,
    /// As the receiver of a method that takes an `Option` or an iterator by value: `map`.
    Mapped,
    /// As the receiver of a method that takes an iterator by value: `collect`.
    Collected,
    /// As the scrutinee of a pattern that binds every part by value.
    TakenApart,
}

impl Body {
    pub(crate) fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.0]
    }

    pub(crate) fn region(&self, id: RegionId) -> &Region {
        &self.regions[id.0]
    }

    pub(crate) fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0]
    }

    /// The yield whose value `block` is resumed with.
    pub(crate) fn resumed_at(&self, block: BlockId) -> Option<YieldId> {
        match self.block(block).origin {
            Origin::Resume(id) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn block_ids(&self) -> impl DoubleEndedIterator<Item = BlockId> + use<> {
        (0..self.blocks.len()).map(BlockId)
    }

    pub(crate) fn local_ids(&self) -> impl Iterator<Item = LocalId> + use<> {
        (0..self.locals.len()).map(LocalId)
    }

    /// Blocks in which no code of the user's is: ends of regions, and places where control only passes.
    pub(crate) fn silent_blocks(&self) -> BTreeSet<BlockId> {
        let ends = self.regions.iter().filter_map(|region| region.end);
        let steps = self.regions.iter().flat_map(|region| &region.steps);
        let passed = steps.flat_map(|step| match step {
            Step::Construct(construct) => construct.silent_blocks(self),
            _ => Vec::new(),
        });
        let last = self.block_ids().filter(|id| matches!(self.block(*id).origin, Origin::End));
        ends.chain(passed).chain(last).collect()
    }

    /// Where `block` stands: the regions around it, outermost first, each with the step that is under way or next.
    pub(crate) fn path(&self, block: BlockId) -> Vec<(RegionId, usize)> {
        let block = self.block(block);
        let mut path = vec![(block.region, block.step)];
        let mut region = block.region;
        while let Some((parent, step)) = self.region(region).parent {
            path.push((parent, step));
            region = parent;
        }
        path.reverse();
        path
    }

    /// Is `inner` the region `outer` or a part of it?
    pub(crate) fn is_within(&self, inner: RegionId, outer: RegionId) -> bool {
        let mut region = inner;
        while region != outer {
            match self.region(region).parent {
                None => return false,
                Some((parent, _)) => region = parent,
            }
        }
        true
    }
}
