//! Statements.

use super::Generator;
use super::scope::{Held, Type};

impl Generator {
    pub(super) fn statement(&mut self) -> String {
        self.size -= 1;
        match self.random.u32(0..34) {
            0..=6 => self.let_value(),
            7 => self.let_later(),
            8 | 9 => self.let_pattern(),
            10 => self.let_else(),
            11..=13 => self.mention(),
            14..=16 => self.only_wait(),
            17 => self.consume(),
            18..=20 => self.assign(),
            21 => self.compound(),
            22 => self.take_apart(),
            23 => self.borrow(),
            24 => self.jump_if(),
            25 if self.quiet == 0 => {
                self.quiet += 1;
                let text = self.if_else(None);
                self.quiet -= 1;
                text
            }
            26..=28 if self.scope.loops < 2 => self.looped() + self.one_of(&["", ";"]),
            29 => format!("let _ = {};", self.value(Type::Number)),
            30 => format!("note(format_args!(\"{{}} {{p}}\", {}));", self.value(Type::Number)),
            31 => format!("assert!({} < 10_000);", self.value(Type::Number)),
            _ => self.construct(None) + self.one_of(&["", ";"]),
        }
    }

    fn some_type(&mut self) -> Type {
        self.one_of(&[
            Type::Number,
            Type::Number,
            Type::Guard,
            Type::Guard,
            Type::Guard,
            Type::Text,
            Type::MaybeGuard,
            Type::MaybeNumber,
            Type::Flag,
            Type::Pair,
            Type::Numbers,
            Type::Closure,
        ])
    }

    fn let_value(&mut self) -> String {
        let of = self.some_type();
        let mutable = self.percent(40) && of != Type::Closure;
        let value = match of {
            Type::Closure => self.simple(of),
            _ => self.value(of),
        };
        let name = self.name(of);
        let annotation = match of {
            Type::MaybeGuard | Type::MaybeNumber => format!(": {}", of.text()),
            Type::Number if self.percent(50) => ": u32".to_owned(),
            _ => String::new(),
        };
        self.scope.declare(name, of, mutable, Held::Whole);
        let mutable = if mutable { "mut " } else { "" };
        format!("let {mutable}{name}{annotation} = {value};")
    }

    /// Declared now, assigned later.
    fn let_later(&mut self) -> String {
        let of = self.one_of(&[Type::Guard, Type::Number, Type::Text]);
        let (name, mutable) = (self.name(of), self.percent(50));
        self.scope.declare(name, of, mutable, Held::Gone);
        let mutable = if mutable { "mut " } else { "" };
        format!("let {mutable}{name}: {};", of.text())
    }

    fn let_pattern(&mut self) -> String {
        let (guard, number) = self.two_names(Type::Guard, Type::Number);
        let value = format!("({}, {})", self.guard(), self.number());
        let parts =
            format!("Trio {{ g: {}, n: {}, h: {} }}", self.guard(), self.number(), self.guard());
        let waits = self.may_wait();
        let asked = self.asked();
        let wrapped =
            |value: String| if waits { format!("yield_!(later({value})){asked}") } else { value };
        match self.random.u32(0..4) {
            0 => {
                self.scope.declare(guard, Type::Guard, false, Held::Whole);
                self.scope.declare(number, Type::Number, false, Held::Whole);
                format!("let ({guard}, {number}) = {};", wrapped(value))
            }
            1 => {
                self.scope.declare(guard, Type::Guard, false, Held::Whole);
                self.scope.declare(number, Type::Number, false, Held::Whole);
                let rest = self.one_of(&["..", "h: _", "h: _rest"]);
                format!("let Trio {{ g: {guard}, n: {number}, {rest} }} = {};", wrapped(parts))
            }
            2 => {
                let (one, other) = self.two_names(Type::Guard, Type::Guard);
                let pair = self.value(Type::Pair);
                self.scope.declare(one, Type::Guard, false, Held::Whole);
                self.scope.declare(other, Type::Guard, false, Held::Whole);
                format!("let ({one}, {other}) = {pair};")
            }
            _ => {
                self.scope.declare(number, Type::Number, false, Held::Whole);
                format!("let (_, {number}) = {};", wrapped(value))
            }
        }
    }

    fn let_else(&mut self) -> String {
        let (guard, number) = (self.name(Type::Guard), self.name(Type::Number));
        let of = self.one_of(&[Type::MaybeNumber, Type::MaybeGuard]);
        let value = self.value_of_head(of);
        let base = self.scope.snapshot();
        let waits = if self.may_wait() {
            format!("yield_!(ask({})){};", self.number(), self.asked())
        } else {
            String::new()
        };
        let jump = self.jump();
        self.scope.restore(&base);
        self.diverged = false;
        let Some(jump) = jump else { return self.mention() };
        let (name, of) = match of {
            Type::MaybeGuard => (guard, Type::Guard),
            _ => (number, Type::Number),
        };
        self.scope.declare(name, of, false, Held::Whole);
        format!("let Some({name}) = {value} else {{ {waits} {jump}; }};")
    }

    fn mention(&mut self) -> String {
        if let Some(guard) = self.readable(Type::Guard)
            && self.percent(60)
        {
            let form = self.one_of(&[
                "note(#.name());",
                "lend(&#);",
                "note(&#);",
                "note(format!(\"{#}!\"));",
            ]);
            return form.replace('#', &guard);
        }
        match self.readable(Type::Text) {
            Some(text) => format!("note(&{text});"),
            None => format!("note({});", self.number()),
        }
    }

    fn only_wait(&mut self) -> String {
        if self.quiet > 0 {
            return self.mention();
        }
        let asked = self.asked();
        match self.random.u32(0..6) {
            0 => format!("yield_!(){asked};"),
            1 => "let _ = yield_!();".to_owned(),
            2 => format!("{};", self.wait(Type::Guard)),
            3 => format!("_ = {};", self.wait(Type::Guard)),
            4 => format!("let _ = {};", self.wait(Type::Guard)),
            _ => format!("yield_!(ask({})){asked};", self.number()),
        }
    }

    /// Moves a local into a call.
    fn consume(&mut self) -> String {
        let Some(guard) = self.moved(Type::Guard) else { return self.mention() };
        match self.random.u32(0..3) {
            0 if self.quiet == 0 => format!("yield_!(later({guard})){};", self.asked()),
            1 => format!("eat({guard});"),
            _ => format!("drop({guard});"),
        }
    }

    fn assign(&mut self) -> String {
        let of =
            self.one_of(&[Type::Number, Type::Guard, Type::Guard, Type::Text, Type::MaybeGuard]);
        let scope = &self.scope;
        let found = scope.visible(|local| {
            let first = local.held == Held::Gone && scope.is_movable(local);
            local.of == of && (local.mutable || first && !local.name.starts_with('_'))
        });
        if found.is_empty() {
            return self.mention();
        }
        let target = self.one_of(&found);
        let value = self.value(of);
        if self.diverged {
            return format!("{value};");
        }
        // The value may have moved the target, or assigned what can be assigned once.
        let local = self.scope.local(target);
        if !local.mutable && (local.held != Held::Gone || !self.scope.is_movable(local)) {
            return format!("let _ = {value};");
        }
        let name = local.name.clone();
        self.scope.set(target, Held::Whole);
        format!("{name} = {value};")
    }

    /// Changes a number in its place.
    fn compound(&mut self) -> String {
        let scope = &self.scope;
        let found = scope.visible(|local| {
            matches!(local.of, Type::Number | Type::Numbers)
                && local.mutable
                && local.held == Held::Whole
        });
        if found.is_empty() {
            return self.mention();
        }
        let chosen = self.one_of(&found);
        let local = self.scope.local(chosen);
        let (name, of) = (local.name.clone(), local.of);
        let value = if self.may_wait() { self.wait(Type::Number) } else { self.number() };
        match of {
            Type::Number => format!("{name} {} {value};", self.one_of(&["+=", "|=", "^="])),
            _ => {
                let index = if self.may_wait() { self.wait(Type::Number) } else { self.number() };
                format!("{name}[{index} as usize % 3] = {value};")
            }
        }
    }

    /// Moves out of a field, or takes a pair apart.
    fn take_apart(&mut self) -> String {
        let Some(pair) = self.moved(Type::Pair) else { return self.mention() };
        let (one, other) = self.two_names(Type::Guard, Type::Guard);
        match self.random.u32(0..3) {
            0 => {
                self.scope.declare(one, Type::Guard, false, Held::Whole);
                format!("let {one} = {pair}.0;")
            }
            1 => {
                self.scope.declare(one, Type::Guard, false, Held::Whole);
                format!("let ({one}, _) = {pair};")
            }
            _ => {
                self.scope.declare(one, Type::Guard, false, Held::Whole);
                self.scope.declare(other, Type::Guard, false, Held::Whole);
                format!("let ({one}, {other}) = {pair};")
            }
        }
    }

    /// A borrow that ends before anything waits, or one of a place that is mentioned after a wait.
    fn borrow(&mut self) -> String {
        let asked = self.asked();
        let waits =
            if self.quiet == 0 { format!("yield_!(ask(1)){asked};") } else { String::new() };
        let scope = &self.scope;
        let numbers = scope.visible(|local| {
            local.of == Type::Number && local.mutable && local.held == Held::Whole
        });
        match self.random.u32(0..4) {
            0 if !numbers.is_empty() => {
                let chosen = self.one_of(&numbers);
                let name = &self.scope.local(chosen).name;
                format!("{{ let r = &mut {name}; *r += 1; note(*r); }}")
            }
            1 if !numbers.is_empty() => {
                let chosen = self.one_of(&numbers);
                let name = &self.scope.local(chosen).name;
                format!("{{ let r = &mut {name}; *r += 1; {waits} *r += 1; note(*r); }}")
            }
            2 => match self.readable(Type::Guard) {
                Some(guard) => format!("{{ let r = &{guard}; note(r.name()); {waits} lend(r); }}"),
                None => self.mention(),
            },
            _ => format!(
                "{{ let cell = RefCell::new({}); let b = cell.borrow(); note(*b); }}",
                self.number()
            ),
        }
    }

    fn jump_if(&mut self) -> String {
        let condition = self.head();
        let base = self.scope.snapshot();
        let jump = self.jump();
        self.scope.restore(&base);
        self.diverged = false;
        match jump {
            Some(jump) => format!("if {condition} {{ {jump}; }}"),
            None => self.mention(),
        }
    }
}
