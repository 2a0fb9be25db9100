//! What the macro says when it refuses something: the catalogue of its messages, and a list that collects them.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned as _;

/// A refusal: what is wrong, and what to write instead.
#[derive(Clone, Copy)]
pub(crate) struct Message {
    text: &'static str,
    help: Option<&'static str>,
}

const fn message(text: &'static str, help: &'static str) -> Message {
    Message { text, help: Some(help) }
}

const fn bare(text: &'static str) -> Message {
    Message { text, help: None }
}

pub(crate) const UNKNOWN_ARGUMENT: Message = message(
    "unknown argument of `#[kaa::coroutine]`",
    "the known ones are `policy`, `group`, `interval`, `progress` and `crate`",
);
pub(crate) const ARGUMENT_TWICE: Message =
    message("this argument is given twice", "remove one of them");
pub(crate) const NO_VALUE: Message = message(
    "this argument needs a value",
    "write `policy = singleton`, `group = \"name\"`, `interval = Duration::from_secs(1)`",
);
pub(crate) const UNKNOWN_POLICY: Message =
    message("unknown policy", "the known ones are `synchronized`, `singleton` and `pass_last`");
pub(crate) const GROUP_VALUE: Message =
    message("the name of a group is a text", "write `group = \"name\"`");
pub(crate) const GROUP_WITHOUT_POLICY: Message = message(
    "a group without a policy has no effect",
    "add `policy = synchronized`, or another one",
);
pub(crate) const PROGRESS_VALUE: Message =
    message("`progress` has no value", "write `progress` alone");
pub(crate) const NO_PROGRESS_ARGUMENT: Message = message(
    "the coroutine has no argument `progress`",
    "add `progress: Rc<kaa::InProgressStatus>`; it is filled in, callers do not give it",
);
pub(crate) const NO_LAST_ARGUMENT: Message = message(
    "the coroutine has no argument `last`",
    "add `last: Option<kaa::InProgress<T>>`, where `T` is what it finishes with; it is filled in, callers do not give it",
);
pub(crate) const POLICY_OF_A_VALUE: Message = message(
    "a policy of a method is about the calls on one object, and this one is used up by the call",
    "take `self: Rc<Self>`",
);

pub(crate) const POLICY_OF_A_GENERATOR: Message =
    message("a generator has no policy", "call it from a coroutine that has one");

pub(crate) const NOT_A_FUNCTION: Message =
    message("`#[kaa::coroutine]` stands on a function with a body", "put it on a `fn` or a method");
pub(crate) const ASYNC_FN: Message =
    message("a coroutine is not an `async fn`", "remove `async`; wait with `yield_!(..)`");
pub(crate) const CONST_FN: Message = message("a coroutine cannot be `const`", "remove `const`");
pub(crate) const UNSAFE_FN: Message = message(
    "a coroutine cannot be `unsafe`",
    "remove `unsafe`, and put an `unsafe` block where it is needed",
);
pub(crate) const EXTERN_FN: Message = message(
    "a coroutine cannot be `extern`",
    "remove `extern`, and call it from a function that is",
);
pub(crate) const VARIADIC: Message = bare("a coroutine cannot be variadic");
pub(crate) const BORROWED_SELF: Message = message(
    "a coroutine cannot borrow `self`: it outlives the call",
    "take `self: Rc<Self>`, or `self` by value",
);
pub(crate) const BORROWED_ARGUMENT: Message = message(
    "a coroutine cannot borrow its arguments: it outlives the call",
    "take the value itself (`String` for `&str`, `Vec<T>` for `&[T]`), an `Rc`, or `&'static`",
);
pub(crate) const RESERVED_NAME: Message =
    message("names that start with `__` are the macro's own in a coroutine", "choose another name");
pub(crate) const BORROWED_RESULT: Message = message(
    "a coroutine cannot return a borrow: its result outlives the call",
    "return an owned value, or `&'static`",
);

pub(crate) const SELF_IN_A_PATTERN: Message =
    message("`self` inside of a pattern", "write `self` as the first argument, by itself");
/// Whatever there is in Rust that no pass knows.
pub(crate) const UNKNOWN_PLACE: Message = message(
    "`yield_!` inside an expression of a kind that the coroutine does not know",
    "bind its value before, with `let`",
);
pub(crate) const MISPLACED_LET: Message = message(
    "a `let` inside an expression",
    "it stands as a statement, or in the condition of an `if`, a `while` or a match arm",
);
pub(crate) const AWAIT: Message = message(
    "`.await` in a coroutine",
    "write `yield_!(..)` around what is to be waited for; it takes a `Future`, too",
);
pub(crate) const IN_CLOSURE: Message = message(
    "`yield_!` inside a closure",
    "a closure runs to its end at once: `yield_!` in the coroutine itself and hand the value in",
);
pub(crate) const IN_ASYNC: Message =
    message("`yield_!` inside an `async` block", "use `.await` there, or move the `yield_!` out");
pub(crate) const IN_ITEM: Message =
    message("`yield_!` inside a nested item", "give that function its own `#[kaa::coroutine]`");
pub(crate) const IN_CONST: Message =
    message("`yield_!` inside a constant", "`yield_!` before it, in a `let` of its own");
pub(crate) const IN_PATTERN: Message =
    message("`yield_!` inside a pattern or a type", "`yield_!` before it, in a `let` of its own");
pub(crate) const IN_MACRO: Message = message(
    "`yield_!` inside a macro that the coroutine cannot see into",
    "bind its value before, with `let`",
);
pub(crate) const TOO_MANY_OPERANDS: Message = message(
    "`yield_!` waits for one thing",
    "write one `yield_!` for each; `yield_!()` gives the loop a turn",
);

pub(crate) const LATE_IN_LET_GUARD: Message = message(
    "a `yield_!` in a guard with `let` is not supported unless it is the first thing that the guard evaluates",
    "bind its value in a `let` before the `match`, or use an `if` inside the arm",
);
pub(crate) const IN_GUARD_OF_ALTERNATIVES: Message = message(
    "a `yield_!` in the guard of a pattern whose alternatives bind something is not supported",
    "write one arm for each alternative",
);
pub(crate) const IN_LET_ELSE: Message = message(
    "a `yield_!` in the `else` of a `let` that binds a part of a value by reference is not supported",
    "bind the value before, in a `let` of its own",
);
pub(crate) const IN_TRY_BLOCK: Message = bare("a `yield_!` in a `try` block is not supported");
pub(crate) const ITEM_IN_BLOCK: Message = message(
    "an item inside a block that waits cannot be told from what has the same name outside of it",
    "give it another name, or move it to the top of the coroutine's body",
);
pub(crate) const LATE_MACRO_RULES: Message = message(
    "a `macro_rules!` below other statements of a coroutine can neither mention locals nor have a name that is used before",
    "move it to the top of the coroutine's body, and hand in what it mentions",
);

pub(crate) const MAIN_ON_NO_FUNCTION: Message =
    message("`#[kaa::main]` stands on a function with a body", "put it on `fn main`");
pub(crate) const MAIN_WAITS_FOR_NOTHING: Message = message(
    "there is no `yield_!` in this function, so its loop would not run",
    "wait for something with `yield_!(..)`, or remove `#[kaa::main]` and call `kaa::main::run()`",
);
pub(crate) const UNKNOWN_MAIN_ARGUMENT: Message =
    message("unknown argument of `#[kaa::main]`", "the known one is `crate = path`");
pub(crate) const TEST_ON_NO_FUNCTION: Message = message(
    "`#[kaa::test]` stands on a function with a body",
    "put it on a `fn` without arguments",
);
pub(crate) const UNKNOWN_TEST_ARGUMENT: Message = message(
    "unknown argument of `#[kaa::test]`",
    "the known ones are `real_time`, `shuffle`, `shuffle = runs` and `crate = path`",
);
pub(crate) const ENTRY_WITH_ARGUMENTS: Message =
    message("nobody calls this function with arguments", "remove them");
pub(crate) const ENTRY_WITH_GENERICS: Message =
    message("nobody calls this function with type arguments", "remove them");
pub(crate) const THREADED_ON_NO_FUNCTION: Message =
    message("`#[kaa::threaded]` stands on a function with a body", "put it on a `fn` or a method");
pub(crate) const UNKNOWN_THREADED_ARGUMENT: Message = message(
    "unknown argument of `#[kaa::threaded]`",
    "the known ones are `pool = name`, `priority = number` and `crate = path`",
);
pub(crate) const PRIORITY_WITHOUT_POOL: Message = message(
    "without a pool there is no queue, and no priority in it",
    "name a pool with `pool = name`",
);

/// What is said of a large array that a state holds.
pub(crate) fn large(local: &str, bytes: usize) -> String {
    format!(
        "`{local}` has {bytes} bytes or more and is copied at each `yield_!` that it is held across: put it into a `Box` or a `Vec`"
    )
}

/// A borrow that crosses a `yield_!`.
pub(crate) struct Crossing<'a> {
    pub(crate) local: &'a str,
    /// Whose value is borrowed.
    pub(crate) owner: &'a str,
    pub(crate) place: &'a TokenStream,
    pub(crate) waits: Span,
    pub(crate) is_guard: bool,
}

impl Crossing<'_> {
    pub(crate) fn error(&self) -> syn::Error {
        let Crossing { local, owner, .. } = self;
        let (from, to) = (self.place.span().start().line, self.waits.start().line);
        let text = if self.is_guard {
            format!(
                "`{local}` borrows `{owner}` in line {from}, and is held across the `yield_!` in line {to}\n\
                 help: let it end before, in a block or with `drop({local})`: whoever runs meanwhile would meet that borrow"
            )
        } else if local.starts_with("__iter") {
            format!(
                "this `for` borrows `{owner}` in line {from}, and goes on after the `yield_!` in line {to}\n\
                 help: loop over `{owner}` by value, over a clone of it, or over its indices"
            )
        } else {
            format!(
                "`{local}` borrows `{owner}` in line {from}, and is used after the `yield_!` in line {to}\n\
                 help: take what is needed out of it before (a clone, a number), borrow again after the `yield_!`, \
                 or move `{owner}` instead"
            )
        };
        syn::Error::new_spanned(self.place, text)
    }
}

/// The errors of a pass; reported together.
#[derive(Default)]
pub(crate) struct Errors {
    collected: Option<syn::Error>,
}

impl Errors {
    pub(crate) fn at(&mut self, place: impl ToTokens, message: Message) {
        self.add(syn::Error::new_spanned(place, text_of(message)));
    }

    pub(crate) fn at_span(&mut self, place: Span, message: Message) {
        self.add(syn::Error::new(place, text_of(message)));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.collected {
            None => self.collected = Some(error),
            Some(collected) => collected.combine(error),
        }
    }

    /// Everything collected so far, if anything was.
    pub(crate) fn propagate(&mut self) -> Result<(), TokenStream> {
        match self.collected.take() {
            None => Ok(()),
            Some(errors) => Err(errors.into_compile_error()),
        }
    }
}

fn text_of(message: Message) -> String {
    match message.help {
        None => message.text.to_owned(),
        Some(help) => format!("{}\nhelp: {help}", message.text),
    }
}
