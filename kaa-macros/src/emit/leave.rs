//! Leaving an arm: for a suspension, or for another state at once.
//!
//! Where the scrutinee of a construct may hold temporaries, the state cannot be built inside of it: they may borrow what the state is to
//! hold. There the construct is left first, with the locals that are declared in it, and the state is built behind it.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Expr, Lifetime};

use super::arms::Arm;
use super::value::{Code, Value};
use crate::ir::{BlockId, LocalId, Seen, TextSays, YieldId};
use crate::live::{Held, State};
use crate::{names, yields};

/// What a construct with temporaries is left for.
pub(super) struct Exit<'a> {
    state: &'a State,
    label: Lifetime,
    place: Span,
    suspends: bool,
    /// Slots whose locals are declared inside of the construct.
    inner: Vec<usize>,
    /// Locals of which it had been noted what is left of them.
    noted: BTreeSet<LocalId>,
}

impl<'a> Arm<'a> {
    /// ```text
    /// __resume.wait(1, __yield1, __kaa::inprogress(operand));
    /// __state = __FetchState::Yield1Connect { site, sock };
    /// return __kaa::result::suspended();
    /// ```
    pub(super) fn wait(&mut self, id: YieldId, operand: &Expr, resume: BlockId, code: &mut Code) {
        if self.machine.state_of(resume).is_none() {
            // The operand never gives anything to wait for: it jumps.
            code.push(quote!(#operand;));
            return;
        }
        let place = self.body.yields[id.0 - 1].span;
        let (number, witness) = (id.0, names::witness(id.0));
        let number = proc_macro2::Literal::usize_unsuffixed(number);
        let mut awaited = yields::awaited(place, operand);
        if names::is_in(&awaited, "__resume") {
            // The operand takes the output of another yield.
            code.push(quote_spanned!(place=> let __awaited = #awaited;));
            awaited = quote_spanned!(place=> __awaited);
        }
        code.push(quote_spanned!(place=> __resume.wait(#number, #witness, #awaited);));
        self.leave(resume, place, true, code);
    }

    /// Goes to another state without a suspension.
    pub(super) fn store(&mut self, block: BlockId, place: Span, code: &mut Code) {
        self.leave(block, place, false, code);
    }

    fn leave(&mut self, block: BlockId, place: Span, suspends: bool, code: &mut Code) {
        // Else nothing gets here: what stands before it jumps.
        let Some(state) = self.machine.state_of(block) else { return };
        let Some(depth) = self.temporaries else {
            let fields = self.fields(state, place, code);
            self.set_state(state, &fields, place, suspends, code);
            return;
        };
        // The temporaries go first: what is declared since is carried out.
        let is_inner = |at: &usize| {
            let local = self.machine.slots[*at].oldest();
            self.visible.depth_of(local).is_some_and(|at| at >= depth)
        };
        let inner: Vec<usize> = state.slots.iter().copied().filter(is_inner).collect();
        let values: Code =
            inner.iter().map(|at| self.slot_value(state, *at, place, code)).collect();
        let noted = self.noted.clone();
        let same = self
            .exits
            .iter()
            .find(|exit| exit.state.block == block && exit.inner == inner && exit.noted == noted);
        let label = match same {
            Some(exit) => exit.label.clone(),
            None => {
                let again = self.exits.iter().filter(|exit| exit.state.block == block).count();
                let again = if again == 0 { String::new() } else { format!("_{again}") };
                let label = names::label(&format!("{}{again}", state.name));
                let exit = Exit { state, label: label.clone(), place, suspends, inner, noted };
                self.exits.push(exit);
                label
            }
        };
        let values = tuple(&values);
        code.push(quote_spanned!(place=> break #label #values;));
    }

    /// Writes a construct whose scrutinee may hold temporaries.
    ///
    /// ```text
    /// '__done1: {
    ///     let job = '__yield1ask: {
    ///         break '__done1 if let Some(job) = queue.borrow_mut().pop() { .. break '__yield1ask job; .. };
    ///     };
    ///     __state = __DrainState::Yield1Ask { queue, sum, job };
    ///     return __kaa::result::suspended();
    /// }
    /// ```
    pub(super) fn without_temporaries(
        &mut self,
        falls_out: bool,
        write: impl FnOnce(&mut Self) -> TokenStream,
    ) -> Value {
        if self.temporaries.is_some() {
            return Value::Expression(write(self));
        }
        self.temporaries = Some(self.visible.depth());
        let construct = write(self);
        self.temporaries = None;
        let exits = std::mem::take(&mut self.exits);
        if exits.is_empty() {
            return Value::Expression(construct);
        }
        self.done += 1;
        let done = names::label(&format!("Done{}", self.done));
        let mut code: Code =
            vec![if falls_out { quote!(break #done #construct;) } else { construct }];
        let noted = self.noted.clone();
        for exit in exits {
            self.noted.clone_from(&exit.noted);
            code = self.behind(&exit, &code);
        }
        self.noted = noted;
        let value = Value::Statements(code);
        if falls_out { value.labelled(&done) } else { value }
    }

    /// The state of an exit, built behind the construct.
    fn behind(&self, exit: &Exit<'_>, inside: &[TokenStream]) -> Code {
        let (label, place) = (&exit.label, exit.place);
        let names: Vec<Ident> = exit.inner.iter().map(|at| self.name_outside(*at)).collect();
        let taken: Code = names.iter().map(|name| quote!(#name)).collect();
        let block = quote!(#label: { #(#inside)* });
        let mut code = vec![if taken.is_empty() {
            block
        } else {
            let taken = tuple(&taken);
            quote!(let #taken = #block;)
        }];
        let mut fields = Code::new();
        for &at in &exit.state.slots {
            let value = match exit.inner.iter().position(|inner| *inner == at) {
                Some(inner) => taken[inner].clone(),
                None => self.slot_value(exit.state, at, place, &mut code),
            };
            fields.push(value);
        }
        self.set_state(exit.state, &fields, place, exit.suspends, &mut code);
        code
    }

    /// What a local that is carried out of a construct is called behind it.
    fn name_outside(&self, at: usize) -> Ident {
        let slot = &self.machine.slots[at];
        match self.visible.means(&slot.name) {
            Some(other) if other != slot.oldest() => {
                let binding = self.body.local(slot.oldest());
                names::alias(&binding.name, binding.ordinal)
            }
            _ => slot.name.clone(),
        }
    }

    fn fields(&self, state: &State, place: Span, code: &mut Code) -> Code {
        state.slots.iter().map(|at| self.slot_value(state, *at, place, code)).collect()
    }

    /// What goes into a slot of the state.
    fn slot_value(&self, state: &State, at: usize, span: Span, code: &mut Code) -> TokenStream {
        let slot = &self.machine.slots[at];
        let field = &slot.name;
        match &slot.held {
            Held::ByName(local) => {
                respan(self.visible.access(&self.body.local(*local).name, *local), span)
            }
            Held::Kept(_) | Held::Left(_)
                if self.state.slots.contains(&at) && !self.state.anew.contains(&slot.oldest()) =>
            {
                respan(self.visible.access(field, slot.oldest()), span)
            }
            Held::Left(local) if self.noted.contains(local) => quote!(#field),
            Held::Left(local) => {
                let left = self.left(state, *local, span);
                code.push(quote_spanned!(span=> let #field = #left;));
                quote!(#field)
            }
            Held::Kept(locals) => {
                let name = self.name_outside(at);
                let asked = locals.iter().map(|(local, seen)| self.asked(*local, *seen, span));
                code.push(quote_spanned!(span=> let #name = __kaa::keep!(#(#asked),*);));
                quote!(#name)
            }
        }
    }

    fn set_state(
        &self,
        state: &State,
        values: &[TokenStream],
        place: Span,
        suspends: bool,
        code: &mut Code,
    ) {
        let fields = state.slots.iter().zip(values).map(|(at, value)| {
            let field = &self.machine.slots[*at].name;
            let is_short = *field == value.to_string();
            if is_short { value.clone() } else { quote_spanned!(place=> #field: #value) }
        });
        let variant = respan(self.variant(state, &fields.collect::<Code>()), place);
        code.push(quote_spanned!(place=> __state = #variant;));
        let (returns, label) = (self.returns, names::arm_label());
        code.push(if suspends {
            quote_spanned!(place=> return __kaa::#returns::suspended();)
        } else {
            quote!(break #label;)
        });
    }

    /// What this arm may have left of a local: `None` if it is gone for certain.
    fn left(&self, to: &State, local: LocalId, span: Span) -> TokenStream {
        let fact = self.machine.fact_between(self.body, self.state.block, to.block, local);
        if !fact.may_be_whole() {
            return quote_spanned!(span=> ::core::option::Option::None);
        }
        let asked = self.asked(local, fact.seen().unwrap_or(Seen::Anyhow), span);
        quote_spanned!(span=> __kaa::keep_some!(#asked))
    }

    /// A local in `keep!`, with how it was last seen: `x`, `x.unwrap()`, `match x`.
    pub(super) fn asked(&self, local: LocalId, seen: Seen, span: Span) -> TokenStream {
        let name = respan(self.visible.access(&self.body.local(local).name, local), span);
        let is_alias = name.clone().into_iter().count() > 1;
        let name = if is_alias { quote!((#name)) } else { name };
        if self.body.local(local).text_says == TextSays::MoveClosure
            || self.body.local(local).text_says == TextSays::OnceClosure
        {
            return quote!(move #name);
        }
        match seen {
            Seen::Anyhow | Seen::Called => name,
            Seen::Unwrapped => quote!(#name.unwrap()),
            Seen::Iterated => quote!(#name.into_iter()),
            Seen::Mapped => quote!(#name.map()),
            Seen::Collected => quote!(#name.collect()),
            Seen::TakenApart => quote!(match #name),
        }
    }
}

/// Nothing, `a`, or `(a, b)`.
fn tuple(values: &[TokenStream]) -> TokenStream {
    match values {
        [only] => only.clone(),
        [] => TokenStream::new(),
        values => quote!((#(#values),*)),
    }
}

/// The tokens at another place: "moved" and "borrowed" are to stand under the yield. Whose names they are does not change.
fn respan(tokens: TokenStream, place: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|token: TokenTree| {
            let span = token.span().located_at(place);
            let mut token = match token {
                TokenTree::Group(group) => {
                    TokenTree::Group(Group::new(group.delimiter(), respan(group.stream(), place)))
                }
                other => other,
            };
            token.set_span(span);
            token
        })
        .collect()
}
