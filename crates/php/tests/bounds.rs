//! Code that wants to exhaust whoever reads it: it ends with a problem, and never with the process.

use std::collections::BTreeMap;
use std::path::Path;

use ferrite_php::{Problem, Script, Value, returned_value};

fn returned(code: &str) -> Result<Value, Problem> {
    let script = Script::parse(code.as_bytes())?;
    returned_value(&script, Path::new("/x/y.php"), &BTreeMap::new())
}

#[test]
fn deep_nesting_is_refused() {
    const DEEP: usize = 100_000;
    let cases = [
        ("[", "]"),
        ("(", ")"),
        ("- ", ""),
        ("!", ""),
        ("function () { return ", "; }"),
        ("fn () => ", ""),
        ("$a ? ", " : 2"),
        ("<<<A\n{$a[", ""),
        ("\"{$a[", "]}\""),
        ("f(", ")"),
        ("new class { public $a = ", "; }"),
        ("1 . ", ""),
        ("$a = ", ""),
    ];
    for (open, close) in cases {
        let nested = format!("<?php return {}1{};", open.repeat(DEEP), close.repeat(DEEP));
        let nested = &nested[..nested.len().min(ferrite_php::MAX_BYTES)];
        let problem = returned(nested).expect_err("it is too deep");
        assert!(!problem.hint.is_empty(), "{open}: {problem}");
        let unterminated = format!("<?php return {}", open.repeat(DEEP));
        assert!(returned(&unterminated).is_err(), "{open}");
    }
    let blocks = format!("<?php {}", "if (1) { ".repeat(DEEP));
    assert!(returned(&blocks).is_err());
}

#[test]
fn the_deepest_that_is_allowed_is_read_on_a_small_stack() {
    let lists = |deep: usize| format!("<?php return {}1{};", "[".repeat(deep), "]".repeat(deep));
    assert!(returned(&lists(90)).is_ok());
    for deep in 91..200 {
        let _ = returned(&lists(deep));
        let _ = returned(&format!("<?php return {}1;", "1 . ".repeat(deep)));
        let _ = returned(&format!(
            "<?php return {}1{};",
            "f(".repeat(deep),
            ")".repeat(deep)
        ));
        let _ = returned(&format!(
            "<?php {} return 1; {}",
            "if (1) {".repeat(deep),
            "}".repeat(deep)
        ));
    }
}

#[test]
fn growth_is_bounded() {
    let cases = [
        (
            "$a = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx';".to_owned() + &"$a .= $a;".repeat(64),
            "bytes of text",
        ),
        (
            "$a = [1, 2, 3];".to_owned() + &"$a = array_merge($a, $a);".repeat(64),
            "steps",
        ),
        (
            "$a = [1, 2, 3];".to_owned() + &"$a = [...$a, ...$a];".repeat(64),
            "steps",
        ),
        ("while (true) { $a = 1; }".to_owned(), "steps"),
        ("for (;;) {}".to_owned(), "steps"),
        (
            "function f() { return f(); } f();".to_owned(),
            "calls are open",
        ),
        (
            "function f($n) { f($n); f($n); } f(1);".to_owned(),
            "calls are open",
        ),
        (
            "$a = str_repeat('x', 9999999999);".to_owned(),
            "bytes of text",
        ),
        (
            "$a = str_repeat('x', 100000); $a = str_replace('x', $a, $a);".to_owned(),
            "bytes of text",
        ),
        ("$a = []; while (true) { $a = [$a]; }".to_owned(), "steps"),
        (
            "$f = 1; while (true) { $f = function () use ($f) { return $f; }; }".to_owned(),
            "steps",
        ),
        ("$a = []; while (true) { $a[] = $a; }".to_owned(), "steps"),
    ];
    for (code, message) in cases {
        let problem = returned(&format!("<?php {code} return 1;")).expect_err("it is bounded");
        assert!(problem.message.contains(message), "{code}: {problem}");
    }
}
