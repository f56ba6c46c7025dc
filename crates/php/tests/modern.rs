//! Setup scripts as they are written for PHP 8, and what is taken by reference: no call gets lost.

mod support;

use support::{INJECTED, install, line, lines, names};

const GO: &str = "$this->manager->processIntegrationConfig";
const PROMOTED: &str =
    "public function __construct(private readonly ConfigBasedIntegrationManager $manager) {}";

/// The names that a body and members hand over, where the class gets its manager by promotion.
fn of(members: &str, body: &str) -> Vec<String> {
    names(
        &format!("{PROMOTED} {members}"),
        &body.replace("GO", GO),
        &[],
    )
}

#[test]
fn what_a_method_takes_by_reference_is_followed() {
    let members = "private function add(string $name, array &$names): void { $names[] = $name; }
        private function both(array &$names) { $this->add('A', $names); $this->add('B', $names); }
        private static function shout(string &$name) { $name = strtoupper($name); }
        private array $kept = [];";
    let cases = [
        "$n = []; $this->add('A', $n); $this->add('B', $n); GO($n);",
        "$n = []; $this->both($n); GO($n);",
        "$this->both($this->kept); GO($this->kept);",
        "$n = ['x' => []]; $this->both($n['x']); GO($n['x']);",
        "$a = 'a'; self::shout($a); $b = 'b'; static::shout($b); GO([$a, $b]);",
        "function grow(array &$list) { $list[] = 'B'; } $n = ['A']; grow($n); GO($n);",
        "$f = function (array &$list) { $list[] = 'B'; }; $n = ['A']; $f($n); GO($n);",
    ];
    for body in cases {
        assert_eq!(of(members, body), ["A,B"], "{body}");
    }
}

#[test]
fn what_closures_share_is_followed() {
    let members = "private array $all = ['A' => 1, 'B' => 2];
        private function each(callable $do): void { foreach ($this->all as $k => $v) { $do($k, $v); } }";
    let cases = [
        "$n = []; array_walk($this->all, function ($v, $k) use (&$n) { $n[] = $k; }); GO($n);",
        "$n = []; $this->each(function ($k) use (&$n) { $n[] = $k; }); GO($n);",
        "$n = []; $this->each(function ($k) use (&$n) { (function () use (&$n, $k) { $n[] = $k; })(); }); GO($n);",
        "$n = []; array_map(static function ($k) use (&$n) { $n[] = $k; }, array_keys($this->all)); GO($n);",
        "$n = ['A']; $f = function () use (&$n) { return $n; }; $n[] = 'B'; GO($f());",
    ];
    for body in cases {
        assert_eq!(of(members, body), ["A,B"], "{body}");
    }
    let by_value = "$n = ['A']; $f = function () use ($n) { $n[] = 'B'; }; $f(); GO($n);";
    assert_eq!(of(members, by_value), ["A"]);
}

#[test]
fn elements_by_reference_are_followed() {
    let cases = [
        "$n = ['a', 'b']; foreach ($n as &$one) { $one = strtoupper($one); } unset($one); GO($n);",
        "$n = ['x' => 'a', 'y' => 'b']; foreach ($n as $k => &$one) { $one = ucfirst($one); } GO(array_values($n));",
        "$n = ['a', 'b']; array_walk($n, function (&$one) { $one = strtoupper($one); }); GO($n);",
        "$this->n = ['a', 'b']; foreach ($this->n as &$one) { $one = strtoupper($one); } GO($this->n);",
    ];
    for body in cases {
        assert_eq!(of("public $n;", body), ["A,B"], "{body}");
    }
}

#[test]
fn lists_are_changed_in_their_place() {
    let cases = [
        (
            "$n = ['A', 'B']; while ($one = array_shift($n)) { GO([$one]); }",
            vec!["A", "B"],
        ),
        (
            "$n = ['A', 'B']; while (count($n) > 0) { GO([array_pop($n)]); }",
            vec!["B", "A"],
        ),
        ("$n = ['B', 'A']; sort($n); GO($n);", vec!["A,B"]),
        ("$n = ['A', 'B']; rsort($n); GO($n);", vec!["B,A"]),
        (
            "$n = ['b' => 'B', 'a' => 'A']; ksort($n); GO(array_values($n));",
            vec!["A,B"],
        ),
        ("GO(array_slice(['X', 'A', 'B'], 1));", vec!["A,B"]),
        ("GO(array_slice(['A', 'B', 'X'], 0, -1));", vec!["A,B"]),
        (
            "GO(array_diff(['A', 'X', 'B'], ['X'], ['Y']));",
            vec!["A,B"],
        ),
        ("GO(array_intersect(['A', 'X'], ['A', 'Y']));", vec!["A"]),
        (
            "GO(array_keys(array_fill_keys(['A', 'B'], 1)));",
            vec!["A,B"],
        ),
        (
            "foreach (array_chunk(['A', 'B', 'C'], 2) as $some) { GO($some); }",
            vec!["A,B", "C"],
        ),
        ("$n = ['A', 'B']; GO([reset($n), end($n)]);", vec!["A,B"]),
        (
            "$a = 'A'; $b = 'B'; GO(array_values(compact('a', 'b')));",
            vec!["A,B"],
        ),
        (
            "self::$all['x'][] = 'A'; self::$all['x'][] = 'B'; ['x' => $n] = self::$all; GO($n);",
            vec!["A,B"],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(
            of("private static array $all = [];", body),
            expected,
            "{body}"
        );
    }
}

#[test]
fn generators_give_what_they_yield() {
    let members =
        "private function all(): iterable { yield 'A'; foreach (['B'] as $b) { yield $b; } }
        private function more() { yield from $this->all(); yield 'C'; return 'X'; }
        private function keyed() { yield 'A' => 1; yield 'B' => 2; }";
    assert_eq!(
        of(members, "foreach ($this->all() as $one) { GO([$one]); }"),
        ["A", "B"]
    );
    assert_eq!(
        of(members, "GO(iterator_to_array($this->more(), false));"),
        ["A,B,C"]
    );
    assert_eq!(of(members, "GO([...$this->more()]);"), ["A,B,C"]);
    assert_eq!(
        of(
            members,
            "foreach ($this->keyed() as $k => $v) { GO([$k]); }"
        ),
        ["A", "B"]
    );
}

#[test]
fn cases_of_enums_are_values() {
    let enums: [(&str, &str); 2] = [
        (
            "Model\\Channel",
            "enum Channel: string { const FIRST = self::A; const NAMES = ['A', 'B']; case A = 'A'; case B = 'B';
                public static function names(): array { return array_map(fn (self $c) => $c->value, self::cases()); }
                public function label(): string { return match ($this) { self::A => 'One', self::B => 'Two' }; } }",
        ),
        ("Model\\Plain", "enum Plain { case A; case B; }"),
    ];
    let cases = [
        ("GO([Channel::A->value, Channel::B->value]);", vec!["A,B"]),
        ("GO(array_column(Channel::cases(), 'value'));", vec!["A,B"]),
        ("GO(array_column(Plain::cases(), 'name'));", vec!["A,B"]),
        ("GO(Channel::names());", vec!["A,B"]),
        ("GO(Channel::NAMES);", vec!["A,B"]),
        (
            "GO([Channel::from('A')->value, Channel::tryFrom('B')?->name]);",
            vec!["A,B"],
        ),
        ("GO([Channel::tryFrom('Z')?->value ?? 'A']);", vec!["A"]),
        ("GO([Channel::FIRST->name]);", vec!["A"]),
        (
            "foreach (Channel::cases() as $case) { if ($case === Channel::B) { continue; } GO([$case->label()]); }",
            vec!["One"],
        ),
    ];
    for (body, expected) in cases {
        let body = body
            .replace("GO", GO)
            .replace("Channel::", "\\Acme\\Sync\\Model\\Channel::")
            .replace("Plain::", "\\Acme\\Sync\\Model\\Plain::");
        assert_eq!(names(PROMOTED, &body, &enums), expected, "{body}");
    }
}

#[test]
fn traits_lend_methods_under_other_names() {
    let traits = [
        (
            "Setup\\Installs",
            "trait Installs { use Names; public function install() { $this->manager->processIntegrationConfig($this->both()); } }",
        ),
        (
            "Setup\\Names",
            "trait Names { protected function both() { return [self::FIRST, 'B']; } const FIRST = 'A'; }",
        ),
        (
            "Setup\\Other",
            "trait Other { private function both() { return ['X']; } }",
        ),
    ];
    let uses = [
        "use Installs { install as installAll; }",
        "use Installs { Installs::install as private installAll; }",
        "use Installs, Other { Installs::both insteadof Other; install as installAll; }",
    ];
    for members in uses {
        let found = names(
            &format!("{PROMOTED} {members}"),
            "$this->installAll();",
            &traits,
        );
        assert_eq!(found, ["A,B"], "{members}");
    }
}

#[test]
fn callables_are_followed() {
    let members =
        "private function one($name) { $this->manager->processIntegrationConfig([$name]); }
        private static function pick(): array { return ['A', 'B']; }";
    let cases = [
        ("$f = $this->one(...); $f('A'); $f('B');", vec!["A", "B"]),
        ("array_map($this->one(...), ['A', 'B']);", vec!["A", "B"]),
        ("array_map([$this, 'one'], ['A', 'B']);", vec!["A", "B"]),
        ("array_walk($this->all, [$this, 'one']);", vec!["A"]),
        ("$f = self::pick(...); GO($f());", vec!["A,B"]),
        ("$f = strtoupper(...); GO([$f('a')]);", vec!["A"]),
        (
            "$f = $this->manager->processIntegrationConfig(...); $f(['A']);",
            vec!["A"],
        ),
        (
            "call_user_func_array([$this->manager, 'processIntegrationConfig'], [['A']]);",
            vec!["A"],
        ),
        (
            "$m = 'processIntegrationConfig'; $this->manager->{$m}(['A']);",
            vec!["A"],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(
            of(&format!("{members} private $all = ['A'];"), body),
            expected,
            "{body}"
        );
    }
}

#[test]
fn classes_without_a_name_are_followed() {
    let body = "$worker = new class($this->manager) {
            public function __construct(private $m) {}
            public function run(string ...$names) { $this->m->processIntegrationConfig($names); }
        };
        $worker->run('A', 'B');";
    assert_eq!(of("", body), ["A,B"]);
}

#[test]
fn a_file_may_hold_several_namespaces() {
    let code = "namespace Acme\\Sync\\Model { const X = 1; use Other\\Manager; class Names { const ALL = ['A', 'B']; } }
        namespace Acme\\Sync\\Setup {
            use Acme\\Sync\\Model\\Names;
            use Magento\\Integration\\Model\\ConfigBasedIntegrationManager as Manager;
            class InstallData {
                public function __construct(private Manager $m) {}
                public function install($setup, $context) { $this->m->processIntegrationConfig(Names::ALL); }
            }
        }";
    let braces = format!("<?php\ndeclare(strict_types=1);\n{code}");
    let lines = braces
        .replace("Model {", "Model;")
        .replace(
            "; class Names { const ALL = ['A', 'B']; } }",
            "; class Names { const ALL = ['A', 'B']; }",
        )
        .replace("Setup {", "Setup;")
        .trim_end()
        .trim_end_matches('}')
        .to_owned();
    for code in [braces, lines] {
        let mut files = support::Files::of(&[]);
        let class = "Acme\\Sync\\Setup\\InstallData".to_owned();
        files.0.insert(class, code.clone());
        let outcome = files.with(Some("1.0.0"), None, |module| {
            ferrite_php::setup::versioned(module, ferrite_php::setup::Phase::Data)
        });
        assert_eq!(outcome.problems, [], "{code}");
        let shown: Vec<_> = outcome.actions.iter().map(line).collect();
        assert_eq!(shown.len(), 1, "{code}: {shown:?}");
        assert!(shown[0].starts_with("process A,B "), "{code}: {shown:?}");
    }
}

#[test]
fn what_a_condition_does_besides_is_told() {
    let members = "private $factory; public function __construct(\\Magento\\Integration\\Model\\IntegrationFactory $factory) { $this->factory = $factory; }";
    let cases = [
        (
            "if ($this->factory->create()->setData(['name' => 'X'])->save()) { return; }",
            "not executed $this->factory->create()->setData(['name' => 'X'])->save() (Setup/InstallData.php:8)",
        ),
        (
            "while (!$this->factory->create()->setName('X')->save()) { break; }",
            "not executed !$this->factory->create()->setName('X')->save() (Setup/InstallData.php:8)",
        ),
        (
            "switch ($this->factory->create()->save()) { case 1: break; }",
            "not executed $this->factory->create()->save() (Setup/InstallData.php:8)",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(
            lines(&install(members, &format!("\n{body}"), &[])),
            [expected]
        );
    }
    let looking = "if ($this->factory->create()->load('X', 'name')->getId()) { return; }
        foreach ($this->factory->create()->getCollection() as $one) { }";
    assert_eq!(lines(&install(members, looking, &[])), [""; 0]);
}

#[test]
fn what_an_unknown_function_sets_is_unknown() {
    let bodies = [
        "preg_match_all('/[a-z]+/', 'a b', $found); foreach ($found[0] as $one) { GO([$one]); }",
        "$n = ['A']; array_splice($n, 0, 1, ['B']); GO($n);",
        "$this->helper->fill($n); GO($n);",
    ];
    for body in bodies {
        let outcome = install(INJECTED, &body.replace("GO", GO), &[]);
        assert_eq!(outcome.problems.len(), 1, "{body}: {outcome:?}");
        assert!(
            outcome.problems[0]
                .problem
                .message
                .contains("cannot be told")
        );
    }
}

#[test]
fn what_is_done_when_something_is_caught_is_not_lost() {
    let body = |guarded: &str, caught: &str| {
        format!(
            "try {{\n{guarded}\n}} catch (\\Exception | \\Error $e) {{ {caught} }} {GO}(['Z']);"
        )
    };
    let unknown = "$this->service->get(1);";
    let found = lines(&install(
        INJECTED,
        &body(unknown, &format!("{GO}(['A']); return;")),
        &[],
    ));
    assert_eq!(
        found,
        [
            "not executed $this->service->get(1); (Setup/InstallData.php:8)",
            "assumed catch (\\Exception | \\Error) (Setup/InstallData.php:9)",
            "process A (Setup/InstallData.php:9)",
            "process Z (Setup/InstallData.php:9)"
        ]
    );
    // What is only logged there is none of anybody's business.
    let found = lines(&install(
        INJECTED,
        &body(unknown, "$this->log->error($e); return;"),
        &[],
    ));
    assert_eq!(
        found,
        [
            "not executed $this->service->get(1); (Setup/InstallData.php:8)",
            "process Z (Setup/InstallData.php:9)"
        ]
    );
    let known = format!("{GO}(['B']);");
    let found = names(INJECTED, &body(&known, &format!("{GO}(['A']);")), &[]);
    assert_eq!(found, ["B", "Z"]);
}

#[test]
fn both_sides_of_what_cannot_be_told_are_taken() {
    let cases = [
        (
            "$this->config->isOn() ? GO(['A']) : GO(['B']);",
            vec!["assumed $this->config->isOn()", "process A", "process B"],
        ),
        (
            "$this->config->getNames() ?: GO(['B']);",
            vec![
                "assumed $this->config->getNames()",
                "process B",
                "not executed $this->config->getNames() ?: GO(['B']);",
            ],
        ),
        (
            "match ($this->config->getMode()) { 1 => GO(['A']), 2, 3 => GO(['B']), default => null };",
            vec![
                "assumed $this->config->getMode() === 1",
                "process A",
                "process B",
            ],
        ),
        (
            "$n = $this->config->isOn() ? 'A' : 'B'; GO([$n]);",
            vec!["assumed $this->config->isOn()", "process A"],
        ),
        ("declare(ticks=1) { GO(['A']); }", vec!["process A"]),
        (
            "new \\Other\\Runner($this->manager);",
            vec!["not executed new \\Other\\Runner($this->manager);"],
        ),
        (
            "if ($this->other->getOrCreateIntegration()) { }",
            vec!["not executed $this->other->getOrCreateIntegration()"],
        ),
        ("if ($this->other->isInstalled()) { }", vec![]),
    ];
    for (body, expected) in cases {
        let outcome = install(INJECTED, &body.replace("GO", GO), &[]);
        let shown: Vec<String> = lines(&outcome)
            .iter()
            .filter_map(|line| Some(line.rsplit_once(" (Setup/")?.0.replace(GO, "GO")))
            .collect();
        let shown: Vec<_> = shown.iter().map(|line| line.split('…').next()).collect();
        let expected: Vec<_> = expected.iter().map(|line| line.split('…').next()).collect();
        assert_eq!(shown, expected, "{body}");
    }
}
