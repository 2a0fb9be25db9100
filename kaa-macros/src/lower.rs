//! Cuts a body into regions and writes the graph of what happens in it.
//!
//! A statement without a yield is kept as it is. One that begins with a yield becomes a wait and the statement with the value in its
//! place. What contains a yield further in (a loop, a branch, a block) is taken apart: `lower/construct.rs`.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Block as Code, Expr, Lifetime, Stmt};

use crate::diag::{self, Errors};
use crate::input::{Argument, Input};
use crate::ir::{
    Block, BlockId, Body, Dest, Event, Local, LocalId, Origin, Region, RegionId, Step, TextSays,
    What, Yield, YieldId,
};
use crate::{names, spill, text, yields};

mod borrow;
mod capture;
mod construct;
mod desugar;
mod fields;
mod flow;
mod guard;
mod items;
mod jump;
mod lent;
mod marks;
mod pattern;
mod refill;
mod rest;

pub(crate) use capture::{captured_names, mentioned};
pub(crate) use construct::waits_inside;
pub(crate) use fields::as_locals;
pub(crate) use items::hoist;
pub(crate) use refill::refill;
pub(crate) use rest::Rests;

/// The context of the pass.
struct Lower<'a> {
    errors: &'a mut Errors,
    body: Body,
    /// The block being written; none where control does not come.
    current: Option<BlockId>,
    /// The region being written.
    region: RegionId,
    scopes: Vec<Scope>,
    targets: Vec<Target>,
    /// Where the coroutine ends.
    end: BlockId,
    /// The plumbing module of the return type; `finished` is called in it.
    returns: proc_macro2::Ident,
    /// What patterns leave of locals, as far as it is known from an earlier pass.
    rests: &'a Rests,
    /// Of each local the patterns so far that leave a part of it.
    leaving: BTreeMap<LocalId, usize>,
    /// Of each local what was set aside for what a pattern leaves of it.
    set_aside: BTreeMap<(LocalId, usize), Vec<LocalId>>,
    /// The coroutine is written `-> ()`, or without a type.
    returns_unit: bool,
    counts: BTreeMap<&'static str, usize>,
}

/// Names that are visible.
#[derive(Default)]
struct Scope {
    names: Vec<(String, LocalId)>,
    /// The region whose scope this is; none inside a statement.
    region: Option<RegionId>,
}

/// Where a `break` or `continue` may lead.
struct Target {
    label: Option<String>,
    /// A loop: `break` and `continue` without a label find it.
    is_loop: bool,
    on_break: BlockId,
    on_continue: Option<BlockId>,
}

/// Lowers `code`, in which the yields are marked and `self` is renamed.
///
/// `split`: names of locals that a branch without a yield may leave in different ways. It is taken apart, so that each way can be noted.
pub(crate) fn lower(
    mut code: Code,
    input: &Input,
    found: Vec<Yield>,
    split: &BTreeSet<String>,
    rests: &Rests,
    errors: &mut Errors,
) -> Body {
    marks::mark_branches(&mut code, split);
    let mut cx = Lower {
        errors,
        body: Body { yields: found, ..Body::default() },
        current: None,
        region: RegionId(0),
        scopes: Vec::new(),
        targets: Vec::new(),
        end: BlockId(1),
        returns: input.returns.kind.module(),
        rests,
        leaving: BTreeMap::new(),
        set_aside: BTreeMap::new(),
        returns_unit: text::of(&input.returns.body) == "()",
        counts: BTreeMap::new(),
    };
    cx.body.regions.push(Region::default());
    let start = cx.block(Origin::Start);
    cx.end = cx.block(Origin::End);
    cx.current = Some(start);
    cx.scopes.push(Scope { names: Vec::new(), region: Some(RegionId(0)) });
    for argument in &input.arguments {
        cx.declare_argument(argument, &input.function.sig.generics);
    }
    cx.statements(code.stmts, &Dest::Return);
    let end = cx.fall_out(RegionId(0));
    cx.edge(end, cx.end);
    cx.body
}

impl Lower<'_> {
    fn declare_argument(&mut self, argument: &Argument, generics: &syn::Generics) {
        let id = self.local(argument.name.clone(), argument.mutable, argument.ty.clone());
        let local = &mut self.body.locals[id.0];
        local.is_argument = true;
        if argument.ty.as_ref().is_some_and(|ty| is_once(ty, generics)) {
            local.text_says = TextSays::Once;
        }
        local.declared = None;
        self.event(id, What::Declare { initialised: true });
        let first_new = self.body.locals.len();
        self.set_aside(id);
        for rest in &mut self.body.locals[first_new..] {
            rest.declared = None;
        }
    }

    // The graph.

    fn block(&mut self, origin: Origin) -> BlockId {
        let id = BlockId(self.body.blocks.len());
        let step = self.body.regions[self.region.0].steps.len();
        let (events, next, region) = (Vec::new(), Vec::new(), self.region);
        self.body.blocks.push(Block { origin, events, next, region, step });
        id
    }

    fn edge(&mut self, from: Option<BlockId>, to: BlockId) {
        if let Some(from) = from
            && !self.body.blocks[from.0].next.contains(&to)
        {
            self.body.blocks[from.0].next.push(to);
        }
    }

    /// Goes to `to`; what follows is not reached.
    fn goto(&mut self, to: BlockId) {
        let from = self.current.take();
        self.edge(from, to);
    }

    fn is_reached(&self, block: BlockId) -> bool {
        self.body.blocks.iter().any(|from| from.next.contains(&block))
    }

    /// Goes on in `block`, if anything leads there.
    fn enter(&mut self, block: BlockId) {
        self.current = self.is_reached(block).then_some(block);
    }

    /// Goes to a new block and goes on there: a place where paths part.
    fn split(&mut self) -> Option<BlockId> {
        let here = self.current?;
        let next = self.block(Origin::Inner);
        self.edge(Some(here), next);
        self.current = Some(next);
        Some(here)
    }

    /// Goes to a new block, and tells which that is.
    fn split_off(&mut self) -> BlockId {
        let next = self.block(Origin::Inner);
        self.goto(next);
        self.enter(next);
        next
    }

    fn event(&mut self, local: LocalId, what: What) {
        if let Some(current) = self.current {
            self.body.blocks[current.0].events.push(Event { local, what });
        }
        self.event_at_root(local, what);
    }

    // Scopes.

    fn local(&mut self, name: proc_macro2::Ident, mutable: bool, ty: Option<syn::Type>) -> LocalId {
        let id = LocalId(self.body.locals.len());
        let plain = names::plain(&name);
        let ordinal =
            1 + self.body.locals.iter().filter(|other| names::plain(&other.name) == plain).count();
        let text_says = if ty.as_ref().is_some_and(pattern::is_number) {
            TextSays::Number
        } else {
            TextSays::Nothing
        };
        let scope = self.scopes.last_mut().unwrap_or_else(|| unreachable!("a body is a scope"));
        scope.names.push((plain, id));
        let region = scope.region;
        let declared = region.map(|region| self.body.regions[region.0].steps.len());
        let is_argument = false;
        let is_owner = ty.as_ref().is_some_and(lent::is_owner);
        let is_cell = ty.as_ref().is_some_and(lent::is_cell);
        self.body.locals.push(Local {
            name,
            ordinal,
            mutable,
            ty,
            region,
            declared,
            is_argument,
            text_says,
            borrow: None,
            lent: None,
            is_owner,
            is_cell,
            in_guard: false,
            is_rest: false,
        });
        id
    }

    fn is_local(&self, name: &str) -> bool {
        let mut names = self.scopes.iter().flat_map(|scope| &scope.names);
        names.any(|(known, _)| known == name)
    }

    fn resolve(&mut self, name: &str) -> Option<LocalId> {
        let found = self.scopes.iter().rev().find_map(|scope| {
            scope.names.iter().rev().find(|(known, _)| known == name).map(|(_, id)| *id)
        });
        if found.is_none() {
            self.body.foreign.insert(name.to_owned());
        }
        found
    }

    // Regions.

    fn push(&mut self, step: Step) {
        self.body.regions[self.region.0].steps.push(step);
    }

    /// Opens a region that is a part of the step `parent`; its scope is open until [`Lower::close`].
    fn open(&mut self, parent: (RegionId, usize)) -> RegionId {
        let id = RegionId(self.body.regions.len());
        self.body.regions.push(Region { parent: Some(parent), ..Region::default() });
        self.region = id;
        self.scopes.push(Scope { names: Vec::new(), region: Some(id) });
        id
    }

    /// Closes `region`; gives the block where control falls out of it, if it does.
    fn close(&mut self, region: RegionId) -> Option<BlockId> {
        let end = self.fall_out(region);
        self.scopes.pop();
        if let Some((parent, _)) = self.body.region(region).parent {
            self.region = parent;
        }
        end
    }

    fn fall_out(&mut self, region: RegionId) -> Option<BlockId> {
        self.current?;
        let end = self.block(Origin::Inner);
        self.goto(end);
        for local in self.body.region(region).ends.clone() {
            self.body.blocks[end.0].events.push(Event { local, what: What::Move });
        }
        self.body.regions[region.0].end = Some(end);
        Some(end)
    }

    // Statements.

    /// Lowers the statements of a region; its value goes to `dest`.
    fn statements(&mut self, statements: Vec<Stmt>, dest: &Dest) {
        let last = statements.len().saturating_sub(1);
        for (at, statement) in statements.into_iter().enumerate() {
            if self.current.is_none() {
                // The twin has it, and rustc warns there.
                return;
            }
            self.statement(statement, (at == last).then_some(dest));
        }
    }

    /// Lowers a statement; `tail` is given for the last one of its region.
    fn statement(&mut self, statement: Stmt, tail: Option<&Dest>) {
        match statement {
            Stmt::Local(local) => self.let_statement(local, tail.is_some()),
            Stmt::Item(item) => self.item(item),
            Stmt::Expr(expr, semicolon) => {
                let dest = match tail {
                    Some(Dest::Return) if !self.returns_unit && must_diverge(&expr, semicolon) => {
                        return self.expression(in_block(expr, semicolon), Dest::Return, true);
                    }
                    Some(dest) if semicolon.is_none() && !is_unit_loop(&expr) => dest.clone(),
                    _ => Dest::Discard { semicolon: semicolon.is_some() },
                };
                self.expression(expr, dest, tail.is_some());
            }
            Stmt::Macro(mac) => {
                let braced = matches!(mac.mac.delimiter, syn::MacroDelimiter::Brace(_));
                let semicolon = mac.semi_token.is_some();
                let dest = match tail {
                    Some(dest) if !semicolon => dest.clone(),
                    _ => Dest::Discard { semicolon: semicolon || !braced },
                };
                let expr = Expr::Macro(syn::ExprMacro { attrs: mac.attrs, mac: mac.mac });
                if tail.is_some() && semicolon {
                    return self.statement(Stmt::Expr(expr, mac.semi_token), tail);
                }
                self.expression(expr, dest, tail.is_some());
            }
        }
    }

    fn let_statement(&mut self, mut local: syn::Local, is_last: bool) {
        let Some(init) = &mut local.init else {
            self.declare(&local.pat, false);
            self.push(Step::Statement(Stmt::Local(local)));
            return;
        };
        if let Some((_, otherwise)) = &init.diverge {
            let is_late = spill::is_needed(&init.expr) && !desugar::leaves_ours(otherwise);
            if is_late || yields::contains(otherwise) {
                match desugar::let_else(&local, || self.count("Else")) {
                    Some(as_match) => self.let_statement(as_match, is_last),
                    None => self.errors.at(&local.pat, diag::IN_LET_ELSE),
                }
                return;
            }
            self.ready(&mut init.expr);
            self.let_else(local);
            return;
        }
        if yields::contains(&init.expr) {
            let init = local.init.take().unwrap_or_else(|| unreachable!("looked at above"));
            self.expression(*init.expr, Dest::Let(Box::new(local)), is_last);
            return;
        }
        let kept = self.initialise(&mut local);
        self.finish_returns(&mut local);
        self.push(Step::Statement(Stmt::Local(local)));
        self.keep_rests(kept);
    }

    /// Lowers an expression whose value goes to `dest`. `is_last`: nothing follows in its region.
    fn expression(&mut self, mut expr: Expr, dest: Dest, is_last: bool) {
        loop {
            if self.current.is_none() {
                return;
            }
            if !yields::contains(&expr) {
                return self.plain(expr, dest);
            }
            if yields::is_mark(&expr) {
                return;
            }
            expr = match expr {
                Expr::Paren(paren) if waits_inside(&paren.expr) => *paren.expr,
                Expr::Group(group) => *group.expr,
                Expr::Return(jump) if jump.expr.is_some() => {
                    let value = jump.expr.unwrap_or_else(|| unreachable!("looked at above"));
                    return self.expression(*value, Dest::Return, false);
                }
                Expr::Break(syn::ExprBreak { label: Some(label), expr: Some(value), .. })
                    if waits_inside(&value) =>
                {
                    return self.expression(*value, Dest::Break(label), false);
                }
                Expr::Assign(assign) if waits_inside(&assign.right) => {
                    return self.expression(*assign.right, Dest::Assign(assign.left), is_last);
                }
                expr if construct::header_is_late(&expr) => {
                    return self.statement_scope(expr, dest, is_last);
                }
                expr if waits_inside(&expr) => return self.construct(expr, dest, is_last),
                expr if spill::is_needed(&expr) => {
                    return self.statement_scope(expr, dest, is_last);
                }
                mut expr => {
                    self.ready(&mut expr);
                    if let (Some(_), Some(place)) = (self.current, yields::first_span(&expr)) {
                        return self.errors.at_span(place, diag::UNKNOWN_PLACE);
                    }
                    expr
                }
            };
        }
    }

    /// Waits for each yield of `expr`, in order; what is evaluated before one becomes a `let` in front of it.
    fn ready(&mut self, expr: &mut Expr) {
        while let Some(before) = self.current.and_then(|_| spill::next(expr)) {
            match before {
                spill::Before::Wait(id, operand) => self.wait(id, operand),
                spill::Before::Spill { operand, typed_by } => {
                    let name = names::spill(self.count("Spill"));
                    let mut operand = std::mem::replace(operand, syn::parse_quote!(#name));
                    spill::use_up(&mut operand);
                    self.spill(&name, operand, typed_by.as_ref());
                }
            }
        }
    }

    /// `name` gets the value of an operand, with the type that it is expected to have in `typed_by`.
    ///
    /// ```text
    /// let __expected1 = __kaa::Expected::new();
    /// if false {
    ///     __kaa::never(apply(__expected1.hole(), __kaa::output(..)?));
    /// }
    /// let __spill1 = __expected1.is(operand);
    /// ```
    fn spill(&mut self, name: &proc_macro2::Ident, mut operand: Expr, typed_by: Option<&Expr>) {
        let Some(typed_by) = typed_by.filter(|_| !yields::contains(&operand)) else {
            let local = syn::parse_quote!(let mut #name = #operand;);
            return self.statement(local, None);
        };
        let expected = names::expected(self.count("Expected"));
        let judged = yields::with_hole(typed_by, &expected);
        self.value(&operand);
        self.finish_returns(&mut operand);
        for statement in [
            syn::parse_quote!(let #expected = __kaa::Expected::new();),
            syn::parse_quote!(if false { __kaa::never(#judged); }),
        ] {
            self.push(Step::Statement(statement));
        }
        let id = self.local(name.clone(), true, None);
        self.event(id, What::Declare { initialised: true });
        self.push(Step::Statement(syn::parse_quote!(let mut #name = #expected.is(#operand);)));
    }

    /// A suspension: `__resume.wait(..)`, the state stored, control back to the loop.
    fn wait(&mut self, id: YieldId, mut operand: Expr) {
        self.ready(&mut operand);
        self.value(&operand);
        self.finish_returns(&mut operand);
        let resume = self.block(Origin::Resume(id));
        self.goto(resume);
        self.push(Step::Wait { id, operand, resume });
        self.body.blocks[resume.0].step = self.body.region(self.region).steps.len();
        self.enter(resume);
    }

    /// An expression without a yield, as the user wrote it.
    fn plain(&mut self, mut expr: Expr, dest: Dest) {
        if let Expr::Break(syn::ExprBreak { label: Some(label), .. }) = &expr
            && yields::is_ours(label)
        {
            let semicolon = matches!(dest, Dest::Discard { semicolon: true });
            let label = label.clone();
            let Expr::Break(jump) = expr else { unreachable!("looked at above") };
            return self.jump_out(label, jump.expr.map(|value| *value), semicolon);
        }
        match dest {
            Dest::Discard { semicolon } => {
                self.value(&expr);
                self.finish_returns(&mut expr);
                let semicolon = semicolon.then(<syn::Token![;]>::default);
                self.push(Step::Statement(Stmt::Expr(expr, semicolon)));
            }
            Dest::Value => {
                self.value(&expr);
                self.finish_returns(&mut expr);
                self.push(Step::Value(expr));
            }
            Dest::Let(local) => {
                let mut local = *local;
                local.init = Some(syn::LocalInit {
                    eq_token: <syn::Token![=]>::default(),
                    expr: Box::new(expr),
                    diverge: None,
                });
                let kept = self.initialise(&mut local);
                self.finish_returns(&mut local);
                self.push(Step::Statement(Stmt::Local(local)));
                self.keep_rests(kept);
            }
            Dest::Assign(place) => {
                self.value(&expr);
                self.assign(&place);
                self.finish_returns(&mut expr);
                let statement = syn::parse_quote!(#place = #expr;);
                self.push(Step::Statement(statement));
            }
            Dest::Return => {
                self.value(&expr);
                self.finish_returns(&mut expr);
                self.goto(self.end);
                let statement = Stmt::Expr(self.finished(&expr), Some(<syn::Token![;]>::default()));
                self.push(Step::Statement(statement));
            }
            Dest::Break(label) => self.jump_out(label, Some(expr), true),
        }
    }

    /// `break 'label value;`
    fn jump_out(&mut self, label: Lifetime, mut value: Option<Expr>, semicolon: bool) {
        if let Some(value) = &mut value {
            self.value(value);
            self.finish_returns(value);
        }
        let from = self.split_off();
        self.leave(&label);
        self.push(Step::Jump { label, value, semicolon, from });
    }

    /// Control goes where `break 'label` leads.
    fn leave(&mut self, label: &Lifetime) {
        let name = label.ident.to_string();
        let target = self.targets.iter().rev().find(|target| target.label.as_ref() == Some(&name));
        match target.map(|target| target.on_break) {
            Some(block) => self.goto(block),
            // An unknown label: rustc says so in the twin.
            None => self.current = None,
        }
    }

    fn count(&mut self, kind: &'static str) -> usize {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        *count
    }
}

/// The last statement of a body that has a value, and is none: it never ends, or rustc refuses the body.
fn must_diverge(expr: &Expr, semicolon: Option<syn::Token![;]>) -> bool {
    let jumps = matches!(expr, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_));
    !jumps && (semicolon.is_some() || is_unit_loop(expr))
}

/// ```text
/// unreachable!();  ->  { unreachable!(); }
/// ```
///
/// A block that ends so has any type, as the body of a function has.
fn in_block(expr: Expr, semicolon: Option<syn::Token![;]>) -> Expr {
    let statement = Stmt::Expr(expr, semicolon);
    syn::parse_quote!({ #statement })
}

/// `for` and `while` are `()`: as the last statement they are no value.
fn is_unit_loop(expr: &Expr) -> bool {
    matches!(expr, Expr::ForLoop(_) | Expr::While(_))
}

/// `impl FnOnce()`, `Box<dyn FnOnce()>`, or a parameter that is bounded so.
fn is_once(ty: &syn::Type, generics: &syn::Generics) -> bool {
    let name = match ty {
        syn::Type::Path(path) => path.path.get_ident(),
        _ => None,
    };
    let says_once =
        |code: &dyn quote::ToTokens| text::of(&code.to_token_stream()).contains("FnOnce");
    let Some(name) = name else { return says_once(ty) };
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut bounds = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(bound) => Some((&bound.bounded_ty, &bound.bounds)),
        _ => None,
    });
    generics.type_params().any(|parameter| parameter.ident == *name && says_once(&parameter.bounds))
        || bounds.any(|(bounded, bounds)| text::of(bounded) == text::of(ty) && says_once(bounds))
}
