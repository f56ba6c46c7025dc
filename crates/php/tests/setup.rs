//! Setup scripts and patches in the forms in which modules have them.

mod support;

use std::collections::BTreeSet;

use ferrite_php::setup::{
    Action, FileProblem, Outcome, Phase, Step, apply_patch, patch_order, recurring, versioned,
};
use support::{Files, INJECTED, USES, install, line, lines, names, script};

#[test]
fn the_tutorials_script_is_read() {
    let outcome = install(
        INJECTED,
        "$this->manager->processIntegrationConfig(['testIntegration']);",
        &[],
    );
    assert_eq!(
        lines(&outcome),
        ["process testIntegration (Setup/InstallData.php:7)"]
    );
    assert_eq!(outcome.ran, ["Acme\\Sync\\Setup\\InstallData"]);
}

#[test]
fn names_are_followed_through_bodies() {
    let go = "$this->manager->processIntegrationConfig";
    let cases = [
        format!("{go}(array('A', \"B\"));"),
        "$setup->startSetup(); $m = $this->manager; $m->processIntegrationConfig(['A', 'B']); $setup->endSetup();".into(),
        format!("$setup->getConnection()->startSetup(); $n = ['A']; $n[] = 'B'; {go}($n); $setup->getConnection()->endSetup();"),
        format!("{go}(array_merge(['A'], ['B']));"),
        format!("{go}([...['A'], 'B']);"),
        format!("{go}(array_keys(['A' => 1, 'B' => 2]));"),
        format!("{go}(array_values(['x' => 'A', 'y' => 'B']));"),
        format!("$n = []; foreach (['a' => 'A', 'b' => 'B'] as $k => $v) {{ $n[] = $v; }} {go}($n);"),
        format!("{go}([<<<E\nA\nE, <<<'E'\n  B\n  E]);"),
        format!("{go}(integrationNames: ['A', 'B']);"),
        format!("$n = 'A'; $n2 = 'B'; {go}([$n, $n2]);"),
        format!("try {{ {go}(['A', 'B']); }} catch (\\Exception $e) {{ $this->log->error($e); }}"),
        format!("{go}(explode(',', 'A,B'));"),
        format!("switch ('x') {{ case 'y': {go}(['N']); break; case 'x': {go}(['A', 'B']); break; default: {go}(['D']); }}"),
        format!("$f = function (array $n) {{ {go}($n); }}; $f(['A', 'B']);"),
        format!("array_map(function ($n) {{ {go}($n); }}, [['A', 'B']]);"),
        format!("if (!$context->getVersion()) {{ {go}(['A', 'B']); }}"),
        format!("if (version_compare($context->getVersion(), '1.0.0', '<')) {go}(['A', 'B']); else {go}(['N']);"),
        format!("if (version_compare($context->getVersion(), '1.0.0') < 0 && true): {go}(['A', 'B']); endif;"),
        format!("if ($context->getVersion()) {{ return; }} {go}(['A', 'B']);"),
        format!("$x = match (true) {{ (bool) $context->getVersion() => ['N'], default => ['A', 'B'] }}; {go}($x);"),
        "\\Magento\\Framework\\App\\ObjectManager::getInstance()->get(ConfigBasedIntegrationManager::class)->processIntegrationConfig(['A', 'B']);".into(),
        "$om = \\Magento\\Framework\\App\\ObjectManager::getInstance(); $om->create('Magento\\Integration\\Model\\ConfigBasedIntegrationManager')->processIntegrationConfig(['A', 'B']);".into(),
    ];
    for body in cases {
        assert_eq!(names(INJECTED, &body, &[]), ["A,B"], "{body}");
    }
}

#[test]
fn names_are_followed_through_members() {
    let go = "$this->manager->processIntegrationConfig";
    let cases = [
        (
            "const N = 'A'; const L = [self::N, 'B'];",
            format!("{go}(self::L);"),
        ),
        ("const N = 'A';", format!("{go}([static::N, \"B\"]);")),
        ("private $n = ['A', 'B'];", format!("{go}($this->n);")),
        (
            "private static $n = ['A', 'B'];",
            format!("{go}(self::$n);"),
        ),
        (
            "private function n(): array { return ['A', 'B']; }",
            format!("{go}($this->n());"),
        ),
        (
            "private static function n($x = 'B') { return ['A', $x]; }",
            format!("{go}(self::n());"),
        ),
        (
            "private function go($n) { $this->manager->processIntegrationConfig($n); }",
            "$this->go(['A', 'B']);".into(),
        ),
        (
            "private function all() { yield 1; } private function n() { foreach (['A'] as $a) { $o[] = $a; } return array_merge($o, ['B']); }",
            format!("{go}($this->n());"),
        ),
    ];
    for (members, body) in cases {
        assert_eq!(
            names(&format!("{INJECTED} {members}"), &body, &[]),
            ["A,B"],
            "{members}"
        );
    }
}

#[test]
fn the_manager_is_known_in_each_way_it_comes() {
    let cases = [
        "public function __construct(private readonly ConfigBasedIntegrationManager $m) {}",
        "private ConfigBasedIntegrationManager $m; public function __construct($m) { $this->m = $m; }",
        "private $m; public function __construct(?\\Magento\\Integration\\Model\\ConfigBasedIntegrationManager $m = null) { $this->m = $m ?: \\Magento\\Framework\\App\\ObjectManager::getInstance()->get(ConfigBasedIntegrationManager::class); }",
        "private $m; public function __construct(\\Magento\\Integration\\Model\\ConfigBasedIntegrationManagerFactory $f) { $this->m = $f->create(); }",
        "private $m; public function __construct(\\Magento\\Integration\\Model\\ConfigBasedIntegrationManager\\Proxy $m) { $this->m = $m; }",
    ];
    for members in cases {
        assert_eq!(
            names(members, "$this->m->processIntegrationConfig(['A']);", &[]),
            ["A"],
            "{members}"
        );
    }
    let outcome = install("", "$this->m->processIntegrationConfig(['A']);", &[]);
    let told =
        "assumed $this->m is Magento's ConfigBasedIntegrationManager (Setup/InstallData.php:7)";
    assert_eq!(
        lines(&outcome),
        [told, "process A (Setup/InstallData.php:7)"]
    );
}

#[test]
fn other_classes_of_the_module_are_followed() {
    let config = (
        "Model\\Config",
        "class Config { const NAME = 'A'; private $b = 'B'; public function names() { return [self::NAME, $this->b]; } public static function all() { return ['A', 'B']; } }",
    );
    let base = (
        "Setup\\Base",
        "use Magento\\Integration\\Model\\ConfigBasedIntegrationManager;\nabstract class Base { protected $manager; public function __construct(ConfigBasedIntegrationManager $manager) { $this->manager = $manager; } protected function go() { $this->manager->processIntegrationConfig($this->names()); } protected function names() { return [static::FIRST, 'B']; } }",
    );
    let helper = (
        "Setup\\Helper",
        "use Magento\\Integration\\Model\\ConfigBasedIntegrationManager;\nclass Helper { public function __construct(private ConfigBasedIntegrationManager $m, private \\Acme\\Sync\\Model\\Config $c) {} public function run() { $this->m->processIntegrationConfig($this->c->names()); } }",
    );
    let names_trait = (
        "Setup\\Named",
        "trait Named { private function names() { return ['A', 'B']; } }",
    );
    let cases = [
        (
            format!("{INJECTED} "),
            "$this->manager->processIntegrationConfig([\\Acme\\Sync\\Model\\Config::NAME, 'B']);",
        ),
        (
            format!("{INJECTED} "),
            "$this->manager->processIntegrationConfig(\\Acme\\Sync\\Model\\Config::all());",
        ),
        (
            "private $h; public function __construct(Helper $h) { $this->h = $h; }".into(),
            "$this->h->run();",
        ),
        (
            format!("{INJECTED} use Named;"),
            "$this->manager->processIntegrationConfig($this->names());",
        ),
        (
            format!("{INJECTED} "),
            "$this->manager->processIntegrationConfig((new \\Acme\\Sync\\Model\\Config())->names());",
        ),
    ];
    for (members, body) in cases {
        assert_eq!(
            names(&members, body, &[config, base, helper, names_trait]),
            ["A,B"],
            "{body}"
        );
    }
    let code = format!(
        "{USES}class InstallData extends Base {{ const FIRST = 'A'; public function __construct(ConfigBasedIntegrationManager $m) {{ parent::__construct($m); }} public function install($setup, $context) {{ $this->go(); }} }}"
    );
    let outcome =
        Files::of(&[("Setup\\InstallData", &code), base])
            .with(Some("1"), None, |module| versioned(module, Phase::Data));
    assert_eq!(lines(&outcome), ["process A,B (Setup/Base.php:4)"]);
}

#[test]
fn versions_decide_what_runs() {
    let go = |name: &str| format!("$this->manager->processIntegrationConfig(['{name}']);");
    let first = script("InstallData", "install", INJECTED, &go("I"));
    let upgrade = format!(
        "if (version_compare($context->getVersion(), '1.1.0', '<')) {{ {} }}\n\
         if (!version_compare($context->getVersion(), '1.2.0', '>=')) {{ {} }}\n\
         if (-1 === version_compare($context->getVersion(), '1.3.0') || false) {{ {} }}",
        go("one"),
        go("two"),
        go("three"),
    );
    let upgrade = script("UpgradeData", "upgrade", INJECTED, &upgrade);
    let recur = script("RecurringData", "install", INJECTED, &go("R"));
    let files = Files::of(&[
        ("Setup\\InstallData", &first),
        ("Setup\\UpgradeData", &upgrade),
        ("Setup\\RecurringData", &recur),
    ]);
    let cases: [(Option<&str>, Option<&str>, &[&str]); 6] = [
        (Some("1.3.0"), None, &["I", "one", "two", "three"]),
        (Some("1.3.0"), Some("1.0.0"), &["one", "two", "three"]),
        (Some("1.3.0"), Some("1.1.0"), &["two", "three"]),
        (Some("1.3.0"), Some("1.2.5"), &["three"]),
        (Some("1.3.0"), Some("1.3.0"), &[]),
        (None, None, &[]),
    ];
    for (version, stored, expected) in cases {
        let outcome = files.with(version, stored, |module| versioned(module, Phase::Data));
        let found: Vec<String> = outcome.actions.iter().map(line).collect();
        let found: Vec<&str> = found
            .iter()
            .filter_map(|line| line.split(' ').nth(1))
            .collect();
        assert_eq!(found, expected, "{version:?} {stored:?}");
        let again = files.with(version, stored, |module| recurring(module, Phase::Data));
        assert_eq!(lines(&again), ["process R (Setup/RecurringData.php:7)"]);
        assert_eq!(
            files.with(version, stored, |module| recurring(module, Phase::Schema)),
            Outcome::default()
        );
    }
}

#[test]
fn what_cannot_be_told_is_assumed_and_told() {
    let go = "$this->manager->processIntegrationConfig";
    let cases: [(String, &[&str]); 6] = [
        (
            format!("if ($this->config->isOn()) {{ {go}(['A']); }}"),
            &["assumed $this->config->isOn()", "process A"],
        ),
        (
            format!("if (!$this->config->isOn()) {{ return; }}\n{go}(['A']);"),
            &["assumed !$this->config->isOn()", "process A"],
        ),
        (
            format!("if ($this->x()) {{ {go}(['A']); }} else {{ {go}(['B']); }}"),
            &["assumed $this->x()", "process A", "process B"],
        ),
        (
            format!("foreach ($this->repo->all() as $x) {{ {go}(['A']); }}"),
            &["assumed foreach ($this->repo->all())", "process A"],
        ),
        (
            format!("$n = ['A']; if ($this->y()) {{ $n[] = 'B'; }} {go}($n);"),
            &["assumed $this->y()", "process A,B"],
        ),
        (
            format!("if ($this->hasIt()) {{ $a = 1; }} if (false) {{ {go}(['N']); }}"),
            &[],
        ),
    ];
    for (body, expected) in cases {
        let outcome = install(INJECTED, &body, &[]);
        let found: Vec<String> = lines(&outcome)
            .iter()
            .filter_map(|line| Some(line.rsplit_once(" (Setup/")?.0.to_owned()))
            .collect();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn everything_else_is_told_as_not_executed() {
    let body = "$setup->startSetup();\n$c = $setup->getConnection();\n$c->addColumn($setup->getTable('x'), 'y', ['type' => 1]);\n\
                exec('rm -rf /');\n$this->eav->create(['setup' => $setup])->addAttribute('a',\n    'b', []);\n`ls`;\necho 'x';\n\
                $this->manager->processIntegrationConfig(['A']);\n$setup->endSetup();";
    let expected = [
        "not executed $c->addColumn($setup->getTable('x'), 'y', ['type' => 1]); (Setup/InstallData.php:9)",
        "not executed exec('rm -rf /'); (Setup/InstallData.php:10)",
        "not executed $this->eav->create(['setup' => $setup])->addAttribute('a', 'b', []); (Setup/InstallData.php:11)",
        "not executed `ls`; (Setup/InstallData.php:13)",
        "not executed echo 'x'; (Setup/InstallData.php:14)",
        "process A (Setup/InstallData.php:15)",
    ];
    assert_eq!(lines(&install(INJECTED, body, &[])), expected);
}

#[test]
fn integrations_that_are_created_are_found() {
    let members = "const NAME = 'Acme'; public function __construct(private \\Magento\\Integration\\Api\\IntegrationServiceInterface $service) {}";
    let body = "$data = ['name' => self::NAME, 'email' => 'a@b.c', 'status' => \\Magento\\Integration\\Model\\Integration::STATUS_ACTIVE,\n\
                'setup_type' => '0', 'all_resources' => 0, 'resource' => ['Magento_Sales::sales']];\n$this->service->create($data);";
    let outcome = install(members, body, &[]);
    assert_eq!(lines(&outcome), ["create Acme (Setup/InstallData.php:9)"]);
    let Some(Action::CreateIntegration { fields, .. }) = outcome.actions.first() else {
        panic!("it is created")
    };
    assert_eq!(fields.get("status"), Some(&ferrite_php::Value::Integer(1)));
    assert_eq!(fields.entries().len(), 6);
}

#[test]
fn names_that_cannot_be_told_are_a_problem() {
    let problem = |outcome: &Outcome| {
        outcome
            .problems
            .first()
            .map(FileProblem::to_string)
            .unwrap_or_default()
    };
    let outcome = install(
        INJECTED,
        "\n$this->manager->processIntegrationConfig($this->helper->names());",
        &[],
    );
    let [Action::NotExecuted { line: 8, .. }] = &*outcome.actions else {
        panic!("{outcome:?}")
    };
    assert!(
        problem(&outcome).starts_with("Setup/InstallData.php:8:1: the names of"),
        "{}",
        problem(&outcome)
    );
    let outcome = install(
        INJECTED,
        "$this->manager->processIntegrationConfig(['A'];",
        &[],
    );
    assert!(
        problem(&outcome).contains("Setup/InstallData.php:7:"),
        "{}",
        problem(&outcome)
    );
    let outcome = install(INJECTED, "while (true) { $a = 1; }", &[]);
    assert!(problem(&outcome).contains("steps"), "{}", problem(&outcome));
    let elsewhere = Files::of(&[("Setup\\InstallData", "class Other {}")]);
    let outcome = elsewhere.with(Some("1"), None, |module| versioned(module, Phase::Data));
    assert!(
        problem(&outcome).contains("does not declare"),
        "{}",
        problem(&outcome)
    );
}

/// A data patch; `more` are further interfaces, each after a comma.
fn patch(class: &str, more: &str, dependencies: &str, members: &str) -> String {
    format!(
        "use Magento\\Framework\\Setup\\Patch\\DataPatchInterface;\nuse Magento\\Framework\\Setup\\Patch;\n\
         class {class} implements DataPatchInterface{more} {{ public static function getDependencies() {{ return [{dependencies}]; }}\n\
         public function getAliases(): array {{ return []; }} {members} }}"
    )
}

fn steps(
    files: &Files,
    stored: Option<&str>,
    classes: &[&str],
    applied: &[&str],
) -> (Vec<String>, Vec<String>) {
    let full = |class: &&str| format!("Acme\\Sync\\Setup\\Patch\\Data\\{class}");
    let classes: Vec<String> = classes.iter().map(full).collect();
    let applied: BTreeSet<String> = applied.iter().map(full).collect();
    let order = files.with(Some("1.0.0"), stored, |module| {
        patch_order(module, Phase::Data, &classes, &applied)
    });
    let short = |class: &str| class.rsplit('\\').next().unwrap_or("").to_owned();
    let step = |step: &Step| match step {
        Step::Apply(patch) => short(&patch.class),
        Step::Record(patch) => format!("record {}", short(&patch.class)),
    };
    (
        order.steps.iter().map(step).collect(),
        order
            .problems
            .iter()
            .map(|problem| problem.problem.message.clone())
            .collect(),
    )
}

#[test]
fn patches_come_after_what_they_depend_upon() {
    let base = "Setup\\Patch\\Data\\";
    let code = [
        (
            "A",
            patch(
                "A",
                "",
                "B::class, \\Magento\\Store\\Setup\\X::class",
                "public function apply() {}",
            ),
        ),
        (
            "B",
            patch("B", "", "'Acme\\\\Sync\\\\Setup\\\\Patch\\\\Data\\\\C'", ""),
        ),
        (
            "C",
            patch(
                "C",
                ", Patch\\PatchVersionInterface",
                "",
                "public static function getVersion() { return '1.0.0'; }",
            ),
        ),
        ("D", "class D {}".to_owned()),
        ("E", patch("E", "", "F::class", "")),
        ("F", patch("F", "", "E::class", "")),
        (
            "G",
            patch("G", "", "self::names()", "")
                .replace(
                    "getAliases(): array { return []; }",
                    "getAliases() { return [B::class]; }",
                )
                .replace("[self::names()]", "[]"),
        ),
    ];
    let named: Vec<(String, &str)> = code
        .iter()
        .map(|(name, code)| (format!("{base}{name}"), &**code))
        .collect();
    let named: Vec<(&str, &str)> = named.iter().map(|(name, code)| (&**name, *code)).collect();
    let files = Files::of(&named);
    assert_eq!(
        steps(&files, None, &["A", "B", "C"], &[]).0,
        ["C", "B", "A"]
    );
    assert_eq!(steps(&files, Some("1.0.0"), &["A"], &["B"]).0, ["A"]);
    assert_eq!(steps(&files, Some("1.0.0"), &["C"], &[]).0, ["record C"]);
    assert_eq!(steps(&files, None, &["G"], &["B"]).0, [""; 0]);
    let (found, problems) = steps(&files, None, &["D", "C"], &[]);
    assert_eq!(found, ["C"]);
    assert_eq!(
        problems,
        ["Patch Acme\\Sync\\Setup\\Patch\\Data\\D should implement DataPatchInterface"]
    );
    assert_eq!(
        steps(&files, None, &["E"], &[]).1,
        ["Cyclomatic dependency during patch installation"]
    );
}

#[test]
fn a_patch_is_applied_and_says_what_it_is() {
    let members = format!(
        "{INJECTED} public function apply() {{ $this->manager->processIntegrationConfig(['A']); return $this; }} public function revert() {{}}"
    );
    let code = format!(
        "use Magento\\Integration\\Model\\ConfigBasedIntegrationManager;\n{}",
        patch(
            "A",
            ", Patch\\PatchRevertableInterface, Patch\\NonTransactionableInterface",
            "",
            &members
        )
    );
    let files = Files::of(&[("Setup\\Patch\\Data\\A", &code)]);
    let class = "Acme\\Sync\\Setup\\Patch\\Data\\A".to_owned();
    let outcome = files.with(None, None, |module| {
        apply_patch(module, Phase::Data, &class)
    });
    assert_eq!(lines(&outcome), ["process A (Setup/Patch/Data/A.php:7)"]);
    let order = files.with(None, None, |module| {
        patch_order(module, Phase::Data, &[class], &BTreeSet::new())
    });
    let [Step::Apply(patch)] = &*order.steps else {
        panic!("one step: {order:?}")
    };
    assert!(patch.revertable && patch.non_transactionable && patch.version.is_none());
}
