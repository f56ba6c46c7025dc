//! Programs that change a list in ways whose outcome is known: it is handed over as PHP would leave it.

mod support;

use proptest::prelude::*;
use support::names;

/// One statement, and what it does to the list.
#[derive(Clone, Debug)]
enum Change {
    Push(String),
    PushByReference(String),
    PushByClosure(String),
    PushByMethod(String),
    Prefix(String),
    PrefixByWalk(String),
    Shift,
    Pop,
    Slice(usize, usize),
    Merge(Vec<String>),
    Without(String),
    Reverse,
    Sort,
    Upper,
    Unless(bool, String),
    Repeat(usize, String),
}

fn text(value: &str) -> String {
    format!("'{value}'")
}

impl Change {
    fn code(&self) -> String {
        match self {
            Self::Push(name) => format!("$n[] = {};", text(name)),
            Self::PushByReference(name) => format!("$this->add({}, $n);", text(name)),
            Self::PushByClosure(name) => format!(
                "array_walk($this->one, function ($v) use (&$n) {{ $n[] = $v . {}; }});",
                text(name)
            ),
            Self::PushByMethod(name) => {
                format!(
                    "$this->each(function () use (&$n) {{ $n[] = {}; }});",
                    text(name)
                )
            }
            Self::Prefix(name) => {
                format!(
                    "foreach ($n as &$one) {{ $one = {} . $one; }} unset($one);",
                    text(name)
                )
            }
            Self::PrefixByWalk(name) => format!(
                "array_walk($n, function (&$one, $key, $with) {{ $one = $with . $one; }}, {});",
                text(name)
            ),
            Self::Shift => "array_shift($n);".to_owned(),
            Self::Pop => "array_pop($n);".to_owned(),
            Self::Slice(from, count) => format!("$n = array_slice($n, {from}, {count});"),
            Self::Merge(names) => {
                let names: Vec<_> = names.iter().map(|name| text(name)).collect();
                format!("$n = array_merge($n, $this->all({}));", names.join(", "))
            }
            Self::Without(name) => {
                format!("$n = array_values(array_diff($n, [{}]));", text(name))
            }
            Self::Reverse => "$n = array_reverse($n);".to_owned(),
            Self::Sort => "sort($n);".to_owned(),
            Self::Upper => "$n = array_map(strtoupper(...), $n);".to_owned(),
            Self::Unless(holds, name) => {
                format!("if (!{holds}) {{ $n[] = {}; }}", text(name))
            }
            Self::Repeat(times, name) => {
                format!(
                    "for ($i = 0; $i < {times}; $i++) {{ $n[] = {} . $i; }}",
                    text(name)
                )
            }
        }
    }

    fn apply(&self, list: &mut Vec<String>) {
        match self {
            Self::Push(name) | Self::PushByReference(name) | Self::PushByMethod(name) => {
                list.push(name.clone());
            }
            Self::PushByClosure(name) => list.push(format!("x{name}")),
            Self::Prefix(name) | Self::PrefixByWalk(name) => {
                list.iter_mut().for_each(|one| one.insert_str(0, name));
            }
            Self::Shift => {
                if !list.is_empty() {
                    list.remove(0);
                }
            }
            Self::Pop => {
                list.pop();
            }
            Self::Slice(from, count) => {
                *list = list.iter().skip(*from).take(*count).cloned().collect();
            }
            Self::Merge(names) => list.extend(names.iter().cloned()),
            Self::Without(name) => list.retain(|one| one != name),
            Self::Reverse => list.reverse(),
            Self::Sort => list.sort(),
            Self::Upper => list.iter_mut().for_each(|one| one.make_ascii_uppercase()),
            Self::Unless(holds, name) => {
                if !holds {
                    list.push(name.clone());
                }
            }
            Self::Repeat(times, name) => list.extend((0..*times).map(|at| format!("{name}{at}"))),
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    // No digits at the ends: PHP compares texts that are numbers as numbers.
    let name = || "[a-c]{1,2}";
    let change = prop_oneof![
        name().prop_map(Change::Push),
        name().prop_map(Change::PushByReference),
        name().prop_map(Change::PushByClosure),
        name().prop_map(Change::PushByMethod),
        name().prop_map(Change::Prefix),
        name().prop_map(Change::PrefixByWalk),
        Just(Change::Shift),
        Just(Change::Pop),
        (0..4_usize, 0..6_usize).prop_map(|(from, count)| Change::Slice(from, count)),
        prop::collection::vec(name(), 0..3).prop_map(Change::Merge),
        name().prop_map(Change::Without),
        Just(Change::Reverse),
        Just(Change::Sort),
        Just(Change::Upper),
        (any::<bool>(), name()).prop_map(|(holds, name)| Change::Unless(holds, name)),
        (0..3_usize, name()).prop_map(|(times, name)| Change::Repeat(times, name)),
    ];
    prop::collection::vec(change, 0..12)
}

const MEMBERS: &str = "private $one = ['x'];
    public function __construct(private ConfigBasedIntegrationManager $manager) {}
    private function add(string $name, array &$names): void { $names[] = $name; }
    private function each(callable $do): void { foreach ($this->one as $one) { $do($one); } }
    private function all(string ...$names): iterable { return $names; }";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_list_is_handed_over_as_php_would_leave_it(changes in changes()) {
        let mut list = Vec::new();
        let mut body = "$n = [];\n".to_owned();
        for change in &changes {
            body.push_str(&change.code());
            body.push('\n');
            change.apply(&mut list);
        }
        body.push_str("$this->manager->processIntegrationConfig($n);");
        prop_assert_eq!(names(MEMBERS, &body, &[]), [list.join(",")], "{}", body);
    }
}
