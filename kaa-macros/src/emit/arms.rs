//! One arm a state: from there to the next suspensions, with the user's own control flow in between.
//!
//! An arm begins somewhere inside of the user's blocks. It is written from the inside out: what is left of the innermost block, as a
//! block that takes over what the state holds of it; then what comes behind that block in the one around it; and so on, until a
//! state or the end is reached. Where the user's text jumps, the arm breaks out of a labelled block of the same place.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{BinOp, Expr, Stmt};

use super::enter::Bound;
use super::leave::Exit;
use super::scope::{Visible, make_alias};
use super::split::Split;
use super::value::{Code, Value};
use crate::input::Input;
use crate::ir::{
    Arm as MatchArm, BlockId, Body, Construct, ConstructKind, Dest, LocalId, RegionId, Step, What,
};
use crate::live::{Held, Machine, State};
use crate::{names, text};

pub(super) fn make_arms(
    enum_name: &Ident,
    input: &Input,
    body: &Body,
    machine: &Machine,
) -> Vec<TokenStream> {
    let returns = input.returns.kind.module();
    let silent = body.silent_blocks();
    let arm = |state| {
        let mut cx = Arm {
            enum_name,
            returns: &returns,
            body,
            machine,
            silent: &silent,
            state,
            path: body.path(state.block),
            flat: 0,
            visible: Visible::default(),
            temporaries: None,
            exits: Vec::new(),
            done: 0,
            splits: Vec::new(),
            noted: BTreeSet::new(),
            late: BTreeSet::new(),
            restored: BTreeSet::new(),
        };
        cx.late = cx.find_late();
        cx.noted.clone_from(&cx.late);
        cx.splits = cx.find_splits();
        cx.write()
    };
    machine.states.iter().map(arm).collect()
}

/// The context of one arm.
pub(super) struct Arm<'a> {
    pub(super) enum_name: &'a Ident,
    pub(super) returns: &'a Ident,
    pub(super) body: &'a Body,
    pub(super) machine: &'a Machine,
    /// Blocks in which no code of the user's is.
    pub(super) silent: &'a BTreeSet<BlockId>,
    pub(super) state: &'a State,
    /// The regions around the place where the arm begins, outermost first.
    pub(super) path: Vec<(RegionId, usize)>,
    /// How many of them need no block of their own, for control does not fall out of them.
    pub(super) flat: usize,
    pub(super) visible: Visible,
    /// How deep names were nested where the outermost construct began whose scrutinee may hold temporaries.
    pub(super) temporaries: Option<usize>,
    /// What that construct is left for.
    pub(super) exits: Vec<Exit<'a>>,
    /// Labels given to such constructs.
    pub(super) done: usize,
    /// Constructs that leave locals in different ways, each with those.
    pub(super) splits: Vec<Split>,
    /// Locals of which it has been noted what is left of them.
    pub(super) noted: BTreeSet<LocalId>,
    /// Locals that stay in their slot until they are assigned.
    pub(super) late: BTreeSet<LocalId>,
    /// Those of them that have been assigned in the construct that is being written.
    pub(super) restored: BTreeSet<LocalId>,
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

    pub(super) fn reaches(&self, block: BlockId) -> bool {
        self.machine.reaches(self.state.block, block)
    }

    pub(super) fn owned(&self) -> impl Iterator<Item = BlockId> {
        self.body.block_ids().filter(|id| self.reaches(*id))
    }

    /// Does a state of `region` hold `local` to which the arm goes?
    fn is_needed_in(&self, region: RegionId, local: LocalId) -> bool {
        let next = self.owned().flat_map(|id| self.body.block(id).next.iter());
        let mut held = next
            .filter(|next| self.body.is_within(self.body.block(**next).region, region))
            .filter_map(|next| self.machine.state_of(*next))
            .flat_map(|state| &state.slots)
            .map(|slot| &self.machine.slots[*slot].held);
        held.any(|held| match held {
            Held::ByName(named) | Held::Left(named) => *named == local,
            Held::Kept(locals) => locals.iter().any(|(kept, _)| *kept == local),
        })
    }

    pub(super) fn variant(&self, state: &State, fields: &[TokenStream]) -> TokenStream {
        let (enum_name, name) = (self.enum_name, format_ident!("{}", state.name));
        let fields = (!fields.is_empty()).then(|| quote!({ #(#fields),* }));
        quote!(#enum_name::#name #fields)
    }

    // From the inside out.

    /// What is left of the region at `level` of the path.
    pub(super) fn resume(&mut self, level: usize, bound: &[Bound]) -> Code {
        let (region, step) = self.path[level];
        self.visible.open();
        let mut code = self.items(region);
        code.extend(self.take_over(level, bound));
        let goes_on = if level + 1 == self.path.len() {
            Some(step)
        } else {
            let construct = self.construct_at(region, step);
            let resumed = self.paths(construct.exit, |cx| cx.resumed_in(construct, level, bound));
            self.deliver(construct, (region, step), resumed, &mut code).then_some(step + 1)
        };
        if let Some(step) = goes_on {
            self.steps(region, step, &mut code);
        }
        self.note_at_end(region, &mut code);
        self.end_of_root(region, &mut code);
        self.visible.close();
        code
    }

    /// The construct around the region behind `level` of the path, in which the arm began.
    fn resumed_in(&mut self, construct: &'a Construct, level: usize, bound: &[Bound]) -> Value {
        let child = self.path[level + 1].0;
        if let Some((scrutinee, arms)) = self.arms_from_guard(construct, child) {
            return self.resumed_in_guard(construct, scrutinee, arms, level + 1, bound);
        }
        let inner = self.resume(level + 1, bound);
        let is_flat = level + 1 < self.flat || self.is_bare(child);
        let inner = self.block(child, inner, is_flat);
        let inner = self.ended(child, inner);
        self.resumed(construct, inner)
    }

    fn construct_at(&self, region: RegionId, step: usize) -> &'a Construct {
        let body = self.body;
        match &body.region(region).steps[step] {
            Step::Construct(construct) => construct,
            _ => unreachable!("a region's parent is a construct"),
        }
    }

    /// A construct in which the arm began, from there on.
    fn resumed(&mut self, construct: &Construct, inner: Value) -> Value {
        match &construct.kind {
            ConstructKind::If { .. } | ConstructKind::Match { .. } | ConstructKind::Test { .. } => {
                inner
            }
            ConstructKind::Block { label, .. } => inner.labelled(label),
            ConstructKind::Loop { head, next, next_label, exit_label } => {
                let mut code = inner.labelled(next_label).into_ended_statements();
                if self.reaches(*next) {
                    let before = self.noted.clone();
                    self.noted.extend(self.split_at(*next));
                    self.store(*head, construct.span, &mut code);
                    self.noted = before;
                }
                Value::Statements(code).labelled(exit_label)
            }
        }
    }

    // From the start on.

    pub(super) fn region(&mut self, region: RegionId) -> Code {
        self.visible.open();
        let mut code = self.items(region);
        for (local, name) in self.entry_bindings(region) {
            self.visible.bind(&name, local);
            code.extend(self.declare_rest(local));
            code.extend(self.declare_note(local));
        }
        self.steps(region, 0, &mut code);
        self.note_at_end(region, &mut code);
        self.visible.close();
        code
    }

    fn items(&self, region: RegionId) -> Code {
        self.body.region(region).items.iter().map(|item| quote!(#item)).collect()
    }

    pub(super) fn entry_bindings(&self, region: RegionId) -> Vec<(LocalId, Ident)> {
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
    pub(super) fn keep_hidden(&mut self, new: &[(LocalId, Ident)], code: &mut Code) {
        for (id, name) in new {
            let Some(old) = self.visible.means(name).filter(|old| old != id) else { continue };
            let hidden_in = self.body.local(*id).region;
            let is_needed = hidden_in.is_some_and(|region| self.is_needed_in(region, old));
            let is_noted = self.splits.iter().any(|split| split.locals.contains(&old));
            if (is_needed || is_noted) && !self.visible.has_alias(old) {
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
                    self.restore_late(statement, code);
                    self.keep_hidden(&new, code);
                    code.push(quote!(#statement));
                    for (local, name) in new {
                        self.visible.bind(&name, local);
                        code.extend(self.declare_rest(local));
                        code.extend(self.declare_note(local));
                    }
                }
                Step::Value(value) => {
                    self.restore_late(value, code);
                    code.push(quote!(#value));
                }
                Step::Wait { id, operand, resume } => {
                    self.restore_late(operand, code);
                    self.wait(*id, operand, *resume, code);
                    return;
                }
                Step::Jump { label, value, semicolon, from } => {
                    self.restore_late(&quote!(#value), code);
                    self.jump(label, value.as_ref(), *semicolon, *from, code);
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

    /// `let mut __rest1;` behind the declaration of a local of which a pattern leaves something.
    fn declare_rest(&self, local: LocalId) -> Option<TokenStream> {
        let binding = self.body.local(local);
        let name = &binding.name;
        (binding.is_rest && self.gives_value(local)).then(|| quote!(let mut #name;))
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
        if let ConstructKind::Loop { head, .. } = construct.kind {
            self.store(head, construct.span, code);
            return false;
        }
        let value = self.paths(construct.exit, |cx| cx.construct_value(construct, code));
        self.deliver(construct, at, value, code)
    }

    fn construct_value(&mut self, construct: &Construct, code: &mut Code) -> Value {
        let falls_out = self.reaches(construct.exit);
        match &construct.kind {
            ConstructKind::Loop { .. } => unreachable!("a loop begins with a state"),
            ConstructKind::Block { label, region } => {
                let inner = self.branch(*region);
                let is_flat = !self.leaves(*region);
                self.block(*region, inner, is_flat).labelled(label)
            }
            ConstructKind::If { cond, failed, then, otherwise } => {
                self.restore_late(cond, code);
                let entry = self.entry_bindings(*then);
                self.keep_hidden(&entry, code);
                self.with_scrutinee(condition_holds_temporaries(cond), falls_out, |cx| {
                    let then = cx.branch(*then);
                    let otherwise = match otherwise {
                        Some(region) => Some(cx.branch(*region)),
                        None => cx.notes_of_no_branch(*failed),
                    };
                    let otherwise = otherwise.map(|code| quote!(else { #(#code)* }));
                    quote!(if #cond { #(#then)* } #otherwise)
                })
            }
            ConstructKind::Match { scrutinee, arms } => {
                self.restore_late(scrutinee, code);
                for arm in arms {
                    let entry = self.entry_bindings(arm.region);
                    self.keep_hidden(&entry, code);
                }
                // A guard borrows from the scrutinee while it is evaluated.
                let is_lent = arms.iter().any(|arm| arm.guard.is_some())
                    || scrutinee_holds_temporaries(scrutinee);
                self.with_scrutinee(is_lent, falls_out, |cx| {
                    let arms: Vec<TokenStream> = arms.iter().map(|arm| cx.match_arm(arm)).collect();
                    quote!(match #scrutinee { #(#arms)* })
                })
            }
            ConstructKind::Test { cond, failed, then, next, exit_label } => {
                self.restore_late(cond, code);
                let entry = self.entry_bindings(*then);
                self.keep_hidden(&entry, code);
                self.with_scrutinee(condition_holds_temporaries(cond), true, |cx| {
                    let inner = cx.branch(*then);
                    let notes = cx.notes_of_no_branch(*failed).unwrap_or_default();
                    let leaves = cx.reaches(*next) || !notes.is_empty();
                    let leave = leaves.then(|| quote!(else { #(#notes)* break #exit_label; }));
                    quote!(if #cond { #(#inner)* } #leave)
                })
            }
        }
    }

    /// A construct with a condition or a scrutinee.
    pub(super) fn with_scrutinee(
        &mut self,
        holds_temporaries: bool,
        falls_out: bool,
        write: impl FnOnce(&mut Self) -> TokenStream,
    ) -> Value {
        if holds_temporaries {
            self.without_temporaries(falls_out, write)
        } else {
            Value::Expression(write(self))
        }
    }

    pub(super) fn match_arm(&mut self, arm: &MatchArm) -> TokenStream {
        if let Some(guard) = &arm.guard {
            let guard = self.region(guard.region);
            return self.guarded_arm(arm, &guard);
        }
        let inner = Value::Statements(self.branch(arm.region)).into_expression();
        let (attributes, pat) = (&arm.attributes, &arm.pat);
        quote!(#(#attributes)* #pat => #inner,)
    }

    /// A region as a block of its own, or as statements of the one around it.
    fn block(&self, region: RegionId, inner: Code, is_flat: bool) -> Value {
        if self.body.region(region).is_unsafe {
            Value::Expression(quote!(unsafe { #(#inner)* }))
        } else if is_flat {
            Value::Statements(inner)
        } else {
            Value::block(&inner)
        }
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
            Dest::Discard { semicolon: false } => code.extend(value.into_ended_statements()),
            Dest::Discard { semicolon: true } => match value {
                value @ Value::Statements(_) => code.extend(value.into_ended_statements()),
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
                    code.extend(self.declare_rest(local));
                    code.extend(self.declare_note(local));
                }
            }
            Dest::Assign(place) => {
                self.restore_late(place, code);
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

/// May a condition hold temporaries while its branches are under way?
fn condition_holds_temporaries(condition: &Expr) -> bool {
    match condition {
        Expr::Let(test) => scrutinee_holds_temporaries(&test.expr),
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            condition_holds_temporaries(&both.left) || condition_holds_temporaries(&both.right)
        }
        // The temporaries of a condition without `let` end before its branches begin.
        _ => false,
    }
}

/// May a scrutinee hold temporaries, or a value of its own, while its arms are under way?
///
/// Not a place, nor what a yield gave, nor the next item of an iterator, which cannot borrow from that.
fn scrutinee_holds_temporaries(scrutinee: &Expr) -> bool {
    match scrutinee {
        Expr::Path(_) | Expr::Lit(_) => false,
        Expr::Field(field) => scrutinee_holds_temporaries(&field.base),
        Expr::Paren(paren) => scrutinee_holds_temporaries(&paren.expr),
        Expr::Group(group) => scrutinee_holds_temporaries(&group.expr),
        Expr::Try(inner) => scrutinee_holds_temporaries(&inner.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().any(scrutinee_holds_temporaries),
        Expr::MethodCall(call) => {
            !matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("__resume"))
        }
        Expr::Call(call) => !text::of(&call.func).ends_with("Iterator::next"),
        _ => true,
    }
}
