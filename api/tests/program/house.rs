//! A data folder and the program at work on it. The demo is loaded once and copied for each test.

use reqwest::blocking::{Client, Response};
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The password of every login of the demo.
const PASSWORD: &str = "muniment-demo-2026";
/// How long the program may take to load the demo, or to stop, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The data folder of a loaded demo whose program has stopped. It stays until the next run: nothing that is shared by
/// all tests is dropped at the end of a process.
static LOADED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("loaded-demo");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    Program::start(&folder.join("data"), &["demo"], "info").stop();
    folder.join("data")
});

/// A data folder that goes away with the test.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    /// The demo, loaded and stopped.
    pub(crate) fn with_the_demo() -> Self {
        let folder = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(folder.data()).unwrap();
        for entry in std::fs::read_dir(&*LOADED).unwrap() {
            let from = entry.unwrap().path();
            std::fs::copy(&from, folder.data().join(from.file_name().unwrap())).unwrap();
        }
        folder
    }

    /// Where the program keeps its files.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the demo on it.
    pub(crate) fn demo(&self, log: &str) -> Program {
        Program::start(&self.data(), &["demo"], log)
    }

    /// Runs a command on it, and what it said when it ended well.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = muniment(&self.data()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The program on a data folder.
pub(crate) fn muniment(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muniment"));
    command.env_remove("DATABASE_URL").arg("--data-dir").arg(data);
    command
}

/// The program at work.
pub(crate) struct Program {
    /// Where it serves, without a slash at the end.
    pub(crate) url: String,
    child: Child,
    said: PathBuf,
    logged: PathBuf,
    // What it said and logged goes away with it.
    _words: TempDir,
}

impl Program {
    /// Starts the program on free ports and waits until it is ready.
    pub(crate) fn start(data: &Path, command: &[&str], log: &str) -> Self {
        let mut program = Self::begin(data, command, log);
        let begin = Instant::now();
        while !program.is_ready() {
            let ended = program.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {ended:?}: {}", program.log());
            assert!(begin.elapsed() < PATIENCE, "not ready after {PATIENCE:?}: {}", program.log());
            std::thread::sleep(LOOK_AGAIN);
        }
        program
    }

    /// Starts the program without waiting for anything.
    pub(crate) fn begin(data: &Path, command: &[&str], log: &str) -> Self {
        let words = tempfile::tempdir().unwrap();
        let (said, logged) = (words.path().join("said"), words.path().join("logged"));
        let child = muniment(data)
            .args(command)
            .args(["--listen", "127.0.0.1:0", "--chain-listen", "127.0.0.1:0"])
            .env("RUST_LOG", log)
            .stdin(Stdio::null())
            .stdout(File::create(&said).unwrap())
            .stderr(File::create(&logged).unwrap())
            .spawn()
            .unwrap();
        Self { url: String::new(), child, said, logged, _words: words }
    }

    fn is_ready(&mut self) -> bool {
        let said = self.said();
        let url = said.lines().find_map(|line| line.strip_prefix("Muniment serves on "));
        let Some(url) = url else { return false };
        self.url = url.to_owned();
        let ready = reqwest::blocking::get(format!("{url}/readyz"));
        ready.is_ok_and(|answer| answer.status() == 200)
    }

    /// What it said so far on standard output.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.said).unwrap()
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.logged).unwrap()).into_owned()
    }

    /// Waits until it said something.
    pub(crate) fn wait_until_said(&self, words: &str) {
        let begin = Instant::now();
        while !self.said().contains(words) {
            assert!(begin.elapsed() < PATIENCE, "it never said {words:?}: {}", self.log());
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Lets it end in order, and returns what it logged.
    pub(crate) fn stop(mut self) -> String {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(ended.success());
        let begin = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begin.elapsed() < PATIENCE, "it did not stop: {}", self.log());
            std::thread::sleep(LOOK_AGAIN);
        }
        self.log()
    }

    /// Signs a login of the demo in.
    pub(crate) fn login(&self, name: &str) -> Login {
        self.sign_in(&format!("{name}@demo.example"), PASSWORD)
    }

    /// Signs somebody in.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> Login {
        let guest = Login { url: self.url.clone(), token: None, client: client() };
        let opened = guest.post("/v1/sessions", &json!({ "email": email, "password": password })).expect(201);
        Login { token: opened["token"].as_str().map(str::to_owned), ..guest }
    }

    /// Somebody without a session.
    pub(crate) fn stranger(&self) -> Login {
        Login { url: self.url.clone(), token: None, client: client() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Somebody who asks the API.
pub(crate) struct Login {
    url: String,
    /// The session, when there is one.
    pub(crate) token: Option<String>,
    client: Client,
}

impl Login {
    /// A request with the session.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Reads a resource.
    pub(crate) fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path).send().unwrap())
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request("POST", path).json(body).send().unwrap())
    }

    /// Every row of a listing, over all of its pages.
    pub(crate) fn all(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut after) = (Vec::new(), String::new());
        let mark = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(&format!("{path}{mark}limit=200{after}")).expect(200);
            rows.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { return rows };
            after = format!("&after={next}");
        }
    }
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What the body says it is.
    pub(crate) media_type: String,
    /// The body as text.
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(response: Response) -> Self {
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let (status, media_type) = (response.status().as_u16(), media_type.unwrap_or_default().to_owned());
        Self { status, media_type, text: response.text().unwrap_or_default() }
    }

    /// The body, as JSON where it is JSON.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The body of an answer that must have this status.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body()
    }
}
