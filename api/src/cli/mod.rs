//! The command line: one binary, a table for people, `--json` for programs, exit codes with a meaning.

mod desk;

mod account;
mod credential;
mod demo;
mod freeze;
mod import;
mod money;
mod rent_roll;
mod resume;
mod rules;
mod schedule;
mod screen;
mod serve;
mod travel_rule;
mod verify;
mod worker;

use crate::config::{Listen, Place};
use crate::error::AppError;
use crate::run::Mode;
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// The work was done.
pub const EXIT_DONE: u8 = 0;
/// The work could not be done.
pub const EXIT_FAILED: u8 = 1;
/// The work was done and the answer is no.
pub const EXIT_REFUSED: u8 = 2;

/// Muniment: receivables and rents as partitioned security tokens.
#[derive(Debug, Parser)]
#[command(name = "muniment", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Portal, API and jobs; database and chain are embedded unless others are named.
    Serve {
        #[command(flatten)]
        listen: Listen,
        /// The address at which people reach the portal, as https://portal.example; needed behind a proxy.
        #[arg(long, env = "MUNIMENT_PUBLIC_URL", value_name = "URL")]
        public_url: Option<String>,
        /// A test clock that an operator can move on, instead of the time of day: for those who integrate.
        #[arg(long)]
        sandbox: bool,
    },
    /// Outbox and jobs without portal, beside other processes over the same PostgreSQL and the same network.
    Worker {
        /// The test clock of a sandbox, as its portal has it.
        #[arg(long)]
        sandbox: bool,
    },
    /// As serve, with living demo data and a test clock.
    Demo {
        #[command(flatten)]
        listen: Listen,
        /// Remove the data of the demo first.
        #[arg(long)]
        reset: bool,
    },
    /// Bring the database to the shape that this program expects.
    Migrate,
    /// Who may sign in.
    #[command(subcommand)]
    Account(account::Account),
    /// Contract schedules and day counts, from NDJSON on standard input to NDJSON on standard output.
    Schedule(schedule::Schedule),
    /// Invoices and rent rolls, from files.
    #[command(subcommand)]
    Import(import::Import),
    /// Names against sanctions lists.
    Screen(screen::Screen),
    /// Credentials and presentations.
    #[command(subcommand)]
    Credential(credential::Credential),
    /// Travel rule payloads (IVMS101).
    #[command(subcommand)]
    TravelRule(travel_rule::TravelRule),
    /// The hash-chained log of everything that was done.
    #[command(subcommand)]
    Audit(Audit),
    /// Coupons: planned, paid, gone on with.
    #[command(subcommand)]
    Coupon(money::Coupon),
    /// Wallets that are frozen in a pool's token, many at once.
    #[command(subcommand)]
    Freeze(freeze::Freeze),
    /// The rules of a pool.
    #[command(subcommand)]
    Rules(rules::Rules),
    /// The clock of a sandbox.
    #[command(subcommand)]
    Clock(money::Clock),
    /// Compare register, chain and ledger; ends with 2 when something does not agree.
    Reconcile {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// The chain.
    #[command(subcommand)]
    Chain(Chain),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Check that each entry follows from the one before.
    Verify {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Chain {
    /// Execute every block again and compare what comes out; the server must be stopped.
    Verify {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// End the alarm after a reorganisation that was deeper than its confirmations: what it took back is sent again.
    Resume,
}

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    match dispatch(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("muniment: {error}");
            ExitCode::from(EXIT_FAILED)
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, AppError> {
    match cli.command {
        Command::Serve { listen, public_url, sandbox } => {
            serve::serve(&cli.place, mode(sandbox), &listen, public_url.as_deref())
        }
        Command::Worker { sandbox } => worker::worker(&cli.place, mode(sandbox)),
        Command::Demo { listen, reset } => demo::demo(&cli.place, &listen, reset),
        Command::Migrate => migrate(&cli.place),
        Command::Account(account) => account::run(&cli.place, &account),
        Command::Schedule(asked) => schedule::run(&asked),
        Command::Import(import) => import::run(&cli.place, &import),
        Command::Screen(screen) => screen::run(&cli.place, screen),
        Command::Credential(credential::Credential::Verify(verify)) => credential::verify(&verify),
        Command::TravelRule(travel_rule) => travel_rule::run(&travel_rule),
        Command::Audit(Audit::Verify { json }) => verify::audit(&cli.place, json),
        Command::Chain(Chain::Verify { json }) => verify::chain(&cli.place, json),
        Command::Chain(Chain::Resume) => resume::resume(&cli.place),
        Command::Coupon(coupon) => money::coupon(&cli.place, coupon),
        Command::Freeze(freeze) => freeze::run(&cli.place, freeze),
        Command::Rules(asked) => rules::run(&cli.place, asked),
        Command::Clock(clock) => money::clock(&cli.place, clock),
        Command::Reconcile { json } => money::reconcile(&cli.place, json),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "muniment", &mut std::io::stdout());
            Ok(EXIT_DONE)
        }
    }
}

const fn mode(sandbox: bool) -> Mode {
    if sandbox { Mode::Sandbox { begins_days_ago: 0 } } else { Mode::Production }
}

/// Where a command runs that waits for the chain.
fn runtime() -> Result<tokio::runtime::Runtime, AppError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(AppError::internal)
}

fn migrate(place: &Place) -> Result<u8, AppError> {
    place.prepare()?;
    let migrated = store::Store::open(&place.database())?.migrate()?;
    for step in &migrated.0 {
        println!("{step}");
    }
    println!("{} migrations ran", migrated.0.len());
    Ok(EXIT_DONE)
}

/// Structured logs on standard error; `RUST_LOG` chooses, `MUNIMENT_LOG=json` makes them JSON.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,muniment=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if std::env::var("MUNIMENT_LOG").as_deref() == Ok("json") {
        log.json().try_init()
    } else {
        log.try_init()
    };
    if let Err(error) = started {
        eprintln!("muniment: no log: {error}");
    }
}
