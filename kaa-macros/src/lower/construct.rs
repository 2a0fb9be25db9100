//! Takes apart what contains a yield further in: blocks, branches, loops.

use syn::{
    BinOp, Block as Code, Expr, ExprBlock, ExprForLoop, ExprIf, ExprLoop, ExprMatch, ExprUnsafe,
    ExprWhile, Lifetime, Pat, parse_quote,
};

use super::rest::Kept;
use super::{Lower, Target, desugar, guard};
use crate::ir::{
    Arm, BlockId, Construct, ConstructKind, Dest, Origin, RegionId, Step, TextSays, What,
};
use crate::{names, spill, text, yields};

/// Is a yield in a part of `expr` that has statements of its own, or is entered more than once?
pub(crate) fn waits_inside(expr: &Expr) -> bool {
    match expr {
        Expr::If(branch) => {
            yields::contained_in_block(&branch.then_branch)
                || branch.else_branch.as_ref().is_some_and(|(_, other)| yields::contains(other))
                || desugar::waits_late(&branch.cond)
        }
        Expr::Binary(binary) => {
            matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) && yields::contains(&binary.right)
        }
        Expr::Match(test) => {
            test.arms.iter().any(|arm| yields::contains(&arm.body) || guard::waits(&arm.pat))
        }
        Expr::ForLoop(each) => yields::contained_in_block(&each.body),
        Expr::While(_) | Expr::Loop(_) | Expr::Block(_) | Expr::Unsafe(_) => yields::contains(expr),
        Expr::Paren(paren) => waits_inside(&paren.expr),
        _ => false,
    }
}

/// Has the header of a construct something to spill, which has to live as long as the construct?
pub(super) fn header_is_late(expr: &Expr) -> bool {
    match expr {
        Expr::If(branch) => matches!(*branch.cond, Expr::Let(_)) && spill::is_needed(&branch.cond),
        Expr::Match(test) => spill::is_needed(&test.expr),
        Expr::ForLoop(each) => spill::is_needed(&each.expr),
        _ => false,
    }
}

/// A construct that is being lowered.
struct Open {
    /// The step that stands for it.
    at: (RegionId, usize),
    /// Where its value is delivered.
    exit: BlockId,
    /// What the state behind it is called, and what it stands behind.
    name: String,
    text: String,
    span: proc_macro2::Span,
}

impl Lower<'_> {
    pub(super) fn construct(&mut self, expr: Expr, dest: Dest, is_last: bool) {
        match desugar::simpler(expr, || self.count("Chain")) {
            Expr::If(branch) => self.branch(branch, dest, is_last),
            Expr::Match(test) => self.match_arms(test, dest, is_last),
            Expr::Loop(endless) => self.endless(endless, dest, is_last),
            each @ (Expr::While(_) | Expr::ForLoop(_))
                if !matches!(dest, Dest::Discard { .. } | Dest::Value) =>
            {
                // Its value is that of a block that ends with it.
                self.scope(parse_quote!({ #each }), dest, is_last);
            }
            Expr::While(test) => self.while_loop(test, is_last),
            Expr::ForLoop(each) => self.for_loop(each, is_last),
            Expr::Block(block) => self.scope(block, dest, is_last),
            Expr::Unsafe(block) => self.unsafe_block(block, dest, is_last),
            other => unreachable!("`waits_inside` does not name this kind: {}", text::of(&other)),
        }
    }

    fn begin(&mut self, name: &str, text: String, span: proc_macro2::Span) -> Open {
        let at = (self.region, self.body.region(self.region).steps.len());
        self.split_off();
        self.push(Step::Pending);
        let exit = self.block(Origin::Inner);
        Open { at, exit, name: format!("After{name}"), text, span }
    }

    /// Delivers the value at the construct's exit and goes on behind it.
    fn finish(&mut self, open: Open, kind: ConstructKind, dest: Dest, is_last: bool) {
        let Open { at, exit, name, text, span } = open;
        self.enter(exit);
        let first_new = self.body.locals.len();
        match &dest {
            Dest::Discard { .. } | Dest::Value => {}
            Dest::Let(local) => self.declare(&local.pat, true),
            Dest::Assign(place) => self.assign(place),
            Dest::Return => self.goto(self.end),
            Dest::Break(label) => self.leave(label),
        }
        for local in &mut self.body.locals[first_new..] {
            local.declared = Some(at.1);
        }
        let origin = if is_last { Origin::Inner } else { Origin::After { name, text } };
        let join = self.block(origin);
        self.goto(join);
        self.enter(join);
        let construct = Construct { kind, dest, exit, join, span };
        self.body.regions[at.0.0].steps[at.1] = Step::Construct(Box::new(construct));
    }

    pub(super) fn scope(&mut self, block: ExprBlock, dest: Dest, is_last: bool) {
        let name = format!("Block{}", self.count("Block"));
        let header = match &block.label {
            None => "the block".to_owned(),
            Some(label) => format!("{}: {{ .. }}", label.name),
        };
        let span = block.block.brace_token.span.open();
        let open = self.begin(&name, header, span);
        let label = names::label(&open.name);
        let mut code = block.block;
        let user = block.label.map(|label| label.name);
        super::jump::retarget(&mut code, user.as_ref(), false, &label, None);
        self.targets.push(target(&label, open.exit));
        let region = self.open(open.at);
        self.statements(code.stmts, &Dest::Value);
        let end = self.close(region);
        self.targets.pop();
        self.edge(end, open.exit);
        self.finish(open, ConstructKind::Block { label, region }, dest, is_last);
    }

    fn unsafe_block(&mut self, block: ExprUnsafe, dest: Dest, is_last: bool) {
        let name = format!("Block{}", self.count("Block"));
        let open = self.begin(&name, "unsafe { .. }".to_owned(), block.unsafe_token.span);
        let region = self.open(open.at);
        self.body.regions[region.0].is_unsafe = true;
        self.statements(block.block.stmts, &Dest::Value);
        let end = self.close(region);
        self.edge(end, open.exit);
        let label = names::label(&open.name);
        self.finish(open, ConstructKind::Block { label, region }, dest, is_last);
    }

    /// A statement with something to spill: a scope of its own, which ends with it.
    pub(super) fn statement_scope(&mut self, expr: Expr, dest: Dest, is_last: bool) {
        let name = format!("Statement{}", self.count("Statement"));
        let span = yields::first_span(&expr).unwrap_or_else(proc_macro2::Span::call_site);
        let open = self.begin(&name, yields::text_of(&expr), span);
        let region = self.open(open.at);
        let inner = match &dest {
            Dest::Discard { semicolon } => Dest::Discard { semicolon: *semicolon },
            _ => Dest::Value,
        };
        let mut expr = expr;
        self.ready(&mut expr);
        self.expression(expr, inner, true);
        let end = self.close(region);
        self.edge(end, open.exit);
        let label = names::label(&open.name);
        let dest = match dest {
            Dest::Discard { .. } => Dest::Discard { semicolon: false },
            dest => dest,
        };
        self.finish(open, ConstructKind::Block { label, region }, dest, is_last);
    }

    fn branch(&mut self, branch: ExprIf, dest: Dest, is_last: bool) {
        let name = format!("If{}", self.count("If"));
        let mut cond = *branch.cond;
        let header = yields::text_of(&cond);
        self.ready(&mut cond);
        let span = branch.if_token.span;
        let open = self.begin(&name, format!("if {header}"), span);
        let failed = self.block(Origin::Inner);
        let then = self.open(open.at);
        self.whole_condition(&mut cond, failed);
        self.finish_returns(&mut cond);
        self.statements(branch.then_branch.stmts, &Dest::Value);
        let end = self.close(then);
        self.edge(end, open.exit);
        self.enter(failed);
        let otherwise = match branch.else_branch {
            None => {
                self.goto(open.exit);
                None
            }
            Some((_, other)) => {
                let region = self.open(open.at);
                match *other {
                    Expr::Block(block) if block.label.is_none() => {
                        self.statements(block.block.stmts, &Dest::Value);
                    }
                    other => self.expression(other, Dest::Value, true),
                }
                let end = self.close(region);
                self.edge(end, open.exit);
                Some(region)
            }
        };
        self.finish(open, ConstructKind::If { cond, failed, then, otherwise }, dest, is_last);
    }

    fn match_arms(&mut self, test: ExprMatch, dest: Dest, is_last: bool) {
        let is_guarded = test.arms.iter().any(|arm| guard::waits(&arm.pat));
        if is_guarded && !desugar::is_place(&test.expr) {
            return self.match_of_a_value(test, dest, is_last);
        }
        let name = format!("Match{}", self.count("Match"));
        let mut scrutinee = *test.expr;
        let header = yields::text_of(&scrutinee);
        self.ready(&mut scrutinee);
        let open = self.begin(&name, format!("match {header}"), test.match_token.span);
        self.place(&scrutinee);
        let is_given_back = match &dest {
            Dest::Assign(place) => self
                .local_named_by(&scrutinee)
                .is_some_and(|local| self.local_named_by(place) == Some(local)),
            _ => false,
        };
        let mut arms = Vec::new();
        let last = test.arms.len().saturating_sub(1);
        for (at, arm) in test.arms.into_iter().enumerate() {
            let next = (at < last).then(|| self.block(Origin::Inner));
            let guard = self.guard(&arm.pat, &scrutinee, next, open.at);
            let region = self.open(open.at);
            let pat = match &guard {
                Some(_) => self.entered_again(arm.pat, &scrutinee, is_given_back),
                None => self.arm_pattern(arm.pat, &scrutinee, next, is_given_back),
            };
            match *arm.body {
                Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
                    self.statements(block.block.stmts, &Dest::Value);
                }
                body => self.expression(body, Dest::Value, true),
            }
            let end = self.close(region);
            self.edge(end, open.exit);
            arms.push(Arm { attributes: arm.attrs, pat, guard, region });
            self.current = None;
            if let Some(next) = next {
                self.enter(next);
            }
        }
        self.finish_returns(&mut scrutinee);
        self.finish(open, ConstructKind::Match { scrutinee, arms }, dest, is_last);
    }

    /// Enters an arm; where its pattern or guard fails, control goes to `next`.
    fn arm_pattern(
        &mut self,
        mut pat: Pat,
        scrutinee: &Expr,
        next: Option<BlockId>,
        is_given_back: bool,
    ) -> Pat {
        self.test(scrutinee, &pat, next);
        let inner = match &pat {
            Pat::Guard(guard) => &guard.pat,
            pat => pat,
        };
        let local = self.local_named_by(scrutinee);
        let first_new = self.body.locals.len();
        self.declare_at_entry(inner);
        self.lend_parts(scrutinee, inner, first_new);
        if let Pat::Guard(guard) = &mut pat {
            self.value(&guard.guard);
            self.part(next);
            self.finish_returns(&mut *guard.guard);
            let kept = self.taken_with_rest(local, &mut guard.pat, is_given_back);
            self.keep_rests(kept);
        } else {
            let kept = self.taken_with_rest(local, &mut pat, is_given_back);
            self.keep_rests(kept);
        }
        pat
    }

    /// A place where control may go to `other` instead of on.
    pub(super) fn part(&mut self, other: Option<BlockId>) {
        let here = self.split();
        if let Some(other) = other {
            self.edge(here, other);
        }
    }

    fn endless(&mut self, endless: ExprLoop, dest: Dest, is_last: bool) {
        let name = format!("Loop{}", self.count("Loop"));
        let user = endless.label.map(|label| label.name);
        let header = with_label(user.as_ref(), "loop".to_owned());
        let span = endless.loop_token.span;
        let open = self.begin(&name, header.clone(), span);
        let mut code = endless.body;
        let kind = self.looping(&open, &name, header, user.as_ref(), &mut code, |cx, code, _| {
            cx.statements(code.stmts, &Dest::Value);
        });
        self.finish(open, kind, dest, is_last);
    }

    fn while_loop(&mut self, test: ExprWhile, is_last: bool) {
        let name = format!("While{}", self.count("While"));
        let user = test.label.map(|label| label.name);
        let header = with_label(user.as_ref(), format!("while {}", yields::text_of(&test.cond)));
        let dest = Dest::Discard { semicolon: false };
        self.testing_loop(
            &name,
            header,
            user.as_ref(),
            *test.cond,
            test.body,
            test.while_token.span,
            dest,
            is_last,
        );
    }

    /// ```text
    /// for pat in iterator { body }
    ///     ->
    /// { let mut __iter1 = IntoIterator::into_iter(iterator); while let Some(pat) = Iterator::next(&mut __iter1) { body } }
    /// ```
    fn for_loop(&mut self, each: ExprForLoop, is_last: bool) {
        let number = self.count("For");
        let name = format!("For{number}");
        let user = each.label.map(|label| label.name);
        let mut source = *each.expr;
        let shown = yields::text_of(&source);
        self.ready(&mut source);
        let header = with_label(user.as_ref(), format!("for {} in {shown}", text::of(&each.pat)));
        let span = each.for_token.span;
        let open = self.begin(&name, header.clone(), span);
        let region = self.open(open.at);
        self.value(&source);
        let lent = self.lent_by(&source);
        self.finish_returns(&mut source);
        let iterator = names::iterator(number);
        let id = self.local(iterator.clone(), true, None);
        self.body.locals[id.0].lent = lent;
        self.event(id, What::Declare { initialised: true });
        self.push(Step::Statement(parse_quote! {
            let mut #iterator = ::core::iter::IntoIterator::into_iter(#source);
        }));
        let mut pat = each.pat;
        if let Pat::Wild(_) = *pat {
            // The item lives to the end of its lap.
            let item = names::item(number);
            pat = parse_quote!(#item);
        }
        let cond = Expr::Let(parse_quote! {
            let ::core::option::Option::Some(#pat) = ::core::iter::Iterator::next(&mut #iterator)
        });
        let dest = Dest::Discard { semicolon: false };
        self.testing_loop(&name, header, user.as_ref(), cond, each.body, span, dest.clone(), true);
        let end = self.close(region);
        self.edge(end, open.exit);
        let label = names::label(&format!("{name}Block"));
        self.finish(open, ConstructKind::Block { label, region }, dest, is_last);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a loop")]
    fn testing_loop(
        &mut self,
        name: &str,
        header: String,
        user: Option<&Lifetime>,
        mut cond: Expr,
        mut code: Code,
        span: proc_macro2::Span,
        dest: Dest,
        is_last: bool,
    ) {
        let open = self.begin(name, header.clone(), span);
        let exit = open.exit;
        let kind = self.looping(&open, name, header, user, &mut code, |cx, code, labels| {
            cx.ready(&mut cond);
            let test = cx.begin(name, String::new(), span);
            let failed = cx.block(Origin::Inner);
            let then = cx.open(test.at);
            cx.whole_condition(&mut cond, failed);
            cx.finish_returns(&mut cond);
            cx.statements(code.stmts, &Dest::Value);
            let end = cx.close(then);
            cx.edge(end, test.exit);
            if cx.is_reached(failed) {
                cx.edge(Some(failed), exit);
            }
            let exit_label = labels.exit.clone();
            let kind = ConstructKind::Test { cond, failed, then, next: labels.next, exit_label };
            cx.finish(test, kind, Dest::Discard { semicolon: false }, true);
        });
        self.finish(open, kind, dest, is_last);
    }

    /// The part that all loops have: the head, where `continue` and `break` lead, the way back.
    fn looping(
        &mut self,
        open: &Open,
        name: &str,
        header: String,
        user: Option<&Lifetime>,
        code: &mut Code,
        write_body: impl FnOnce(&mut Self, Code, &Labels),
    ) -> ConstructKind {
        let (next_label, exit_label) = (names::label(name), names::label(&open.name));
        super::jump::retarget(code, user, true, &exit_label, Some(&next_label));
        let next = self.block(Origin::Inner);
        self.targets.push(target(&exit_label, open.exit));
        self.targets.push(target(&next_label, next));
        let body = self.open(open.at);
        let head = self.block(Origin::LoopHead { name: name.to_owned(), text: header });
        self.goto(head);
        self.enter(head);
        let code = std::mem::replace(code, parse_quote!({}));
        write_body(self, code, &Labels { exit: exit_label.clone(), next });
        let end = self.close(body);
        self.targets.truncate(self.targets.len() - 2);
        self.edge(end, next);
        if self.is_reached(next) {
            self.edge(Some(next), head);
        }
        ConstructKind::Loop { head, next, next_label, exit_label }
    }

    /// A condition, in front of the region where it holds. Only a `let` that is all of it decides alone whether its parts are taken.
    fn whole_condition(&mut self, cond: &mut Expr, failed: BlockId) {
        let Expr::Let(test) = cond else { return self.condition(cond, failed) };
        self.scrutinee(&test.expr, &test.pat);
        self.test(&test.expr, &test.pat, Some(failed));
        let local = self.local_named_by(&test.expr);
        let first_new = self.body.locals.len();
        self.declare_at_entry(&test.pat);
        self.lend_parts(&test.expr, &test.pat, first_new);
        let kept = self.taken_with_rest(local, &mut test.pat, false);
        self.keep_rests(kept);
    }

    /// A condition: where it holds, control goes on with its bindings; where it fails, to `failed`.
    pub(super) fn condition(&mut self, cond: &Expr, failed: BlockId) {
        match cond {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.condition(&both.left, failed);
                self.condition(&both.right, failed);
            }
            Expr::Let(test) => {
                self.scrutinee(&test.expr, &test.pat);
                self.test(&test.expr, &test.pat, Some(failed));
                let local = self.local_named_by(&test.expr);
                self.declare_at_entry(&test.pat);
                self.taken_apart(local, &test.pat);
            }
            Expr::Paren(paren) => self.condition(&paren.expr, failed),
            Expr::Group(group) => self.condition(&group.expr, failed),
            other => {
                self.value(other);
                self.part(Some(failed));
            }
        }
    }

    /// Declares what a pattern binds that stands in front of a region's statements.
    pub(super) fn declare_at_entry(&mut self, pat: &Pat) {
        let first_new = self.body.locals.len();
        self.declare(pat, true);
        for local in &mut self.body.locals[first_new..] {
            local.declared = None;
        }
    }

    /// What a `let` with an initialiser does.
    ///
    /// Gives what the pattern leaves of a local: to be kept behind the statement.
    pub(super) fn initialise(&mut self, local: &mut syn::Local) -> Vec<Kept> {
        let Some(init) = &local.init else { return Vec::new() };
        self.scrutinee(&init.expr, &local.pat);
        let scrutinee = self.local_named_by(&init.expr);
        let borrow = self.direct_borrow(&local.pat, &init.expr);
        let kind = match &*init.expr {
            Expr::Closure(closure) => super::capture::kind_of(closure, |name| self.is_local(name)),
            Expr::Lit(_) => TextSays::Number,
            _ => TextSays::Nothing,
        };
        let lent = self.lent_to(&local.pat, &init.expr);
        let makes_owner = super::lent::makes_owner(&init.expr);
        let makes_cell = super::lent::is_cell(&init.expr);
        let first_new = self.body.locals.len();
        self.declare(&local.pat, true);
        let mut new = self.body.locals[first_new..].iter_mut().filter(|local| !local.is_rest);
        if let (Some(only), None) = (new.next(), new.next()) {
            only.borrow = borrow;
            only.lent = lent;
            only.is_owner |= makes_owner;
            only.is_cell |= makes_cell;
            if only.text_says == TextSays::Nothing {
                only.text_says = kind;
            }
        }
        self.taken_with_rest(scrutinee, &mut local.pat, false)
    }

    /// `let pat = init else { diverges };`
    pub(super) fn let_else(&mut self, mut local: syn::Local) {
        let Some(init) = &local.init else { return };
        self.scrutinee(&init.expr, &local.pat);
        let failed = self.block(Origin::Inner);
        self.test(&init.expr, &local.pat, Some(failed));
        let matched = self.current.take();
        self.enter(failed);
        if let Some((_, otherwise)) = &init.diverge {
            self.value(otherwise);
        }
        self.current = matched;
        let scrutinee = self.local_named_by(&init.expr);
        self.declare(&local.pat, true);
        let kept = self.taken_with_rest(scrutinee, &mut local.pat, false);
        self.finish_returns(&mut local);
        self.push(Step::Statement(syn::Stmt::Local(local)));
        self.keep_rests(kept);
    }
}

/// Where a loop's body leads.
struct Labels {
    exit: Lifetime,
    next: BlockId,
}

fn target(label: &Lifetime, on_break: BlockId) -> Target {
    Target { label: Some(label.ident.to_string()), is_loop: false, on_break, on_continue: None }
}

fn with_label(user: Option<&Lifetime>, header: String) -> String {
    match user {
        None => header,
        Some(label) => format!("{label}: {header}"),
    }
}
