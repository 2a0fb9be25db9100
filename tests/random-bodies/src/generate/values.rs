//! Expressions.

use super::Generator;
use super::scope::Type;

impl Generator {
    /// An expression that may wait, and may be a construct with statements in it.
    pub(super) fn value(&mut self, of: Type) -> String {
        if self.percent(25) && self.size > 0 {
            return self.construct(Some(of));
        }
        if self.may_wait() {
            return self.waiting(of);
        }
        self.simple(of)
    }

    /// An expression that does not wait.
    pub(super) fn simple(&mut self, of: Type) -> String {
        let may_move = self.percent(40);
        match of {
            Type::Number => self.number(),
            Type::Flag => self.condition(),
            Type::Guard => match if may_move { self.moved(Type::Guard) } else { None } {
                Some(moved) => moved,
                None => self.guard(),
            },
            Type::Text => match if may_move { self.moved(Type::Text) } else { None } {
                Some(moved) => moved,
                None => match self.readable(Type::Text) {
                    Some(text) if self.percent(50) => format!("{text}.clone()"),
                    _ => {
                        let number = self.fresh();
                        self.one_of(&["String::from(\"#\")", "format!(\"{p}#\")"])
                            .replace('#', &format!("s{number}"))
                    }
                },
            },
            Type::MaybeGuard => match self.random.u32(0..4) {
                0 => "None::<Guard>".to_owned(),
                1 => match self.moved(Type::MaybeGuard) {
                    Some(moved) => moved,
                    None => "None::<Guard>".to_owned(),
                },
                _ => format!("Some({})", self.simple(Type::Guard)),
            },
            Type::MaybeNumber => match self.random.u32(0..3) {
                0 => "None::<u32>".to_owned(),
                _ => format!("Some({})", self.number()),
            },
            Type::Pair => match if may_move { self.moved(Type::Pair) } else { None } {
                Some(moved) => moved,
                None => format!("({}, {})", self.guard(), self.simple(Type::Guard)),
            },
            Type::Numbers => {
                format!("[{}, {}, {}]", self.number(), self.number(), self.number())
            }
            Type::Closure => {
                let number = self.number();
                let form = self.one_of(&[
                    "{ let w = #; move |z: u32| z + w }",
                    "|z: u32| z * 2",
                    "{ let w = #; move |z: u32| { if z > 2 { return 0; } z + w } }",
                ]);
                form.replace('#', &number)
            }
        }
    }

    /// A number, without a wait.
    pub(super) fn number(&mut self) -> String {
        self.number_within(0)
    }

    fn number_within(&mut self, depth: u32) -> String {
        let read = match self.random.u32(0..12) {
            0..=4 => self.readable(Type::Number),
            5 if depth < 2 => {
                let (one, other) = (self.number_within(depth + 1), self.number_within(depth + 1));
                Some(format!("({one} + {other})"))
            }
            6 => self.readable(Type::Guard).map(|guard| format!("lend(&{guard})")),
            7 => self.readable(Type::Text).map(|text| format!("u32::from({text}.len() > 2)")),
            8 if depth < 2 => {
                let argument = self.number_within(depth + 1);
                self.readable(Type::Closure).map(|closure| format!("{closure}({argument})"))
            }
            9 => {
                self.readable(Type::MaybeGuard).map(|maybe| format!("u32::from({maybe}.is_some())"))
            }
            10 => {
                let index = self.random.u32(0..3);
                self.readable(Type::Numbers).map(|numbers| format!("{numbers}[{index}]"))
            }
            11 => self.readable(Type::Pair).map(|pair| format!("lend(&{pair}.1)")),
            _ => None,
        };
        read.unwrap_or_else(|| self.random.u32(0..5).to_string() + "_u32")
    }

    /// A flag, without a wait.
    pub(super) fn condition(&mut self) -> String {
        let (one, number) = (self.number(), self.random.u32(0..4));
        match self.random.u32(0..7) {
            0 => self.one_of(&["q", "!q"]).to_owned(),
            1 => self.readable(Type::Flag).unwrap_or_else(|| "q".to_owned()),
            2 => format!("({one}) < {}", self.number()),
            3 => format!("(q || ({one}) == p)"),
            4 => format!("p % 2 == {}", number % 2),
            _ => format!("p {} {number}", self.one_of(&["<", ">", "==", "!="])),
        }
    }

    /// The whole operand of a yield and what is made of its outcome.
    pub(super) fn wait(&mut self, of: Type) -> String {
        let asked = self.asked();
        match of {
            Type::Number => {
                let number = self.number();
                match self.random.u32(0..7) {
                    0 => format!("yield_!(ask(yield_!(ask({number})){asked} + 1)){asked}"),
                    1 => format!("yield_!(now({number})){asked}"),
                    2 if self.percent(20) => format!("yield_!(fail(\"f{}\")){asked}", self.fresh()),
                    3 => format!("yield_!(ask({number})).unwrap_or(3)"),
                    _ => format!("yield_!(ask({number})){asked}"),
                }
            }
            Type::Text => format!("yield_!(ask(String::from(\"s{}\"))){asked}", self.fresh()),
            Type::Flag => {
                format!("(yield_!(ask({})){asked} > {})", self.number(), self.random.u32(0..4))
            }
            Type::Closure => self.simple(Type::Closure),
            _ => {
                let how = self.one_of(&["later", "later", "now"]);
                format!("yield_!({how}({})){asked}", self.simple(of))
            }
        }
    }

    /// An expression that waits, as an operand of others perhaps. What stands beside the yields notes when it is evaluated.
    fn waiting(&mut self, of: Type) -> String {
        if self.percent(60) {
            return self.wait(of);
        }
        match of {
            Type::Number => self.waiting_number(),
            Type::Flag => self.waiting_flag(),
            Type::Pair => {
                if self.percent(50) {
                    format!("({}, {})", self.simple(Type::Guard), self.wait(Type::Guard))
                } else {
                    format!("({}, {})", self.wait(Type::Guard), self.simple(Type::Guard))
                }
            }
            Type::Numbers => {
                format!("[{}, {}, {}]", self.noted(), self.wait(Type::Number), self.noted())
            }
            Type::MaybeNumber => format!("Some({})", self.waiting_number()),
            Type::MaybeGuard => format!("Some({})", self.wait(Type::Guard)),
            Type::Text => {
                format!("format!(\"{{}}{{p}}{{}}\", {}, {})", self.noted(), self.wait(Type::Number))
            }
            Type::Guard | Type::Closure => self.wait(of),
        }
    }

    /// A number that leaves a line in the trace when it is evaluated.
    fn noted(&mut self) -> String {
        format!("told({})", self.number())
    }

    fn waiting_number(&mut self) -> String {
        let (one, other) = (self.noted(), self.noted());
        match self.random.u32(0..14) {
            0 => format!("({one} + {})", self.wait(Type::Number)),
            1 => format!("({} * {one})", self.wait(Type::Number)),
            2 => format!("sum({one}, {}, {other})", self.wait(Type::Number)),
            3 => format!("Counter({one}).plus({}, {other})", self.wait(Type::Number)),
            4 => format!("[{one}, {}, {other}][1]", self.wait(Type::Number)),
            5 => format!("({one}, {}).0", self.wait(Type::Number)),
            6 => match self.readable(Type::Numbers) {
                Some(numbers) => format!("{numbers}[{} as usize % 3]", self.wait(Type::Number)),
                None => format!("(0..{}).count() as u32", self.wait(Type::Number)),
            },
            7 => format!("({one}..{}).count() as u32", self.wait(Type::Number)),
            8 => format!("u32::from({})", self.waiting_flag()),
            9 => {
                // The guard is taken before the wait, and dropped with it if that fails.
                let guard = self.simple(Type::Guard);
                format!("keep({guard}, {}, {})", self.wait(Type::Number), self.noted())
            }
            10 => format!(
                "Parts {{ one: {one}, two: {}, ..Parts::of({other}) }}.total()",
                self.wait(Type::Number)
            ),
            11 => format!("vec![{one}, {}, {other}].iter().sum::<u32>()", self.wait(Type::Number)),
            12 => format!("unsafe {{ wild({one}) + {} }}", self.wait(Type::Number)),
            _ => format!("u32::from(matches!({}, 0 | 2))", self.wait(Type::Number)),
        }
    }

    fn waiting_flag(&mut self) -> String {
        let asked = self.asked();
        match self.random.u32(0..6) {
            0 => format!("({} && {})", self.condition(), self.wait(Type::Flag)),
            1 => format!("({} || {})", self.condition(), self.wait(Type::Flag)),
            2 => format!("({} && {})", self.wait(Type::Flag), self.wait(Type::Flag)),
            3 => format!("!yield_!(ask(q)){asked}"),
            4 => format!("({} < {})", self.noted(), self.wait(Type::Number)),
            _ => format!("yield_!(ask({})).is_ok()", self.number()),
        }
    }

    /// The condition of an `if` or `while`.
    pub(super) fn head(&mut self) -> String {
        if self.may_wait() && self.percent(50) {
            self.waiting(Type::Flag)
        } else {
            self.condition()
        }
    }
}
