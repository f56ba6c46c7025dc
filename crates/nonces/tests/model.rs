//! The rule as a property: whatever happens in between, nothing that was accepted is accepted again.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrite_base::{Clock, Randomness};
use ferrite_nonces::{Claim, Credential, JournalOptions, Nonces, Refusal};
use ferrite_storage::{Db, Durability, Engine, Options};
use proptest::prelude::*;

const START: i64 = 1_800_000_000;
const WINDOW: i64 = 7_200;
const TOKENS: [&str; 3] = ["token-a", "token-b", "token-c"];

#[derive(Clone, Debug)]
enum Step {
    Send {
        token: usize,
        behind: i64,
        nonce: u32,
        node: usize,
    },
    Wrong {
        nonce: u32,
        node: usize,
    },
    Advance(i64),
    Forget,
    Renew,
    Bury(usize),
    Stop,
    Kill,
    PowerCut {
        lost: u64,
    },
    /// Somebody copies the journal's folder.
    Copy,
    /// The server is killed a while after its last request, and the copy is put in the folder's place.
    PutBack,
}

fn step() -> impl Strategy<Value = Step> {
    let behind = prop_oneof![
        8 => -AHEAD..120_i64,
        2 => 0..WINDOW * 2,
        1 => Just(100_000_000),
    ];
    prop_oneof![
        20 => (0..TOKENS.len(), behind, 0..40_u32, 0..2_usize)
            .prop_map(|(token, behind, nonce, node)| Step::Send { token, behind, nonce, node }),
        2 => (0..40_u32, 0..2_usize).prop_map(|(nonce, node)| Step::Wrong { nonce, node }),
        4 => (1..WINDOW).prop_map(Step::Advance),
        1 => Just(Step::Advance(-5_000)),
        3 => Just(Step::Forget),
        1 => Just(Step::Renew),
        1 => (0..TOKENS.len()).prop_map(Step::Bury),
        1 => Just(Step::Stop),
        2 => Just(Step::Kill),
        2 => (0..400_u64).prop_map(|lost| Step::PowerCut { lost }),
        1 => Just(Step::Copy),
        1 => Just(Step::PutBack),
    ]
}

const AHEAD: i64 = ferrite_nonces::AHEAD;

struct World {
    folder: tempfile::TempDir,
    db: Db,
    clock: Clock,
    journal: bool,
    capacity: usize,
    boots: u32,
    nodes: Vec<Arc<Nonces>>,
    alive: Vec<usize>,
}

impl World {
    fn new(journal: bool, capacity: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(START);
        let options = Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        };
        let db = Db::open(options).unwrap();
        db.migrate(ferrite_nonces::tables()).unwrap();
        let mut world = Self {
            folder,
            db,
            clock,
            journal,
            capacity,
            boots: 0,
            nodes: Vec::new(),
            alive: (0..TOKENS.len()).collect(),
        };
        world.start();
        world
    }

    /// A journal has one server, a table has two.
    fn start(&mut self) {
        let nodes = if self.journal { 1 } else { 2 };
        self.nodes = (0..nodes).map(|_| Arc::new(self.open())).collect();
    }

    fn open(&self) -> Nonces {
        let randomness = Randomness::seeded(1);
        if !self.journal {
            return Nonces::table(self.db.clone(), self.clock.clone(), Randomness::system());
        }
        let options = JournalOptions {
            folder: self.folder.path().join("nonces"),
            capacity: self.capacity,
            boot_id: Some(format!("boot-{}", self.boots)),
        };
        Nonces::journal(
            options,
            &self.db,
            &self.live(),
            self.clock.clone(),
            &randomness,
        )
        .unwrap()
    }

    fn live(&self) -> Vec<Credential> {
        self.alive
            .iter()
            .map(|token| Credential::of(TOKENS[*token]))
            .collect()
    }

    fn send(&self, node: usize, claim: &Claim) -> Result<(), Refusal> {
        let node = &self.nodes[node % self.nodes.len()];
        node.accept(claim, WINDOW, |_| Ok(true))
    }

    /// Takes back the last bytes of the newest segment, as a power cut may.
    fn cut(&self, lost: u64) {
        let newest = newest_segment(&self.folder.path().join("nonces"));
        let file = OpenOptions::new().write(true).open(newest).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(lost)).unwrap();
    }

    fn run(&mut self, step: &Step, accepted: &mut Vec<Claim>) {
        match step {
            Step::Send {
                token,
                behind,
                nonce,
                node,
            } => {
                let claim = Claim::new(
                    "consumer",
                    Credential::of(TOKENS[*token]),
                    &format!("nonce-{nonce}"),
                    self.clock.unix_seconds() - behind,
                );
                if self.send(*node, &claim).is_ok() {
                    accepted.push(claim);
                }
            }
            Step::Wrong { nonce, node } => {
                let nonce = format!("nonce-{nonce}");
                let claim = Claim::new(
                    "consumer",
                    Credential::of("x"),
                    &nonce,
                    self.clock.unix_seconds(),
                );
                self.nodes[*node % self.nodes.len()].note_refused(&claim);
            }
            Step::Advance(seconds) => self.clock.advance(*seconds),
            Step::Forget => {
                for node in &self.nodes {
                    node.forget(WINDOW, &self.live()).unwrap();
                }
            }
            Step::Renew => self.nodes[0].renew().unwrap(),
            Step::Bury(token) => self.alive.retain(|alive| alive != token),
            Step::Stop => {
                self.nodes[0].close().unwrap();
                self.nodes.clear();
                self.boots += 1;
                self.start();
            }
            Step::Kill => {
                self.nodes.clear();
                self.start();
            }
            Step::PowerCut { lost } => {
                self.nodes.clear();
                if self.journal {
                    self.cut(*lost);
                }
                self.boots += 1;
                self.start();
            }
            Step::Copy if self.journal => copy(&self.place("nonces"), &self.place("copy")),
            Step::PutBack if self.place("copy").exists() => {
                // A dead token is refused before the record is asked: nothing has to be known of it.
                let live = self.live();
                accepted.retain(|claim| live.iter().any(|name| is_of(claim, *name)));
                self.nodes[0].renew().unwrap();
                self.nodes.clear();
                copy(&self.place("copy"), &self.place("nonces"));
                self.start();
            }
            Step::Copy | Step::PutBack => {}
        }
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn is_of(claim: &Claim, name: Credential) -> bool {
    format!("{claim:?}").contains(&format!("{name:?}"))
}

/// Makes a folder as another one is.
fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

fn newest_segment(folder: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|e| e == "nonces"))
        .max()
        .unwrap()
}

fn nothing_twice(journal: bool, capacity: usize, steps: &[Step]) {
    let mut world = World::new(journal, capacity);
    let mut accepted: Vec<Claim> = Vec::new();
    for step in steps {
        world.run(step, &mut accepted);
        for claim in &accepted {
            for node in 0..2 {
                assert!(
                    world.send(node, claim).is_err(),
                    "accepted twice after {step:?}: {claim:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_accepts_nothing_twice(steps in prop::collection::vec(step(), 1..60)) {
        nothing_twice(true, 2_000_000, &steps);
    }

    #[test]
    fn nor_does_one_that_is_full(steps in prop::collection::vec(step(), 1..60)) {
        nothing_twice(true, 5, &steps);
    }

    #[test]
    fn two_servers_on_one_table_accept_nothing_twice(steps in prop::collection::vec(step(), 1..30)) {
        nothing_twice(false, 2_000_000, &steps);
    }
}

/// Found by the model: the record is lost to a power cut, and only the floor knows how new it was.
#[test]
fn an_old_copy_after_a_power_cut_and_a_clock_that_was_set_back_is_noticed() {
    let steps = [
        Step::Copy,
        Step::Send {
            token: 0,
            behind: 0,
            nonce: 0,
            node: 0,
        },
        Step::Advance(-5000),
        Step::PowerCut { lost: 1 },
        Step::PutBack,
        Step::Advance(3758),
        Step::Advance(642),
    ];
    nothing_twice(true, 2_000_000, &steps);
}

#[test]
fn what_is_new_is_accepted_in_order_late_and_after_a_kill() {
    for journal in [true, false] {
        let mut world = World::new(journal, 2_000_000);
        let mut accepted = Vec::new();
        let mut send = |world: &World, behind: i64, nonce: u32| {
            let claim = Claim::new(
                "consumer",
                Credential::of("token-a"),
                &format!("n{nonce}"),
                world.clock.unix_seconds() - behind,
            );
            let sent = world.send(nonce as usize, &claim);
            accepted.push(claim);
            sent
        };
        assert_eq!(
            send(&world, 100_000_000, 0),
            Ok(()),
            "a first request may be years old"
        );
        assert_eq!(send(&world, -600, 1), Ok(()));
        assert_eq!(send(&world, -601, 2), Err(Refusal::Timestamp));
        assert_eq!(send(&world, 300, 3), Ok(()));
        assert_eq!(send(&world, WINDOW - 700, 4), Ok(()));
        assert_eq!(send(&world, WINDOW, 5), Err(Refusal::Timestamp));
        assert_eq!(send(&world, 0, 3), Err(Refusal::Used));
        world.run(&Step::Kill, &mut Vec::new());
        assert_eq!(send(&world, 1, 6), Ok(()));
        assert_eq!(send(&world, 0, 6), Err(Refusal::Used));
    }
}

#[test]
fn a_power_cut_costs_a_minute_and_a_foreign_journal_ten() {
    let mut world = World::new(true, 2_000_000);
    let claim = |world: &World, behind: i64, nonce: &str| {
        let at = world.clock.unix_seconds() - behind;
        Claim::new("consumer", Credential::of("token-a"), nonce, at)
    };
    world.send(0, &claim(&world, 0, "a")).unwrap();
    world.run(&Step::PowerCut { lost: 40 }, &mut Vec::new());
    assert_eq!(
        world.send(0, &claim(&world, 0, "b")),
        Err(Refusal::Timestamp)
    );
    world.clock.advance(61);
    assert_eq!(world.send(0, &claim(&world, 0, "b")), Ok(()));
    world.nodes.clear();
    fs::remove_dir_all(world.folder.path().join("nonces")).unwrap();
    world.start();
    world.clock.advance(600);
    assert_eq!(
        world.send(0, &claim(&world, 0, "c")),
        Err(Refusal::Timestamp)
    );
    world.clock.advance(1);
    assert_eq!(world.send(0, &claim(&world, 0, "c")), Ok(()));
}

#[test]
fn an_old_copy_of_a_journal_is_noticed_whether_its_server_was_killed_or_not() {
    for last in [Step::Renew, Step::Stop] {
        let mut world = World::new(true, 2_000_000);
        let claim = |world: &World, nonce: &str| {
            let at = world.clock.unix_seconds();
            Claim::new("consumer", Credential::of("token-a"), nonce, at)
        };
        world.send(0, &claim(&world, "a")).unwrap();
        world.nodes[0].renew().unwrap();
        world.run(&Step::Copy, &mut Vec::new());
        let later = claim(&world, "b");
        world.send(0, &later).unwrap();
        world.run(&last, &mut Vec::new());
        world.run(&Step::PutBack, &mut Vec::new());
        assert_eq!(world.send(0, &later), Err(Refusal::Timestamp));
        world.clock.advance(601);
        assert_eq!(world.send(0, &claim(&world, "c")), Ok(()));
        // The same once more with the journal that has just been made sound.
        world.run(&Step::Kill, &mut Vec::new());
        assert_eq!(world.send(0, &claim(&world, "d")), Ok(()));
    }
}

#[test]
fn memory_and_disk_stay_bounded() {
    let world = World::new(true, 1_000);
    for nonce in 0..250_000_u32 {
        let at = world.clock.unix_seconds();
        let claim = Claim::new(
            "consumer",
            Credential::of("token-a"),
            &nonce.to_string(),
            at,
        );
        world.send(0, &claim).unwrap();
        if nonce % 500 == 499 {
            world.clock.advance(1);
        }
        if nonce % 25_000 == 24_999 {
            world.nodes[0].forget(WINDOW, &world.live()).unwrap();
        }
    }
    let entries = fs::read_dir(world.folder.path().join("nonces")).unwrap();
    let bytes: u64 = entries
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 5_000_000, "{bytes} bytes");
}
