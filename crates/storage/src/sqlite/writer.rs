//! The one thread that writes: what waits is committed together.
//!
//! Each function runs inside a savepoint of its own, so that the failure of one undoes nothing of
//! the others; answers leave after the common commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ferrite_base::Clock;
use rusqlite::Connection;

use crate::changes::{Changes, Tables};
use crate::generation::Counter;
use crate::tx::Connection as Open;
use crate::{Error, Result, Tx};

const MOST_TOGETHER: usize = 512;
const CHECKPOINT_EVERY: Duration = Duration::from_millis(100);
/// Pages in the log beyond which writers wait until it begins anew: 64 MiB.
const MOST_LOGGED: i64 = 8 * 1024;
/// So long do writers wait at most, for reads to end that still need the log.
const LONGEST_WAIT: Duration = Duration::from_millis(300);

/// A waiting write: what it does, and how its end is told.
struct Job {
    run: Run,
    done: Done,
}

type Run = Box<dyn FnMut(&Connection) -> Result<Effect> + Send>;
/// What a write has done.
#[derive(Clone, Copy, Default)]
struct Effect {
    /// Whether others must notice.
    raised: bool,
    written: Tables,
}

type Done = Box<dyn FnOnce(Result<()>) + Send>;

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
        counter: Arc<Counter>,
        changes: Arc<Changes>,
        clock: Clock,
        twice: bool,
    ) -> Result<Self> {
        let (jobs, waiting) = channel();
        let dirty = Arc::new(AtomicBool::new(true));
        let written = Arc::clone(&dirty);
        let writer = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(&connection, &waiting, &counter, &changes, &written))?;
        checkpointer.busy_timeout(LONGEST_WAIT)?;
        let (ticking, ticks) = channel();
        let checkpoints = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || checkpoint(&checkpointer, &ticks, &dirty))?;
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
        let run = move |connection: &Connection| {
            if twice {
                let _ = attempt(connection, &clock, &function, true)?;
            }
            let (outcome, effect) = attempt(connection, &clock, &function, false)?;
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            Ok(effect)
        };
        let (told, telling) = sync_channel(1);
        let done = Box::new(move |result| {
            let _ = told.send(result);
        });
        let job = Job {
            run: Box::new(run),
            done,
        };
        let sent = match &*self.jobs.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(jobs) => jobs.send(job).is_ok(),
            None => false,
        };
        if !sent {
            return Err(Error::Busy.into());
        }
        telling.recv().unwrap_or(Err(Error::Panicked))?;
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

/// One run inside a savepoint. The outer error is the engine's; the inner one the function's own.
fn attempt<T, E: From<Error>>(
    connection: &Connection,
    clock: &Clock,
    function: &impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
    rehearsal: bool,
) -> Result<(std::result::Result<T, E>, Effect)> {
    run(connection, "SAVEPOINT job")?;
    let mut tx = Tx::new(Open::Lite(connection), clock.now(), true);
    let outcome = catch_unwind(AssertUnwindSafe(|| function(&mut tx)))
        .unwrap_or_else(|_| Err(Error::Panicked.into()));
    let effect = match &outcome {
        Ok(_) => Effect {
            raised: tx.raised,
            written: tx.written,
        },
        Err(_) => Effect::default(),
    };
    if outcome.is_err() || rehearsal {
        run(connection, "ROLLBACK TO job")?;
    }
    run(connection, "RELEASE job")?;
    Ok((outcome, effect))
}

/// A statement that is run with each job.
fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn write(
    connection: &Connection,
    jobs: &Receiver<Job>,
    counter: &Counter,
    changes: &Changes,
    dirty: &AtomicBool,
) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            (first.done)(Err(error.into()));
            continue;
        }
        let mut ended = Vec::new();
        let mut effect = Effect::default();
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            match (job.run)(connection) {
                Ok(done) => {
                    effect.raised |= done.raised;
                    effect.written.add(done.written);
                    ended.push(job.done);
                }
                Err(error) => (job.done)(Err(error)),
            }
            if ended.len() < MOST_TOGETHER {
                next = jobs.try_recv().ok();
            }
        }
        let commit = || connection.execute_batch("COMMIT").map_err(Error::from);
        let committed = if effect.raised || counter.announces_all() {
            counter.around(commit)
        } else {
            commit()
        };
        if committed.is_err() && !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        dirty.store(true, Ordering::Relaxed);
        // Also where the commit failed: noting too much does no harm.
        changes.note(effect.written);
        for done in ended {
            done(committed.clone());
        }
    }
}

/// Copies the log into the file. While one write follows on another the log would never begin anew,
/// and grow without end.
fn checkpoint(connection: &Connection, ticks: &Receiver<()>, dirty: &AtomicBool) {
    let run = |way: &str| {
        let sql = format!("PRAGMA wal_checkpoint({way})");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(1))
    };
    while ticks.recv_timeout(CHECKPOINT_EVERY) == Err(RecvTimeoutError::Timeout) {
        if dirty.swap(false, Ordering::Relaxed) {
            // A checkpoint that is in the way of a reader is made at a later tick.
            if run("PASSIVE").is_ok_and(|logged| logged > MOST_LOGGED) {
                let _ = run("TRUNCATE");
            }
        }
    }
}
