//! The standard library's macros: waits and jumps in their arguments.

#![allow(clippy::dbg_macro, reason = "it is what is tested")]

use std::io;

use crate::harness::{Guard, ask, note, now};

both! {
    fn jumps_in_macros(n: u32) -> io::Result<u32> {
        let g = Guard("g");
        yield_!(ask(n))?;
        let mut i = 0;
        loop {
            i += 1;
            note(format_args!("{} {i}", if n == 1 { return Ok(7); } else { n }));
            let v = vec![i, if n == 2 { break } else { 3 }];
            assert!(if n == 3 { return Ok(5) } else { true }, "x {n}");
            debug_assert_eq!(v.len(), if i > 2 { break } else { 2 });
            if i == 2 { yield_!(ask(i))?; }
            if matches!(if i == 1 { continue } else { n }, 3 | 4) { break }
        }
        let c = || { println!("{}", if n > 100 { return 1 } else { 2 }); 3 };
        note(c());
        Ok(n)
    }
}
#[test]
fn jumps_in_macros() {
    for n in 0..6 {
        check!(jumps_in_macros(n));
    }
}
both! {
    fn assigned_in_one_arm(p: u32) -> io::Result<u32> {
        let a = Guard("a");
        let _b: Guard;
        let c = Guard("c");
        let got = match p {
            0 => { _b = Guard("b"); yield_!()?; 1 }
            n if n > 1 => { yield_!(ask(n))?; n }
            m => 4
        };
        yield_!(ask(got))?;
        Ok(got)
    }
}
#[test]
fn assigned_in_one_arm() {
    for n in 0..4 {
        check!(assigned_in_one_arm(n));
    }
}
both! {
    fn assigned_in_one_arm2(p: u32) -> io::Result<u32> {
        let _b: Guard;
        assert!(match p {
            0 => { _b = Guard("b"); yield_!()?; 1 }
            n if n > 1 => { yield_!(ask(n))?; n }
            m => 4
        } > 0);
        yield_!()?;
        Ok(p)
    }
}
#[test]
fn assigned_in_one_arm2() {
    for n in 0..4 {
        check!(assigned_in_one_arm2(n));
    }
}
both! {
    fn waits_in_macros(n: u32) -> io::Result<u32> {
        let g = Guard("g");
        let v = vec![yield_!(ask(n))?; yield_!(ask(2))? as usize];
        assert!(n != 5, "n is {} and {}", n, yield_!(ask("five"))?);
        debug_assert!(n != 6, "n is {n} and {}", yield_!(ask("six"))?);
        assert_eq!(n % 7, if n == 7 { 1 } else { n % 7 }, "seven {}", yield_!(ask("seven"))?);
        assert_ne!(yield_!(ask(n))?, 8, "eight {}", yield_!(ask("eight"))?);
        let m = matches!(Some(n), Some(k) if yield_!(ask(k))? > 2);
        note(m);
        let (a, b) = dbg!(yield_!(ask(n))? + 1, g.name());
        note(a);
        Ok(v.len() as u32 + dbg!(yield_!(now(n))?))
    }
}
#[test]
fn waits_in_macros() {
    for n in 0..9 {
        check!(waits_in_macros(n));
    }
}
