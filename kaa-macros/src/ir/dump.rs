//! The graph as text: what `KAA_DUMP=<fn>` prints, and what the golden tests compare.

use std::fmt::Write as _;

use super::{BlockId, Body, Event, Local, Origin, Seen, TextSays, What};
use crate::live::{Held, Machine};
use crate::names;

/// Locals, blocks and states, one a line.
pub(crate) fn dump(body: &Body, machine: &Machine) -> String {
    let mut text = String::new();
    text.push_str("locals\n");
    for id in body.local_ids() {
        let _ = writeln!(text, "  {}", local(body.local(id)));
    }
    text.push_str("blocks\n");
    for id in body.block_ids() {
        block(body, machine, id, &mut text);
    }
    text.push_str("states\n");
    for state in &machine.states {
        let slots = state.slots.iter().map(|at| slot(body, machine, *at)).collect::<Vec<_>>();
        let holds = if slots.is_empty() { "nothing".to_owned() } else { slots.join(", ") };
        let _ = writeln!(text, "  {} ({}) holds {holds}", state.name, state.block);
    }
    text
}

fn local(local: &Local) -> String {
    let says = match local.text_says {
        TextSays::Nothing => "",
        TextSays::Number => ", a number",
        TextSays::MoveClosure => ", a `move` closure",
        TextSays::OnceClosure => ", a closure that may own",
        TextSays::Once => ", called once",
        TextSays::BorrowingClosure => ", a closure that borrows",
    };
    let says = if local.borrow.is_some() { ", a borrow" } else { says };
    let place = match (local.is_argument, local.region) {
        (true, _) => "an argument".to_owned(),
        (false, Some(region)) => format!("of {region}"),
        (false, None) => "inside a statement".to_owned(),
    };
    format!("{} {place}{says}", names::slot(&local.name, local.ordinal))
}

fn block(body: &Body, machine: &Machine, id: BlockId, text: &mut String) {
    let block = body.block(id);
    let what = match &block.origin {
        Origin::Start => " start".to_owned(),
        Origin::Resume(id) => format!(" resumed at yield {}", id.0),
        Origin::LoopHead { name, .. } | Origin::After { name, .. } => format!(" {name}"),
        Origin::End => " end".to_owned(),
        Origin::Inner => String::new(),
    };
    if id != BlockId(0) && !body.block_ids().any(|other| body.block(other).next.contains(&id)) {
        return;
    }
    let state = if machine.state_of(id).is_some() { " (state)" } else { "" };
    let _ = write!(text, "  {id}{what}{state} in {}:", block.region);
    for event in &block.events {
        let _ = write!(text, " {},", happens(body, *event));
    }
    let next: Vec<String> = block.next.iter().map(ToString::to_string).collect();
    let _ = writeln!(text, " -> {}", if next.is_empty() { "-".to_owned() } else { next.join(" ") });
}

fn happens(body: &Body, event: Event) -> String {
    let binding = body.local(event.local);
    let verb = match event.what {
        What::Declare { initialised: true } => "let",
        What::Declare { initialised: false } => "declare",
        What::Mention(Seen::Anyhow) => "use",
        What::Mention(Seen::Called) => "call into",
        What::Mention(Seen::Unwrapped) => "unwrap",
        What::Mention(Seen::Iterated) => "iterate",
        What::Mention(Seen::Mapped) => "map",
        What::Mention(Seen::Collected) => "collect",
        What::Mention(Seen::TakenApart) => "take apart",
        What::Move => "move",
        What::Assign => "assign",
        What::AssignPart => "assign a part of",
    };
    format!("{verb} {}", names::slot(&binding.name, binding.ordinal))
}

fn slot(body: &Body, machine: &Machine, at: usize) -> String {
    let slot = &machine.slots[at];
    match &slot.held {
        Held::ByName(_) => slot.name.to_string(),
        Held::Left(local) => {
            let binding = body.local(*local);
            format!("{} (left of {})", slot.name, names::slot(&binding.name, binding.ordinal))
        }
        Held::Kept(locals) => {
            let kept: Vec<String> = locals
                .iter()
                .map(|(local, _)| {
                    let binding = body.local(*local);
                    names::slot(&binding.name, binding.ordinal).to_string()
                })
                .collect();
            format!("{} (kept: {})", slot.name, kept.join(", "))
        }
    }
}
