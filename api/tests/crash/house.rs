//! A data folder with something that is about to happen, copied for each run of the real program, with or without
//! strace.

use crate::stage::Stage;
use muniment::app::App;
use muniment::config::Place;
use muniment::run::{self, Mode};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Tells the process that builds a house for which subject.
const BUILD: &str = "MUNIMENT_CRASH_BUILD";
/// What it says when the house is built: the folder and the id of what is about to happen follow.
const BUILT: &str = "BUILT ";
/// How long a run may take until its subject is done, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a run is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long a thread is held after each write, so that it does no more before it is killed.
const HELD: Duration = Duration::from_millis(2);

/// What the program is killed at: how it comes about, when it is done, and what must be true then.
pub(crate) trait Subject: Sized + Sync {
    /// Its name for the process that builds the first house.
    const NAME: &'static str;

    /// In a house that works: everything that comes before. Gives the house, and the id of what is about to happen.
    fn set_the_scene() -> (Stage, String);

    /// In a data folder that nobody works in: the last step. From here on the program does everything by itself.
    fn begin(app: &App, id: &str) -> Self;

    /// Whether the program has done it, by its database.
    fn is_done(&self, store: &Store) -> bool;

    /// Everything that must be true of a house that has done it.
    fn check(&self, house: &House, when: &str);
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Run {
    /// At the write that was drawn.
    Killed,
    /// It was done before.
    Done,
}

/// A data folder.
pub(crate) struct House {
    folder: TempDir,
}

/// Builds a house when this process was started to do so, and ends the process with everything in it.
pub(crate) fn build_when_asked<S: Subject>() {
    if std::env::var_os(BUILD).is_some_and(|asked| asked == S::NAME) {
        let (stage, id) = S::set_the_scene();
        println!("\n{BUILT}{} {id}", stage.data_dir().display());
        std::process::exit(0);
    }
}

impl House {
    /// Builds the first house, with the subject about to happen.
    pub(crate) fn build<S: Subject>() -> (Self, S) {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "house_that_is_to_be_killed", "--ignored", "--nocapture"])
            .env(BUILD, S::NAME)
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(builder.stdout.take().unwrap()).lines().map_while(Result::ok);
        let built: Vec<String> = said.filter(|line| line.starts_with(BUILT)).collect();
        builder.wait().unwrap();
        let built = built.first().expect("the house is built");
        let (data, id) = built[BUILT.len()..].split_once(' ').unwrap();
        let house = Self { folder: tempfile::tempdir().unwrap() };
        copy_files(Path::new(data), &house.data_dir());
        let (_runtime, app) = house.open();
        (house, S::begin(&app, id))
    }

    /// A house of its own that stands where this one does.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        copy_files(&self.data_dir(), &copy.data_dir());
        copy
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn place(&self) -> Place {
        Place { data_dir: self.data_dir(), rpc_url: None, confirmations: None, database_url: None }
    }

    /// Looks into a house that nobody works in.
    pub(crate) fn open(&self) -> (Runtime, App) {
        let runtime = Runtime::new().unwrap();
        let mode = Mode::Sandbox { begins_days_ago: 0 };
        let app = runtime.block_on(run::open(&self.place(), mode)).unwrap();
        (runtime, app)
    }

    /// Runs the program until the subject is done, and counts its writes.
    pub(crate) fn count_writes(&self, subject: &impl Subject) -> u32 {
        let (run, writes) = self.run(subject, strace(), None);
        assert_eq!(run, Run::Done);
        writes
    }

    /// Runs the program and kills it at its write of that number, counted over all of its threads.
    pub(crate) fn run_killed_at(&self, subject: &impl Subject, write: u32) -> Run {
        self.run(subject, strace(), Some(write)).0
    }

    /// Runs the program undisturbed until the subject is done.
    pub(crate) fn run_until_done(&self, subject: &impl Subject) {
        assert_eq!(self.run(subject, Command::new("env"), None).0, Run::Done);
    }

    fn run(&self, subject: &impl Subject, mut beneath: Command, kill_at: Option<u32>) -> (Run, u32) {
        let program = env!("CARGO_BIN_EXE_muniment");
        let data_dir = self.data_dir();
        let mut child = beneath
            .args([program, "serve", "--sandbox", "--listen", "127.0.0.1:0", "--chain-listen", "127.0.0.1:0"])
            .env("MUNIMENT_DATA_DIR", &data_dir)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is installed");
        let (log, beneath) = (child.stderr.take().unwrap(), child.id());
        let watch = std::thread::spawn(move || watch_writes(log, beneath, kill_at));
        let begin = Instant::now();
        loop {
            std::thread::sleep(LOOK_AGAIN);
            if let Some(status) = child.try_wait().unwrap() {
                // strace ends as the program did.
                let killed = status.signal() == Some(9) || status.code() == Some(128 + 9);
                let (writes, said) = watch.join().unwrap();
                assert!(killed, "it ended by itself: {status}: {said}");
                return (Run::Killed, writes);
            }
            if self.has_done(subject) {
                stop(&mut child);
                // It may have been killed while it was on its way out.
                return (Run::Done, watch.join().unwrap().0);
            }
            if begin.elapsed() > PATIENCE {
                signal(program_of(beneath), "KILL");
                panic!("not done after {PATIENCE:?}: {}", watch.join().unwrap().1);
            }
        }
    }

    fn has_done(&self, subject: &impl Subject) -> bool {
        Store::open(&self.place().database()).is_ok_and(|store| subject.is_done(&store))
    }
}

/// Tells of every write as it ends, and holds the thread that wrote for a moment.
fn strace() -> Command {
    let mut strace = Command::new("strace");
    let held = format!("inject=pwrite64:delay_exit={}", HELD.as_micros());
    strace.args(["-f", "-qq", "-s", "0", "-e", "trace=pwrite64", "-e", "signal=none", "-e", &held]);
    strace
}

/// Counts the writes that strace tells of, kills the program at one of them, and keeps what it said itself.
fn watch_writes(log: ChildStderr, beneath: u32, kill_at: Option<u32>) -> (u32, String) {
    // A shell that waits for its word: a process that has to be started first would come too late.
    let mut shell = Command::new("sh").stdin(Stdio::piped()).spawn().unwrap();
    let mut orders = shell.stdin.take().unwrap();
    let (mut writes, mut said) = (0, String::new());
    for line in BufReader::new(log).lines().map_while(Result::ok) {
        if !line.contains("pwrite64") {
            said += &line;
            said.push('\n');
        } else if line.contains(") = ") || line.contains("resumed") {
            writes += 1;
            if kill_at == Some(writes) {
                writeln!(orders, "kill -KILL {}", program_of(beneath)).unwrap();
            }
        }
    }
    drop(orders);
    shell.wait().unwrap();
    (writes, said)
}

/// The program that runs beneath strace, or in its place.
fn program_of(beneath: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{beneath}/task/{beneath}/children"));
    let traced = children.unwrap_or_default();
    traced.split_whitespace().next().map_or(beneath, |child| child.parse().unwrap())
}

/// Whether there was such a process.
fn signal(process: u32, name: &str) -> bool {
    Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap().success()
}

/// Asks the program to stop and waits until it has. Where it was killed at the very write that made the subject done, there
/// is nobody to ask.
fn stop(child: &mut Child) {
    signal(program_of(child.id()), "TERM");
    child.wait().unwrap();
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
