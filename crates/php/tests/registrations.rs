//! `registration.php` in the forms in which modules have it.

use std::path::Path;

use ferrite_php::{Registrations, Script, registrations};

const USE: &str = "use Magento\\Framework\\Component\\ComponentRegistrar;\n";

fn read(code: &str) -> Registrations {
    let script = Script::parse(code.as_bytes()).expect("it parses");
    registrations(&script, Path::new("/shop/app/code/Acme/Sync"))
}

/// `kind name path` a line.
fn found(code: &str) -> Vec<String> {
    let read = read(code);
    assert_eq!(read.problems, [], "{code}");
    let line = |one: &ferrite_php::Registration| {
        format!("{} {} {}", one.kind, one.name, one.path.display())
    };
    read.found.iter().map(line).collect()
}

#[test]
fn each_form_of_one_module_is_read() {
    let here = "module Acme_Sync /shop/app/code/Acme/Sync";
    let src = "module Acme_Sync /shop/app/code/Acme/Sync/src";
    let above = "module Acme_Sync /shop/app/code/Acme";
    let long = "\\Magento\\Framework\\Component\\ComponentRegistrar";
    let cases = [
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', __DIR__);",
            here,
        ),
        (
            "$registrar = new \\Magento\\Framework\\Component\\ComponentRegistrar(); if ($registrar->getPath('module', 'Acme_Sync') === null) \
             { $registrar->register(ComponentRegistrar::MODULE, 'Acme_Sync', __DIR__); }",
            here,
        ),
        (
            "ComponentRegistrar::register('module', \"Acme_Sync\", dirname(__FILE__));",
            here,
        ),
        (
            "COMPONENTREGISTRAR::REGISTER(componentregistrar::MODULE, 'Acme_Sync', __dir__);",
            here,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', __DIR__ . '/src');",
            src,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', __DIR__ . DIRECTORY_SEPARATOR . 'src');",
            src,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', dirname(__DIR__));",
            above,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', dirname(__FILE__, 2));",
            above,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', realpath(__DIR__ . '/..'));",
            above,
        ),
        (
            "const NAME = 'Acme_Sync'; ComponentRegistrar::register(ComponentRegistrar::MODULE, NAME, __DIR__);",
            here,
        ),
        (
            "define('NAME', 'Acme_' . 'Sync'); ComponentRegistrar::register(ComponentRegistrar::MODULE, \\NAME, __DIR__);",
            here,
        ),
        (
            "$v = 'Acme'; $n = \"{$v}_Sync\"; ComponentRegistrar::register(ComponentRegistrar::MODULE, $n, __DIR__);",
            here,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, implode('_', ['Acme', 'Sync']), __DIR__);",
            here,
        ),
        (
            "ComponentRegistrar::register(ComponentRegistrar::MODULE, sprintf('%s_%2$s', 'Acme', 'Sync'), __DIR__);",
            here,
        ),
        (
            "ComponentRegistrar::register(path: __DIR__, type: 'module', componentName: 'Acme_Sync');",
            here,
        ),
        (
            "if (class_exists(ComponentRegistrar::class)) { ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_Sync', __DIR__); }",
            here,
        ),
        (
            "if (!defined('ACME')) { define('ACME', 1); ComponentRegistrar::register('module', 'Acme_Sync', __DIR__); }",
            here,
        ),
        (
            "call_user_func([ComponentRegistrar::class, 'register'], 'module', 'Acme_Sync', __DIR__);",
            here,
        ),
        (
            "(function () { ComponentRegistrar::register('module', 'Acme_Sync', __DIR__); })();",
            here,
        ),
        (
            "function go($n) { ComponentRegistrar::register('module', $n, __DIR__); } go('Acme_Sync');",
            here,
        ),
        (
            "ComponentRegistrar::register('module', <<<A\n  Acme_Sync\n  A, __DIR__);",
            here,
        ),
        (
            "ComponentRegistrar::register('theme', 'frontend/Acme/x', __DIR__);",
            "theme frontend/Acme/x /shop/app/code/Acme/Sync",
        ),
        (
            "ComponentRegistrar::register('module', 'Acme_Sync', __DIR__ . '/../../../../../../etc');",
            "module Acme_Sync /etc",
        ),
    ];
    for (code, expected) in cases {
        assert_eq!(found(&format!("<?php\n{USE}{code}")), [expected], "{code}");
        let code = code
            .replace("COMPONENTREGISTRAR", "ComponentRegistrar")
            .replace("componentregistrar", "ComponentRegistrar");
        let code = code.replace("ComponentRegistrar::", &format!("{long}::"));
        assert_eq!(found(&format!("<?php {code}")), [expected], "{code}");
        let aliased = code.replace(long, "Reg");
        let code = format!(
            "\u{feff}<?PHP\r\nuse Magento\\Framework\\Component\\ComponentRegistrar as Reg;\r\n{aliased} ?>\n"
        );
        assert_eq!(found(&code), [expected], "{code}");
    }
}

#[test]
fn several_modules_of_a_file_come_in_order() {
    let code = format!(
        "<?php {USE} foreach (['One' => 'one', 'Two' => 'two'] as $n => $d) {{\n\
         ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Acme_' . $n, __DIR__ . '/' . $d); }}\n\
         for ($i = 1; $i < 3; $i++) ComponentRegistrar::register('module', \"Acme_N$i\", __DIR__);"
    );
    let base = "/shop/app/code/Acme/Sync";
    let expected = [
        format!("module Acme_One {base}/one"),
        format!("module Acme_Two {base}/two"),
        format!("module Acme_N1 {base}"),
        format!("module Acme_N2 {base}"),
    ];
    assert_eq!(found(&code), expected);
}

#[test]
fn what_cannot_be_read_is_told_where_it_stands() {
    let cases = [
        (
            "ComponentRegistrar::register('module', getenv('NAME'), __DIR__);",
            3,
            "cannot be told",
        ),
        (
            "\nComponentRegistrar::register('module', $name);",
            4,
            "cannot be told",
        ),
        (
            "Other\\ComponentRegistrar::register('module', 'A_B', __DIR__);",
            3,
            "is not Magento's",
        ),
        (
            "ComponentRegistrar::register('module', 'A_B', __DIR__;",
            3,
            "syntax error",
        ),
        (
            "ComponentRegistrar::register('module', \"A\\0_B\", __DIR__);",
            3,
            "NUL",
        ),
    ];
    for (code, line, message) in cases {
        let read = read(&format!("<?php\n{USE}{code}"));
        let problem = read.problems.first().expect("a problem");
        assert!(
            problem.line == line && problem.message.contains(message),
            "{code}: {problem}"
        );
    }
}

#[test]
fn a_file_that_is_no_php_registers_nothing() {
    for code in [
        "",
        "hello",
        "<?php",
        "<?php // ComponentRegistrar::register('module', 'A_B', __DIR__);",
    ] {
        assert!(found(code).is_empty(), "{code}");
    }
    for bytes in [
        &b"\xff\xfe<\0?\0"[..],
        b"\xfe\xff\0<\0?",
        b"<\0?\0p\0",
        b"\0<\0?",
    ] {
        let problem = Script::parse(bytes).expect_err("it is UTF-16");
        assert!(problem.message.contains("UTF-16"), "{problem}");
    }
    let large = vec![b' '; ferrite_php::MAX_BYTES + 1];
    assert!(
        Script::parse(&large)
            .expect_err("too large")
            .message
            .contains("bytes")
    );
}

#[test]
fn what_is_included_is_told() {
    let included = |code: &str| -> Vec<String> {
        let read = read(&format!("<?php\n{code}"));
        assert_eq!(read.problems, [], "{code}");
        let paths = read.included.iter();
        paths.map(|path| path.display().to_string()).collect()
    };
    let src = "/shop/app/code/Acme/Sync/src/registration.php";
    assert_eq!(
        included("require_once __DIR__ . '/src/registration.php';"),
        [src]
    );
    assert_eq!(
        included("include(dirname(__FILE__) . '/x/../src/registration.php');"),
        [src]
    );
    assert_eq!(
        included("if (is_file('x')) { require 'x.php'; }"),
        ["x.php"]
    );
    let all = "/shop/app/code/Acme/Sync/modules/*/registration.php";
    let code = "foreach (glob(__DIR__ . '/modules/*/registration.php', GLOB_NOSORT) as $file) { require $file; }";
    assert_eq!(included(code), [all]);
    let code = "$all[] = __DIR__ . '/modules/*/registration.php'; foreach ($all as $one) { $files = glob($one);
        if ($files === false) { throw new \\Exception('x'); } array_map(function ($file) { include $file; }, $files); }";
    assert_eq!(included(code), [all]);
    let computed = read(&format!(
        "<?php\n{USE}foreach (glob(__DIR__ . '/*/etc/module.xml') as $file) {{
            ComponentRegistrar::register('module', 'Acme_' . basename(dirname($file, 2)), dirname($file, 2)); }}"
    ));
    assert_eq!((computed.found.len(), computed.problems.len()), (0, 1));
}
