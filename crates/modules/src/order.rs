//! The order in which modules are loaded: those of Magento first, each after its sequence.

use std::collections::HashMap;

/// A module, as far as its place is concerned.
pub struct Placed<'a> {
    /// Its name.
    pub name: &'a str,
    /// The names that have to come before it; those that are not among the modules do not count.
    pub sequence: Vec<&'a str>,
    /// Whether it is built in: those come in their known order.
    pub is_core: bool,
}

/// A module that has to come before itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Its number among the modules given.
    pub module: usize,
    /// The entry of its own sequence that leads around.
    pub first: String,
    /// The module whose sequence leads back to it.
    pub from: String,
}

/// The numbers of the modules in load order, and those that cannot have a place.
///
/// Names with `Magento_` in them come first, then the others, both by their bytes; built-in ones keep
/// the order in which they are given. Then each is put behind what its sequence names, and what those
/// name in turn.
pub fn order(modules: &[Placed<'_>]) -> (Vec<usize>, Vec<Circle>) {
    let numbers: HashMap<&str, usize> = modules.iter().map(|module| module.name).zip(0..).collect();
    let edges: Vec<Vec<usize>> = modules
        .iter()
        .map(|module| {
            module
                .sequence
                .iter()
                .filter_map(|name| numbers.get(name).copied())
                .collect()
        })
        .collect();
    let circles = circles(modules, &edges);
    let mut is_out = vec![false; modules.len()];
    for circle in &circles {
        is_out[circle.module] = true;
    }
    let mut ordered = Vec::with_capacity(modules.len());
    let mut is_placed = is_out;
    for start in arranged(modules) {
        place(start, &edges, &mut is_placed, &mut ordered);
    }
    (ordered, circles)
}

/// The numbers before any sequence is looked at.
fn arranged(modules: &[Placed<'_>]) -> Vec<usize> {
    let is_first = |number: &usize| modules[*number].name.contains("Magento_");
    let (first, rest): (Vec<_>, Vec<_>) = (0..modules.len()).partition(is_first);
    let mut arranged = Vec::with_capacity(modules.len());
    for group in [first, rest] {
        let (core, mut own): (Vec<_>, Vec<_>) = group
            .into_iter()
            .partition(|number| modules[*number].is_core);
        own.sort_unstable_by_key(|number| modules[*number].name);
        // The built-in ones of a group share their beginning, so that they stand together.
        let smallest = core
            .iter()
            .map(|number| modules[*number].name)
            .min()
            .unwrap_or_default();
        let split = own.partition_point(|number| modules[*number].name < smallest);
        arranged.extend(&own[..split]);
        arranged.extend(core);
        arranged.extend(&own[split..]);
    }
    arranged
}

/// Places a module behind all that has to come before it. A list instead of recursion.
fn place(start: usize, edges: &[Vec<usize>], is_placed: &mut [bool], ordered: &mut Vec<usize>) {
    let mut open = vec![(start, 0)];
    if std::mem::replace(&mut is_placed[start], true) {
        return;
    }
    while let Some((number, next)) = open.last_mut() {
        match edges[*number].get(*next) {
            Some(&before) => {
                *next += 1;
                if !std::mem::replace(&mut is_placed[before], true) {
                    open.push((before, 0));
                }
            }
            None => {
                ordered.push(*number);
                open.pop();
            }
        }
    }
}

/// The modules that lie on a circle: those whose strong component has an edge of its own.
fn circles(modules: &[Placed<'_>], edges: &[Vec<usize>]) -> Vec<Circle> {
    let components = components(edges);
    let mut found = Vec::new();
    for number in 0..modules.len() {
        let is_same = |other: &usize| components[*other] == components[number];
        let Some(&first) = edges[number].iter().find(|other| is_same(other)) else {
            continue;
        };
        let back = (0..modules.len())
            .filter(is_same)
            .find(|other| edges[*other].contains(&number));
        found.push(Circle {
            module: number,
            first: modules[first].name.to_owned(),
            from: modules[back.unwrap_or(number)].name.to_owned(),
        });
    }
    found
}

/// The number of each module's strong component (Tarjan's algorithm, without recursion).
fn components(edges: &[Vec<usize>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let count = edges.len();
    let (mut index, mut low) = (vec![NONE; count], vec![0; count]);
    let mut component = vec![NONE; count];
    let (mut stack, mut next_index, mut next_component) = (Vec::new(), 0, 0);
    for start in 0..count {
        if index[start] != NONE {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some(&mut (node, ref mut next)) = open.last_mut() {
            if *next == 0 {
                index[node] = next_index;
                low[node] = next_index;
                next_index += 1;
                stack.push(node);
            }
            if let Some(&target) = edges[node].get(*next) {
                *next += 1;
                if index[target] == NONE {
                    open.push((target, 0));
                } else if component[target] == NONE {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            open.pop();
            if let Some((above, _)) = open.last() {
                low[*above] = low[*above].min(low[node]);
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = next_component;
                    if member == node {
                        break;
                    }
                }
                next_component += 1;
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn placed<'a>(name: &'a str, sequence: &[&'a str]) -> Placed<'a> {
        Placed {
            name,
            sequence: sequence.to_vec(),
            is_core: name.starts_with("Magento_") || name.starts_with("PayPal_"),
        }
    }

    fn names(modules: &[Placed<'_>]) -> Vec<String> {
        let (ordered, _) = order(modules);
        ordered
            .iter()
            .map(|number| modules[*number].name.to_owned())
            .collect()
    }

    #[test]
    fn magento_comes_first_and_sequences_hold() {
        let modules = [
            placed("Zeta_One", &[]),
            placed("Acme_Late", &["Zeta_One", "Nobody_Knows"]),
            placed("Magento_Store", &[]),
            placed("Magento_Catalog", &[]),
            placed("PayPal_Braintree", &[]),
            placed("Acme_Early", &["Magento_Catalog"]),
            placed("MyMagento_Thing", &[]),
        ];
        assert_eq!(
            names(&modules),
            [
                "Magento_Store",
                "Magento_Catalog",
                "MyMagento_Thing",
                "Acme_Early",
                "Zeta_One",
                "Acme_Late",
                "PayPal_Braintree",
            ]
        );
    }

    #[test]
    fn circles_are_taken_out_and_the_rest_stays() {
        let modules = [
            placed("A_A", &["B_B"]),
            placed("B_B", &["C_C"]),
            placed("C_C", &["A_A"]),
            placed("D_D", &["A_A"]),
            placed("E_E", &["E_E"]),
        ];
        let (ordered, circles) = order(&modules);
        assert_eq!(ordered, [3]);
        let said: Vec<_> = circles
            .iter()
            .map(|c| (c.module, c.first.as_str(), c.from.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (0, "B_B", "C_C"),
                (1, "C_C", "A_A"),
                (2, "A_A", "B_B"),
                (4, "E_E", "E_E")
            ]
        );
    }

    #[test]
    fn long_chains_do_not_overflow() {
        let names: Vec<_> = (0..100_000)
            .map(|number| format!("A_{number:06}"))
            .collect();
        let modules: Vec<_> = names
            .windows(2)
            .map(|pair| placed(&pair[0], &[&pair[1]]))
            .collect();
        let (ordered, circles) = order(&modules);
        assert_eq!((ordered.len(), circles.len()), (99_999, 0));
        assert_eq!(ordered[0], 99_998);
    }

    proptest! {
        #[test]
        fn each_comes_after_its_sequence_whatever_the_order_given(
            edges in proptest::collection::vec((0_usize..12, 0_usize..12), 0..20),
            turn in 0_usize..12,
        ) {
            let names: Vec<_> = (0..12).map(|number| format!("Acme_M{number:02}")).collect();
            let of = |number: usize| {
                let before = edges.iter().filter(|(from, _)| *from == number);
                placed(&names[number], &before.map(|(_, to)| names[*to].as_str()).collect::<Vec<_>>())
            };
            let straight: Vec<_> = (0..12).map(of).collect();
            let turned: Vec<_> = (0..12).map(|number| of((number + turn) % 12)).collect();
            let (ordered, circles) = order(&straight);
            prop_assert_eq!(ordered.len() + circles.len(), 12);
            let place = |name: &str| ordered.iter().position(|number| straight[*number].name == name);
            for (at, number) in ordered.iter().enumerate() {
                for before in &straight[*number].sequence {
                    prop_assert!(place(before).is_none_or(|place| place < at));
                }
            }
            prop_assert_eq!(super::tests::names(&straight), super::tests::names(&turned));
        }
    }
}
