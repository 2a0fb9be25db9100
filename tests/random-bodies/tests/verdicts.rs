//! What is judged, and how, on bodies whose fate is known.

use std::path::Path;

use random_bodies::batch::Workshop;
use random_bodies::body::{Body, Verdict};
use random_bodies::shrink;

fn body(name: &str, statements: &str) -> Body {
    Body {
        name: name.to_owned(),
        text: format!("fn {name}(p: u32, q: bool) -> io::Result<u32> {{ {statements} Ok(p) }}"),
        calls: vec![format!("{name}(1, true)"), format!("{name}(2, false)")],
    }
}

/// A temporary that `async` keeps to the end of the statement, and a coroutine does not.
const DIFFERS: &str = "note(lend(&made(\"t\")) + yield_!(ask(2))?);";

#[test]
fn each_body_has_its_verdict() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verdicts");
    let workshop = Workshop::new(&root).expect("the package can be written");
    let bodies = [
        body("same", "note(yield_!(ask(p))?);"),
        body("invalid", "let x: u32 = \"no number\"; yield_!()?;"),
        body("refused", "let v = vec![1]; let it = v.iter(); yield_!(ask(1))?; note(it.count());"),
        body("differs", DIFFERS),
        body("hangs", "loop { if p == 9 { yield_!()?; } }"),
    ];
    let verdicts = workshop.judge(&bodies).expect("cargo runs");
    let [same, invalid, refused, differs, hangs] = &verdicts[..] else {
        panic!("one for each body")
    };
    assert_eq!((same, invalid), (&Verdict::Same, &Verdict::Invalid));
    assert_eq!(hangs, &Verdict::Hangs);
    assert!(matches!(refused, Verdict::Refused(_)), "{refused:?}");
    assert!(matches!(differs, Verdict::Differs(_)), "{differs:?}");

    let larger = body("larger", &format!("if q {{ note(1); }} else {{ {DIFFERS} }} yield_!()?;"));
    let (smallest, verdict) = shrink::smallest(&workshop, &larger, differs).expect("cargo runs");
    assert!(matches!(verdict, Verdict::Differs(_)), "{verdict:?}");
    assert!(!smallest.text.contains("else") && smallest.text.contains("lend"), "{}", smallest.text);
}
