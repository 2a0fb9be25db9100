//! Makes a body that fails smaller, as long as it fails in the same way.

use std::io;

use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Stmt, parse_quote};

use crate::batch::Workshop;
use crate::body::{Body, Verdict};

/// So many candidates are judged at once.
const AT_ONCE: usize = 150;

/// The smallest body that still fails like `body`, whose verdict is given, and its own verdict.
///
/// # Errors
///
/// As [`Workshop::judge`].
pub fn smallest(
    workshop: &Workshop,
    body: &Body,
    verdict: &Verdict,
) -> io::Result<(Body, Verdict)> {
    let (mut best, mut known) = (body.clone(), verdict.clone());
    loop {
        let mut all = candidates(&best);
        all.sort_by_key(|candidate| candidate.text.len() + candidate.calls.len());
        let mut smaller = None;
        for some in all.chunks(AT_ONCE) {
            let verdicts = workshop.judge(some)?;
            let mut judged = some.iter().zip(verdicts);
            smaller = judged.find(|(_, found)| found.is_like(verdict));
            if smaller.is_some() {
                break;
            }
        }
        let Some((body, found)) = smaller else { break };
        (best, known) = (body.clone(), found);
    }
    best.name.clone_from(&body.name);
    Ok((best, known))
}

/// All bodies that are one step smaller.
fn candidates(body: &Body) -> Vec<Body> {
    let Ok(function) = syn::parse_str::<syn::ItemFn>(&body.text) else { return Vec::new() };
    let mut found = Vec::new();
    for wanted in 0.. {
        let mut step = Step { wanted, met: 0, done: false };
        let mut smaller = function.clone();
        step.visit_block_mut(&mut smaller.block);
        if !step.done {
            break;
        }
        // A parenthesis that is needed comes back when the tokens are written.
        if smaller.to_token_stream().to_string() != function.to_token_stream().to_string() {
            found.push((smaller, body.calls.clone()));
        }
    }
    if body.calls.len() > 1 {
        let one_call = |call: &String| (function.clone(), vec![call.clone()]);
        found.extend(body.calls.iter().map(one_call));
    }
    let mut named = Vec::new();
    for (index, (mut function, calls)) in found.into_iter().enumerate() {
        let old = function.sig.ident.to_string();
        let name = format!("smaller_{index}");
        function.sig.ident = syn::Ident::new(&name, function.sig.ident.span());
        let calls = calls.iter().map(|call| call.replacen(&old, &name, 1)).collect();
        named.push(Body { name, text: function.to_token_stream().to_string(), calls });
    }
    named
}

/// Does the step of the number `wanted`, in the order in which they are met.
struct Step {
    wanted: usize,
    met: usize,
    done: bool,
}

impl Step {
    fn is_next(&mut self) -> bool {
        let next = !self.done && self.met == self.wanted;
        self.met += 1;
        self.done |= next;
        next
    }
}

impl VisitMut for Step {
    /// A statement goes, or what is in it takes its place.
    fn visit_block_mut(&mut self, block: &mut Block) {
        for index in 0..block.stmts.len() {
            if self.is_next() {
                block.stmts.remove(index);
                return;
            }
            for inner in inner_blocks(&block.stmts[index]) {
                if self.is_next() {
                    block.stmts.splice(index..=index, inner.stmts);
                    return;
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    /// An expression becomes one of its own parts, or something plain.
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        for smaller in simpler(expr) {
            if self.is_next() {
                *expr = smaller;
                return;
            }
        }
        if let Expr::Match(matched) = expr
            && matched.arms.len() > 1
        {
            for index in 0..matched.arms.len() {
                if self.is_next() {
                    matched.arms.remove(index);
                    return;
                }
            }
        }
        if let Expr::If(branch) = expr
            && branch.else_branch.is_some()
            && self.is_next()
        {
            branch.else_branch = None;
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// The blocks that stand directly in a statement.
fn inner_blocks(statement: &Stmt) -> Vec<Block> {
    let Stmt::Expr(expr, _) = statement else { return Vec::new() };
    match expr {
        Expr::If(branch) => {
            let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
            let otherwise = match otherwise {
                Some(Expr::Block(block)) => Some(block.block.clone()),
                _ => None,
            };
            [Some(branch.then_branch.clone()), otherwise].into_iter().flatten().collect()
        }
        Expr::Block(block) => vec![block.block.clone()],
        Expr::While(looped) => vec![looped.body.clone()],
        Expr::Loop(looped) => vec![looped.body.clone()],
        Expr::ForLoop(looped) => vec![looped.body.clone()],
        _ => Vec::new(),
    }
}

/// What may stand in its place.
fn simpler(expr: &Expr) -> Vec<Expr> {
    let number: Expr = parse_quote!(1_u32);
    match expr {
        Expr::Binary(binary) => vec![(*binary.left).clone(), (*binary.right).clone()],
        Expr::Paren(paren) => vec![(*paren.expr).clone()],
        Expr::Call(call) => {
            let mut parts: Vec<Expr> = call.args.iter().cloned().collect();
            parts.push(number);
            parts
        }
        Expr::MethodCall(call) => vec![(*call.receiver).clone(), number],
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(value, None)] => vec![value.clone()],
            _ => Vec::new(),
        },
        Expr::If(branch) => {
            let block = branch.then_branch.clone();
            vec![parse_quote!(#block)]
        }
        Expr::Match(matched) => {
            let mut parts: Vec<Expr> = matched.arms.iter().map(body_of).collect();
            parts.push(number);
            parts
        }
        Expr::Try(tried) => vec![(*tried.expr).clone(), number],
        Expr::Index(_) | Expr::Macro(_) | Expr::Unsafe(_) => vec![number],
        _ => Vec::new(),
    }
}

fn body_of(arm: &syn::Arm) -> Expr {
    (*arm.body).clone()
}
