//! The one thread that writes: what waits is committed together.
//!
//! The failure of one function undoes nothing of the others. Most fail before they have written
//! anything; where one has, all are undone and run once more, each inside a savepoint of its own.
//! Savepoints from the outset would cost a copy of every page that a function is the first to change.
//! Answers leave after the common commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ferrite_base::Clock;
use rusqlite::Connection;

use super::log::Log;
use crate::changes::Tables;
use crate::full_text::{self, TextChange};
use crate::remembered::{Ground, Memory};
use crate::tx::Connection as Open;
use crate::{Error, Result, Tx};

const MOST_TOGETHER: usize = 512;
/// So many times are jobs run in savepoints after one has failed and left something.
const WARY: u32 = 16;

/// A waiting write: what it does, and to whom its end is told.
struct Job {
    run: Run,
    told: SyncSender<Ended>,
}

/// How a write has ended. What it was made of goes back to where it came from, to be dropped there.
type Ended = (Result<()>, Run);

impl Job {
    fn end(self, result: Result<()>) {
        // Nobody waits where the asking thread has gone.
        let _ = self.told.send((result, self.run));
    }
}

type Run = Box<dyn FnMut(&Connection, Ground<'_>, Apart) -> Result<Effect> + Send>;

/// What a write has done.
#[derive(Default)]
struct Effect {
    /// Whether others must notice.
    raised: bool,
    written: Tables,
    /// Written at the end of all that is committed together.
    texts: Vec<TextChange>,
    /// Whether it has failed and left something that has to be undone.
    spoiled: bool,
}

impl Effect {
    fn add(&mut self, other: Self) {
        self.raised |= other.raised;
        self.written.add(other.written);
        self.texts.extend(other.texts);
    }
}

pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    clock: Clock,
    twice: bool,
    thread: Option<thread::JoinHandle<()>>,
    checkpoints: Option<thread::JoinHandle<()>>,
    // Dropping it ends the checkpoint thread.
    ticking: Option<Sender<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        checkpointer: Connection,
        memory: Arc<Memory>,
        clock: Clock,
        twice: bool,
    ) -> Result<Self> {
        let (jobs, waiting) = channel();
        let log = Arc::new(Log::default());
        log.note(); // of an earlier run something may be left
        let written = Arc::clone(&log);
        let writer = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(&connection, &waiting, &memory, &written))?;
        let (ticking, ticks) = channel();
        let checkpoints = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || log.copy(&checkpointer, &ticks))?;
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            clock,
            twice,
            thread: Some(writer),
            checkpoints: Some(checkpoints),
            ticking: Some(ticking),
        })
    }

    pub(super) fn run<T, E>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let answer = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&answer);
        let (clock, twice) = (self.clock.clone(), self.twice);
        let run = move |connection: &Connection, ground: Ground<'_>, apart: Apart| {
            if twice {
                rehearse(connection, ground, &clock, &function)?;
            }
            let (outcome, effect) = attempt(connection, ground, apart, &clock, &function)?;
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            Ok(effect)
        };
        let (told, telling) = sync_channel(1);
        let job = Job {
            run: Box::new(run),
            told,
        };
        let sent = match &*self.jobs.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(jobs) => jobs.send(job).is_ok(),
            None => false,
        };
        if !sent {
            return Err(Error::Busy.into());
        }
        let (result, _run) = telling.recv().map_err(|_| Error::Panicked)?;
        result?;
        let outcome = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome.unwrap_or_else(|| Err(Error::Panicked.into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        drop(self.ticking.take());
        for thread in [self.thread.take(), self.checkpoints.take()]
            .into_iter()
            .flatten()
        {
            let _ = thread.join();
        }
    }
}

/// How a job's changes can be undone while those of others are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// By the savepoint that it runs in: SQLite keeps what each page was before.
    BySavepoint,
    /// Not at all: should it come to that, all are undone and run once more.
    Not,
}

/// One run of a function. The outer error is the engine's; the inner one the function's own.
fn attempt<T, E: From<Error>>(
    connection: &Connection,
    ground: Ground<'_>,
    apart: Apart,
    clock: &Clock,
    function: &impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
) -> Result<(std::result::Result<T, E>, Effect)> {
    if apart == Apart::BySavepoint {
        run(connection, "SAVEPOINT job")?;
    }
    let mut tx = Tx {
        writing: true,
        ..Tx::on(Open::Lite(connection), clock.now(), ground)
    };
    let mut outcome = catch_unwind(AssertUnwindSafe(|| function(&mut tx)))
        .unwrap_or_else(|_| Err(Error::Panicked.into()));
    let mut texts = std::mem::take(&mut tx.texts);
    // What another's index refuses is to be that one's failure.
    if apart == Apart::BySavepoint && outcome.is_ok() {
        let texts = std::mem::take(&mut texts);
        if let Err(error) = full_text::write_to_sqlite(connection, &texts) {
            outcome = Err(error.into());
        }
    }
    if connection.is_autocommit() {
        // As with a full disk the engine has undone everything: nothing more may be written as if it
        // were part of the transaction.
        return Err(Error::Unreachable("the transaction was undone".to_owned()));
    }
    let effect = match &outcome {
        Ok(_) => Effect {
            raised: tx.raised,
            written: tx.written,
            texts,
            spoiled: false,
        },
        Err(_) => Effect {
            spoiled: apart == Apart::Not && tx.written != Tables::default(),
            ..Effect::default()
        },
    };
    if apart == Apart::BySavepoint {
        if outcome.is_err() {
            run(connection, "ROLLBACK TO job")?;
        }
        run(connection, "RELEASE job")?;
    }
    Ok((outcome, effect))
}

/// Runs a function and undoes what it has done.
fn rehearse<T, E: From<Error>>(
    connection: &Connection,
    ground: Ground<'_>,
    clock: &Clock,
    function: &impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
) -> Result<()> {
    run(connection, "SAVEPOINT rehearsal")?;
    let _ = attempt(connection, ground, Apart::BySavepoint, clock, function)?;
    run(connection, "ROLLBACK TO rehearsal")?;
    run(connection, "RELEASE rehearsal")
}

/// A statement that is run with each job.
fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn write(connection: &Connection, jobs: &Receiver<Job>, memory: &Memory, log: &Log) {
    let mut wary = 0;
    while let Ok(first) = jobs.recv() {
        let mut batch = Batch::new(connection, memory, first);
        let committed = batch.run(jobs, &mut wary).and_then(|()| batch.commit());
        if committed.is_err() {
            batch.undo();
        }
        log.note();
        // Also where the commit failed: noting too much does no harm.
        memory.changes.note(batch.effect.written);
        for job in batch.jobs {
            job.end(committed.clone());
        }
        let _ = log.begin_anew(connection);
    }
}

/// Jobs that are committed together.
struct Batch<'a> {
    connection: &'a Connection,
    memory: &'a Memory,
    jobs: Vec<Job>,
    effect: Effect,
}

impl<'a> Batch<'a> {
    fn new(connection: &'a Connection, memory: &'a Memory, first: Job) -> Self {
        Self {
            connection,
            memory,
            jobs: vec![first],
            effect: Effect::default(),
        }
    }

    /// Runs the first job and those that wait, in savepoints where one has failed not long ago.
    fn run(&mut self, waiting: &Receiver<Job>, wary: &mut u32) -> Result<()> {
        self.begin()?;
        if *wary > 0 {
            *wary -= 1;
            return self.run_apart(Some(waiting));
        }
        if self.run_together(waiting)? {
            return Ok(());
        }
        *wary = WARY;
        self.undo();
        self.begin()?;
        self.run_apart(None)
    }

    /// Undoes everything, where the engine has not done so itself.
    fn undo(&self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    fn begin(&self) -> Result<()> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Whether all is well; otherwise one of them has failed and left something.
    fn run_together(&mut self, waiting: &Receiver<Job>) -> Result<bool> {
        let mut ground = self.memory.ground();
        let mut at = 0;
        while let Some(job) = self.jobs.get_mut(at) {
            let done = (job.run)(self.connection, ground, Apart::Not)?;
            if done.spoiled {
                self.effect = Effect::default();
                return Ok(false);
            }
            self.effect.add(done);
            ground.changed = self.effect.written;
            at += 1;
            self.draw(waiting);
        }
        // One that the index refuses is found among them by running each on its own.
        let texts = std::mem::take(&mut self.effect.texts);
        let is_written = full_text::write_to_sqlite(self.connection, &texts).is_ok();
        if !is_written {
            self.effect = Effect::default();
        }
        Ok(is_written)
    }

    fn run_apart(&mut self, waiting: Option<&Receiver<Job>>) -> Result<()> {
        let mut ground = self.memory.ground();
        let mut at = 0;
        while let Some(job) = self.jobs.get_mut(at) {
            self.effect
                .add((job.run)(self.connection, ground, Apart::BySavepoint)?);
            ground.changed = self.effect.written;
            at += 1;
            if let Some(waiting) = waiting {
                self.draw(waiting);
            }
        }
        Ok(())
    }

    /// Takes in the next job that waits.
    fn draw(&mut self, waiting: &Receiver<Job>) {
        if self.jobs.len() < MOST_TOGETHER {
            self.jobs.extend(waiting.try_recv());
        }
    }

    fn commit(&mut self) -> Result<()> {
        let commit = || Ok(self.connection.execute_batch("COMMIT")?);
        let counter = &self.memory.counter;
        if self.effect.raised || counter.announces_all() {
            counter.around(commit)
        } else {
            commit()
        }
    }
}
