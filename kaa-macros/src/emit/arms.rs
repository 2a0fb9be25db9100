//! One arm a state: from there to the next suspensions, with the user's own control flow in between.
//!
//! An arm begins somewhere inside of the user's blocks. It is written from the inside out: what is left of the innermost block, as a
//! block that takes over what the state holds of it; then what comes behind that block in the one around it; and so on, until a
//! state or the end is reached. Where the user's text jumps, the arm breaks out of a labelled block of the same place.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::{Lifetime, Stmt};

use super::scope::{Visible, make_alias};
use crate::input::Input;
use crate::ir::{
    BlockId, Body, Construct, ConstructKind, Dest, LocalId, RegionId, Seen, Step, TextSays, What,
    YieldId,
};
use crate::live::{Held, Machine, State};
use crate::{names, yields};

/// Statements of an arm.
type Code = Vec<TokenStream>;

pub(super) fn make_arms(
    enum_name: &Ident,
    input: &Input,
    body: &Body,
    machine: &Machine,
) -> Vec<TokenStream> {
    let returns = input.returns.kind.module();
    let arm = |state| {
        let mut cx = Arm {
            enum_name,
            returns: &returns,
            body,
            machine,
            state,
            path: body.path(state.block),
            flat: 0,
            needed: BTreeSet::new(),
            visible: Visible::default(),
        };
        cx.needed = cx.find_needed();
        cx.write()
    };
    machine.states.iter().map(arm).collect()
}

/// The context of one arm.
struct Arm<'a> {
    enum_name: &'a Ident,
    returns: &'a Ident,
    body: &'a Body,
    machine: &'a Machine,
    state: &'a State,
    /// The regions around the place where the arm begins, outermost first.
    path: Vec<(RegionId, usize)>,
    /// How many of them need no block of their own, for control does not fall out of them.
    flat: usize,
    /// Locals that states hold to which the arm leads.
    needed: BTreeSet<LocalId>,
    visible: Visible,
}

/// A local or a slot of neighbours, taken over from the state.
struct Bound {
    local: LocalId,
    /// What it is called in the user's text, or the slot's name.
    name: Ident,
    /// What the arm's pattern calls it.
    pattern: Ident,
    mutable: bool,
    slot: usize,
    level: usize,
}

impl<'a> Arm<'a> {
    fn write(&mut self) -> TokenStream {
        self.flat = self.count_flat();
        self.visible.open();
        let bound = self.bind();
        let pattern = self.pattern(&bound);
        let mut code = self.resume(0, &bound);
        self.visible.close();
        let label = names::arm_label();
        let last_jump = quote!(break #label;).to_string();
        if code.last().is_some_and(|last| last.to_string() == last_jump) {
            code.pop();
        }
        quote!(#pattern => #label: { #(#code)* })
    }

    fn reaches(&self, block: BlockId) -> bool {
        self.machine.reaches(self.state.block, block)
    }

    fn owned(&self) -> impl Iterator<Item = BlockId> {
        self.body.block_ids().filter(|id| self.reaches(*id))
    }

    fn find_needed(&self) -> BTreeSet<LocalId> {
        let next = self.owned().flat_map(|id| self.body.block(id).next.iter().copied());
        let mut needed = BTreeSet::new();
        for state in next.filter_map(|next| self.machine.state_of(next)) {
            for &slot in &state.slots {
                match &self.machine.slots[slot].held {
                    Held::ByName(local) | Held::Left(local) => needed.extend([*local]),
                    Held::Kept(locals) => needed.extend(locals.iter().map(|(local, _)| *local)),
                }
            }
        }
        needed
    }

    // The head of the arm.

    /// Regions from the outermost on that are written without a block of their own.
    fn count_flat(&self) -> usize {
        let inner = self.path.iter().skip(1);
        let needs_no_block =
            |region| !self.leaves(region) || self.is_bare(region) || self.is_last(region);
        1 + inner.take_while(|(region, _)| needs_no_block(*region)).count()
    }

    /// Is the arm over with `region`, but for the state that it leaves for, and does the arm declare nothing in it that could borrow?
    ///
    /// What the state held of it is dropped when the arm ends: a moment later, before anything else happens.
    fn is_last(&self, region: RegionId) -> bool {
        let is_inside = |id: BlockId| self.body.is_within(self.body.block(id).region, region);
        let outside = self.owned().filter(|id| !is_inside(*id));
        outside.into_iter().all(|id| self.body.is_silent(id)) && !self.declares(region)
    }

    /// Does this arm declare locals of `region` that could borrow, or hide others?
    fn declares(&self, region: RegionId) -> bool {
        self.owned().any(|id| {
            self.body.block(id).events.iter().any(|event| {
                let local = self.body.local(event.local);
                matches!(event.what, What::Declare { .. })
                    && local.region == Some(region)
                    && (local.text_says != TextSays::Number || self.is_ambiguous(event.local))
            })
        })
    }

    /// Does control go on, in this arm or at a state, outside of `region` after having been in it?
    fn leaves(&self, region: RegionId) -> bool {
        self.owned().any(|id| {
            let block = self.body.block(id);
            let is_inside = |id: BlockId| self.body.is_within(self.body.block(id).region, region);
            is_inside(id)
                && block.next.iter().any(|next| {
                    let ends = matches!(self.body.block(*next).origin, crate::ir::Origin::End);
                    !ends && !is_inside(*next)
                })
        })
    }

    /// Has `region` neither locals in the state, nor any that this arm declares?
    fn is_bare(&self, region: RegionId) -> bool {
        let is_of_it = |local: LocalId| self.body.local(local).region == Some(region);
        let holds =
            self.state.slots.iter().any(|slot| is_of_it(self.machine.slots[*slot].oldest()));
        let declares =
            self.owned().any(|id| {
                self.body.block(id).events.iter().any(|event| {
                    matches!(event.what, What::Declare { .. }) && is_of_it(event.local)
                })
            });
        let region_of = self.body.region(region);
        let has_items = !region_of.items.is_empty() || region_of.is_unsafe;
        !has_items && !holds && !declares && !self.state.anew.iter().any(|local| is_of_it(*local))
    }

    fn level_of(&self, local: LocalId) -> usize {
        let region = self.body.local(local).region;
        self.path.iter().position(|(other, _)| Some(*other) == region).unwrap_or_default()
    }

    /// Names what the state holds, oldest first.
    fn bind(&mut self) -> Vec<Bound> {
        let mut bound: Vec<Bound> = Vec::new();
        for &slot in &self.state.slots {
            let local = self.machine.slots[slot].oldest();
            let binding = self.body.local(local);
            let (name, mutable) = match &self.machine.slots[slot].held {
                Held::ByName(_) => (binding.name.clone(), binding.mutable),
                Held::Kept(_) | Held::Left(_) => (self.machine.slots[slot].name.clone(), false),
            };
            let pattern = name.clone();
            bound.push(Bound { local, name, pattern, mutable, slot, level: self.level_of(local) });
        }
        for at in 0..bound.len() {
            let is_hidden = if bound[at].level < self.flat {
                bound[at + 1..]
                    .iter()
                    .any(|newer| newer.level < self.flat && newer.name == bound[at].name)
            } else {
                self.is_ambiguous(bound[at].local)
            };
            if is_hidden {
                let binding = self.body.local(bound[at].local);
                let alias = names::alias(&binding.name, binding.ordinal);
                self.visible.alias(bound[at].local, quote!(#alias));
                bound[at].pattern = alias;
            }
        }
        bound
    }

    /// Does its name mean something else as well, somewhere in the body?
    fn is_ambiguous(&self, local: LocalId) -> bool {
        let name = names::plain(&self.body.local(local).name);
        self.body.foreign.contains(&name)
            || self
                .body
                .local_ids()
                .any(|other| other != local && names::plain(&self.body.local(other).name) == name)
    }

    /// `__FetchState::While1 { sock, site, mut total }`
    fn pattern(&self, bound: &[Bound]) -> TokenStream {
        let fields = bound.iter().map(|bound| {
            let slot = &self.machine.slots[bound.slot];
            let mutable =
                (bound.mutable && bound.level < self.flat).then(<syn::Token![mut]>::default);
            let (field, name) = (&slot.name, &bound.pattern);
            if *field == *name { quote!(#mutable #name) } else { quote!(#field: #mutable #name) }
        });
        self.variant(self.state, &fields.collect::<Code>())
    }

    fn variant(&self, state: &State, fields: &[TokenStream]) -> TokenStream {
        let (enum_name, name) = (self.enum_name, format_ident!("{}", state.name));
        let fields = (!fields.is_empty()).then(|| quote!({ #(#fields),* }));
        quote!(#enum_name::#name #fields)
    }

    // From the inside out.

    /// What is left of the region at `level` of the path.
    fn resume(&mut self, level: usize, bound: &[Bound]) -> Code {
        let (region, step) = self.path[level];
        self.visible.open();
        let mut code = self.items(region);
        code.extend(self.take_over(level, bound));
        let goes_on = if level + 1 == self.path.len() {
            Some(step)
        } else {
            let inner = self.resume(level + 1, bound);
            let construct = self.construct_at(region, step);
            let is_flat = level + 1 < self.flat || self.is_bare(self.path[level + 1].0);
            let resumed = self.resumed(construct, inner, is_flat);
            self.deliver(construct, (region, step), resumed, &mut code).then_some(step + 1)
        };
        if let Some(step) = goes_on {
            self.steps(region, step, &mut code);
        }
        self.end_of_root(region, &mut code);
        self.visible.close();
        code
    }

    /// Locals of the state, and those that hold nothing in it, in the order of their age.
    ///
    /// ```text
    /// let x = __x2;
    /// let mut batch;
    /// ```
    fn take_over(&mut self, level: usize, bound: &[Bound]) -> Code {
        let mut code = Code::new();
        let is_flat = level < self.flat;
        let region = self.path[level].0;
        let anew: Vec<LocalId> = self
            .state
            .anew
            .iter()
            .copied()
            .filter(|local| self.body.local(*local).region == Some(region))
            .collect();
        for local in &anew {
            if is_flat {
                code.push(self.declare_anew(*local));
            }
        }
        let oldest_anew = anew.first().copied();
        for bound in bound.iter().filter(|bound| bound.level == level) {
            let (name, pattern) = (&bound.name, &bound.pattern);
            let mutable = bound.mutable.then(<syn::Token![mut]>::default);
            let is_hidden = *name != *pattern;
            if is_flat {
                // What is declared anew is older: it must be dropped later.
                let is_number = self.body.local(bound.local).text_says == TextSays::Number;
                if oldest_anew.is_some_and(|oldest| oldest < bound.local) && !is_number {
                    code.push(quote!(let #mutable #pattern = #pattern;));
                }
                if !is_hidden {
                    self.visible.bind(name, bound.local);
                }
                continue;
            }
            for local in anew.iter().filter(|local| **local < bound.local) {
                if !code_declares(&code, &self.declare_anew(*local)) {
                    code.push(self.declare_anew(*local));
                }
            }
            code.push(quote!(let #mutable #name = #pattern;));
            self.visible.bind(name, bound.local);
        }
        for local in anew {
            let declaration = self.declare_anew(local);
            if !is_flat && !code_declares(&code, &declaration) {
                code.push(declaration);
            }
            let name = self.body.local(local).name.clone();
            self.visible.bind(&name, local);
        }
        code
    }

    fn declare_anew(&self, local: LocalId) -> TokenStream {
        let binding = self.body.local(local);
        let (name, ty) = (&binding.name, binding.ty.as_ref().map(|ty| quote!(: #ty)));
        let mutable = binding.mutable.then(<syn::Token![mut]>::default);
        quote!(let #mutable #name #ty;)
    }

    fn construct_at(&self, region: RegionId, step: usize) -> &'a Construct {
        let body = self.body;
        match &body.region(region).steps[step] {
            Step::Construct(construct) => construct,
            _ => unreachable!("a region's parent is a construct"),
        }
    }

    /// A construct in which the arm began, from there on.
    fn resumed(&self, construct: &Construct, inner: Code, is_flat: bool) -> Value {
        let inner = if is_flat { Value::Statements(inner) } else { Value::block(&inner) };
        match &construct.kind {
            ConstructKind::If { .. } | ConstructKind::Match { .. } | ConstructKind::Test { .. } => {
                inner
            }
            ConstructKind::Block { label, .. } => inner.labelled(label),
            ConstructKind::Loop { head, next, next_label, exit_label } => {
                let mut code = inner.labelled(next_label).into_statements();
                if self.reaches(*next) {
                    self.store(*head, construct.span, &mut code);
                }
                Value::Statements(code).labelled(exit_label)
            }
        }
    }

    // From the start on.

    fn region(&mut self, region: RegionId) -> Code {
        self.visible.open();
        for (local, name) in self.entry_bindings(region) {
            self.visible.bind(&name, local);
        }
        let mut code = self.items(region);
        self.steps(region, 0, &mut code);
        self.visible.close();
        code
    }

    fn items(&self, region: RegionId) -> Code {
        self.body.region(region).items.iter().map(|item| quote!(#item)).collect()
    }

    fn entry_bindings(&self, region: RegionId) -> Vec<(LocalId, Ident)> {
        self.bindings(region, None)
    }

    fn bindings(&self, region: RegionId, declared: Option<usize>) -> Vec<(LocalId, Ident)> {
        let of_region = self.body.local_ids().filter(|id| {
            let local = self.body.local(*id);
            local.region == Some(region) && local.declared == declared && !local.is_argument
        });
        of_region.map(|id| (id, self.body.local(id).name.clone())).collect()
    }

    /// Before bindings hide others that are still needed.
    fn keep_hidden(&mut self, new: &[(LocalId, Ident)], code: &mut Code) {
        for (id, name) in new {
            let Some(old) = self.visible.means(name) else { continue };
            if old != *id && self.needed.contains(&old) && !self.visible.has_alias(old) {
                let (definition, access) = make_alias(self.body, old);
                code.push(definition);
                self.visible.alias(old, access);
            }
        }
    }

    fn steps(&mut self, region: RegionId, from: usize, code: &mut Code) {
        for step in from..self.body.region(region).steps.len() {
            let body = self.body;
            match &body.region(region).steps[step] {
                Step::Statement(statement) => {
                    let new = match statement {
                        Stmt::Local(_) => self.bindings(region, Some(step)),
                        _ => Vec::new(),
                    };
                    if is_bare_declaration(statement)
                        && !new.iter().any(|(local, _)| self.gives_value(*local))
                    {
                        continue;
                    }
                    self.keep_hidden(&new, code);
                    code.push(quote!(#statement));
                    for (local, name) in new {
                        self.visible.bind(&name, local);
                    }
                }
                Step::Value(value) => code.push(quote!(#value)),
                Step::Wait { id, operand, resume } => {
                    self.wait(*id, operand, *resume, code);
                    return;
                }
                Step::Construct(construct) => {
                    if !self.construct((region, step), construct, code) {
                        return;
                    }
                }
                Step::Pending => unreachable!("each construct is finished by `lower`"),
            }
        }
    }

    /// Does this arm assign the local? Where it does not, its type could not be inferred.
    fn gives_value(&self, local: LocalId) -> bool {
        self.owned().any(|id| {
            self.body
                .block(id)
                .events
                .iter()
                .any(|event| event.local == local && !matches!(event.what, What::Declare { .. }))
        })
    }

    /// Falling out of the body of a coroutine without a value.
    fn end_of_root(&self, region: RegionId, code: &mut Code) {
        let root = self.body.region(region);
        if root.parent.is_none() && root.end.is_some_and(|end| self.reaches(end)) {
            let returns = self.returns;
            code.push(quote!(return __kaa::#returns::finished(());));
        }
    }

    /// A construct from its start on; true if the arm goes on behind it.
    fn construct(&mut self, at: (RegionId, usize), construct: &Construct, code: &mut Code) -> bool {
        let value = match &construct.kind {
            ConstructKind::Loop { head, .. } => {
                self.store(*head, construct.span, code);
                return false;
            }
            ConstructKind::Block { label, region } => {
                let inner = self.region(*region);
                let is_flat = !self.leaves(*region);
                let inner = if is_flat { Value::Statements(inner) } else { Value::block(&inner) };
                inner.labelled(label)
            }
            ConstructKind::If { cond, then, otherwise } => {
                let entry = self.entry_bindings(*then);
                self.keep_hidden(&entry, code);
                let then = self.region(*then);
                let otherwise = otherwise.map(|region| {
                    let other = self.region(region);
                    quote!(else { #(#other)* })
                });
                Value::Expression(quote!(if #cond { #(#then)* } #otherwise))
            }
            ConstructKind::Match { scrutinee, arms } => {
                for arm in arms {
                    let entry = self.entry_bindings(arm.region);
                    self.keep_hidden(&entry, code);
                }
                let arms: Vec<TokenStream> = arms
                    .iter()
                    .map(|arm| {
                        let inner = Value::Statements(self.region(arm.region)).into_expression();
                        let (attributes, pat) = (&arm.attributes, &arm.pat);
                        quote!(#(#attributes)* #pat => #inner,)
                    })
                    .collect();
                Value::Expression(quote!(match #scrutinee { #(#arms)* }))
            }
            ConstructKind::Test { cond, then, next, exit_label } => {
                let entry = self.entry_bindings(*then);
                self.keep_hidden(&entry, code);
                let inner = self.region(*then);
                let leave = self.reaches(*next).then(|| quote!(else { break #exit_label; }));
                Value::Expression(quote!(if #cond { #(#inner)* } #leave))
            }
        };
        self.deliver(construct, at, value, code)
    }

    /// Gives the value of a construct to its destination; true if the arm goes on behind it.
    fn deliver(
        &mut self,
        construct: &Construct,
        (region, step): (RegionId, usize),
        value: Value,
        code: &mut Code,
    ) -> bool {
        if !self.reaches(construct.exit) && !matches!(construct.kind, ConstructKind::Test { .. }) {
            code.extend(value.into_statements());
            return false;
        }
        match &construct.dest {
            Dest::Discard { semicolon: false } => code.extend(value.into_statements()),
            Dest::Discard { semicolon: true } => match value {
                Value::Statements(statements) => code.extend(statements),
                value => {
                    let value = value.into_expression();
                    code.push(quote!(#value;));
                }
            },
            Dest::Let(local) => {
                let new = self.bindings(region, Some(step));
                self.keep_hidden(&new, code);
                code.push(make_let(local, &value.into_expression()));
                for (local, name) in new {
                    self.visible.bind(&name, local);
                }
            }
            Dest::Assign(place) => {
                let value = value.into_expression();
                code.push(quote!(#place = #value;));
            }
            Dest::Value => code.push(value.into_expression()),
            Dest::Return => {
                let (returns, value) = (self.returns, value.into_expression());
                code.push(quote!(return __kaa::#returns::finished(#value);));
                return false;
            }
            Dest::Break(label) => {
                let value = value.into_expression();
                code.push(quote!(break #label #value;));
                return false;
            }
        }
        if self.machine.state_of(construct.join).is_some() {
            self.store(construct.join, construct.span, code);
            return false;
        }
        self.reaches(construct.join)
    }

    // Leaving the arm.

    /// ```text
    /// __resume.wait(1, __yield1, __kaa::inprogress(operand));
    /// __state = __FetchState::Yield1Connect { site, sock };
    /// return __kaa::result::suspended();
    /// ```
    fn wait(&self, id: YieldId, operand: &syn::Expr, resume: BlockId, code: &mut Code) {
        let place = self.body.yields[id.0 - 1].span;
        let span = place;
        let (number, witness) = (id.0, names::witness(id.0));
        let number = proc_macro2::Literal::usize_unsuffixed(number);
        let mut awaited = yields::awaited(place, operand);
        if names::is_in(&awaited, "__resume") {
            // The operand takes the output of another yield.
            code.push(quote_spanned!(span=> let __awaited = #awaited;));
            awaited = quote_spanned!(span=> __awaited);
        }
        code.push(quote_spanned!(span=> __resume.wait(#number, #witness, #awaited);));
        let Some(state) = self.machine.state_of(resume) else {
            unreachable!("a yield's resumption is a state")
        };
        self.set_state(state, span, code);
        let returns = self.returns;
        code.push(quote_spanned!(span=> return __kaa::#returns::suspended();));
    }

    /// Goes to another state without a suspension.
    fn store(&self, block: BlockId, place: Span, code: &mut Code) {
        let Some(state) = self.machine.state_of(block) else {
            unreachable!("only states are stored")
        };
        self.set_state(state, place, code);
        let label = names::arm_label();
        code.push(quote!(break #label;));
    }

    fn set_state(&self, state: &State, span: Span, code: &mut Code) {
        let mut fields = Code::new();
        for &at in &state.slots {
            let slot = &self.machine.slots[at];
            let field = &slot.name;
            let value = match &slot.held {
                Held::ByName(local) => {
                    respan(self.visible.access(&self.body.local(*local).name, *local), span)
                }
                Held::Kept(_) | Held::Left(_) if self.state.slots.contains(&at) => {
                    respan(self.visible.access(field, slot.oldest()), span)
                }
                Held::Left(local) => {
                    let left = self.left(state, *local, span);
                    code.push(quote_spanned!(span=> let #field = #left;));
                    quote!(#field)
                }
                Held::Kept(locals) => {
                    let is_taken =
                        self.visible.means(field).is_some_and(|local| local != locals[0].0);
                    let oldest = self.body.local(locals[0].0);
                    let name = if is_taken {
                        names::alias(&oldest.name, oldest.ordinal)
                    } else {
                        field.clone()
                    };
                    let asked = locals.iter().map(|(local, seen)| self.asked(*local, *seen, span));
                    code.push(quote_spanned!(span=> let #name = __kaa::keep!(#(#asked),*);));
                    quote!(#name)
                }
            };
            let is_short = *field == value.to_string();
            fields.push(if is_short { value } else { quote_spanned!(span=> #field: #value) });
        }
        let variant = respan(self.variant(state, &fields), span);
        code.push(quote_spanned!(span=> __state = #variant;));
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
    fn asked(&self, local: LocalId, seen: Seen, span: Span) -> TokenStream {
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
            Seen::TakenApart => quote!(match #name),
        }
    }
}

/// `let x;`
fn is_bare_declaration(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local) if local.init.is_none())
}

/// `let pat: ty = value;`
fn make_let(local: &syn::Local, value: &TokenStream) -> TokenStream {
    let syn::Local { attrs, pat, .. } = local;
    quote!(#(#attrs)* let #pat = #value;)
}

fn code_declares(code: &Code, declaration: &TokenStream) -> bool {
    code.iter().any(|other| other.to_string() == declaration.to_string())
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

/// What a construct is written as.
enum Value {
    Expression(TokenStream),
    Statements(Code),
}

impl Value {
    /// `{ statements }`
    fn block(statements: &[TokenStream]) -> Value {
        Value::Expression(quote!({ #(#statements)* }))
    }

    /// In a labelled block, if anything in it breaks to `label`.
    fn labelled(self, label: &Lifetime) -> Value {
        let tokens = match &self {
            Value::Expression(tokens) => tokens.clone(),
            Value::Statements(code) => quote!(#(#code)*),
        };
        if !mentions(tokens, label) {
            return self;
        }
        match self {
            Value::Expression(block) if is_block(&block) => {
                Value::Expression(quote!(#label: #block))
            }
            value => {
                let code = value.into_statements();
                Value::Expression(quote!(#label: { #(#code)* }))
            }
        }
    }

    fn into_statements(self) -> Code {
        match self {
            Value::Expression(expression) => vec![expression],
            Value::Statements(code) => code,
        }
    }

    fn into_expression(self) -> TokenStream {
        match self {
            Value::Expression(expression) => expression,
            Value::Statements(code) => match code.as_slice() {
                [only] if syn::parse2::<syn::Expr>(only.clone()).is_ok() => only.clone(),
                _ => quote!({ #(#code)* }),
            },
        }
    }
}

fn is_block(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter();
    let first = tokens.next();
    let is_braced = matches!(first, Some(TokenTree::Group(group)) if group.delimiter() == proc_macro2::Delimiter::Brace);
    is_braced && tokens.next().is_none()
}

fn mentions(tokens: TokenStream, label: &Lifetime) -> bool {
    let mut after_tick = false;
    for token in tokens {
        let was_after_tick = std::mem::replace(&mut after_tick, false);
        match token {
            TokenTree::Group(group) if mentions(group.stream(), label) => return true,
            TokenTree::Punct(punct) => after_tick = punct.as_char() == '\'',
            TokenTree::Ident(name) if was_after_tick && name == label.ident => return true,
            _ => {}
        }
    }
    false
}
