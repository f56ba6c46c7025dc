//! What is read of a file, and whether it may be written.

use serde_json::json;

use super::*;

fn read(text: &str) -> Result<(Value, bool)> {
    let (tree, is_literal) = returned(text.as_bytes())?;
    Ok((Value::Object(tree), is_literal))
}

#[test]
fn literals_are_read_in_both_spellings() {
    let text = "\u{feff}<?php\r\n/** by hand */\r\ndeclare(strict_types=1);\nreturn array(\n  'a' => 'it\\'s', # one\n \
         \"b\" => [1, -2.5, true, NULL], 'driver' => [1014 => false],\n 'empty' => [], \"c\\\"\\n\" => - 3,\n);";
    let wanted = json!({"a": "it's", "b": [1, -2.5, true, null],
        "driver": {"1014": false}, "empty": {}, "c\"\n": -3});
    assert_eq!(read(text).unwrap(), (wanted, true));
}

#[test]
fn what_is_computed_is_passed_over_and_never_written() {
    let text =
        "<?php return ['p' => getenv('A,]') ?: ['x'], 'c' => A\\B::class, 't' => 'a' . \"b\",
        'v' => \"x$y\", 'd' => ['e' => rand()], 'n' => 1];";
    let wanted = json!({"p": null, "c": null, "t": null, "v": null, "d": {"e": null}, "n": 1});
    assert_eq!(read(text).unwrap(), (wanted, false));
    for text in [
        "<?php $a = 1; return ['n' => 1];",
        "<?php return ['n' => 1 + 0];",
        "<?php return ['n' => -(1)];",
        "<?php return ['n' => +1];",
        "<?php return ['n' => 1]; echo 1;",
        "<?php return ['n' => \"{$a}\" ?: 1];",
        "text <?php return ['n' => 1];",
        "<?php return ['n' => 1e999];",
        "<?php return ['n' => <<<A\nx\nA];",
    ] {
        assert!(!read(text).unwrap().1, "{text}");
    }
}

#[test]
fn faults_name_their_line() {
    for (text, line) in [
        ("return [];", "line 1: "),
        ("<?php\n$a = 1;", "line 1: the file returns nothing"),
        ("<?php\nreturn [\n'a' => 'x\n];", "line "),
        ("<?php\nreturn ['a' => 1", "line 2: "),
        ("<?php return 1;", "line 1: no array is returned"),
        (
            "<?php return ['a' => 1] + [];",
            "line 1: no array is returned",
        ),
        (
            "<?php if (1) { return []; }",
            "line 1: the file returns nothing",
        ),
        (
            "<?php return [\nA => 1];",
            "line 2: the key of an element is computed",
        ),
        (
            "<?php return [...[1]];",
            "line 1: the key of an element is computed",
        ),
        ("<?php return [1]", "line 1: "),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(line), "{text}: {error}");
    }
    let deep = format!("<?php return {}", "[".repeat(100_000));
    let error = read(&deep).unwrap_err().to_string();
    assert!(error.contains("nests deeper"), "{error}");
}

#[test]
fn a_long_dump_is_read_and_written_again() {
    let values: Map<_, _> = (0..20_000)
        .map(|number| (format!("field_{number}"), json!(number.to_string())))
        .collect();
    let tree = Map::from_iter([("system".to_owned(), Value::Object(values))]);
    let text = ferrite_php::write_config(&tree::array_of(&tree));
    assert_eq!(read(&text).unwrap(), (Value::Object(tree), true));
}

#[test]
fn lists_have_no_keys() {
    let tree = json!({"modules": {"Magento_Store": 1}, "some": ["a", 2], "none": {}});
    let text = ferrite_php::write_config(&tree::array_of(tree.as_object().unwrap()));
    assert_eq!(
        text,
        "<?php\nreturn [\n    'modules' => [\n        'Magento_Store' => 1\n    ],\n    'some' => [\n        \
         'a',\n        2\n    ],\n    'none' => [\n\n    ]\n];\n"
    );
}
