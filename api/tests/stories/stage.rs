//! A house of its own for each story: server on a free port, SQLite and the chain in a folder that goes away, or on anvil.

use crate::network::{self, Anvil, Kind, Network};
use actix_web::rt::System;
use domain::ids::IssuerId;
use domain::party::{Role, WalletAddress};
use muniment::app::{App, Command};
use muniment::chance::Chance;
use muniment::config::{Listen, Place};
use muniment::flows::session::{self, NewUser};
use muniment::outbox;
use muniment::run::{self, Mode};
use muniment::secrets::Secrets;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokenizer::chain::Signer;

/// The password of everybody on the stage.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// How long anything on the stage may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running house.
pub(crate) struct Stage {
    /// Where it serves, without a slash at the end.
    pub(crate) url: String,
    /// The program itself, for what only an operator may do.
    pub(crate) app: App,
    /// The chain under it.
    pub(crate) network: Network,
    folder: tempfile::TempDir,
}

/// Somebody who is signed in.
pub(crate) struct Person {
    url: String,
    token: String,
    client: Client,
}

impl Stage {
    /// Starts a house with a test clock, its shared contracts deployed.
    pub(crate) fn start() -> Self {
        Self::start_with_confirmations(0)
    }

    /// Starts a house that waits for confirmations, as beside a network that others run.
    pub(crate) fn start_with_confirmations(confirmations: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let anvil = (network::asked_for() == Kind::Anvil).then(Anvil::start);
        let place = Place {
            data_dir: folder.path().join("data"),
            rpc_url: anvil.as_ref().map(|anvil| anvil.url.clone()),
            confirmations: None,
            database_url: None,
        };
        if let Some(anvil) = &anvil {
            anvil.fund(platform_of(&place));
        }
        let free = "127.0.0.1:0".parse().unwrap();
        let listen = Listen { listen: free, chain_listen: free };
        let (ready, started) = mpsc::channel();
        std::thread::spawn(move || {
            System::new().block_on(async move {
                let app = run::open(&place, Mode::Sandbox { begins_days_ago: 0 }).await.unwrap();
                let app = App { confirmations, ..app };
                let announce =
                    async move |app, url| ready.send((app, url)).map_err(muniment::error::AppError::internal);
                run::serve(app, &listen, announce).await.unwrap();
            });
        });
        let (app, url) = started.recv_timeout(PATIENCE).expect("the house starts");
        let network = match anvil {
            Some(anvil) => Network::Anvil(anvil),
            None => Network::Embedded(app.embedded.clone().unwrap()),
        };
        Self { url, app, network, folder }
    }

    /// The stage of a house whose programs are processes of their own.
    pub(crate) fn beside(url: String, app: App, network: Network, folder: tempfile::TempDir) -> Self {
        Self { url, app, network, folder }
    }

    /// The data folder of the house.
    pub(crate) fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Makes an account and signs in. Issuers get a company of their own.
    pub(crate) fn person(&self, name: &str, role: Role) -> Person {
        let issuer_id = (role == Role::Issuer).then(|| self.company(name));
        let email = format!("{name}@example.org");
        let new = NewUser { email: email.clone(), password: PASSWORD.to_owned(), role, issuer_id };
        session::add_user(&self.app, &Command::from_system(), &new).unwrap();
        self.sign_in(&email, PASSWORD)
    }

    /// Signs in.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> Person {
        let client = Client::new();
        let credentials = serde_json::json!({ "email": email, "password": password });
        let answer = client.post(format!("{}/v1/sessions", self.url)).json(&credentials).send().unwrap();
        let token = answer.json::<Value>().unwrap()["token"].as_str().unwrap().to_owned();
        Person { url: self.url.clone(), token, client }
    }

    fn company(&self, name: &str) -> IssuerId {
        let app = &self.app;
        let id: IssuerId = app.chance.id(app.clock.now());
        let company = format!("{name} GmbH");
        app.store.write(|tx| store::access::add_issuer(tx, id, &company, app.clock.now())).unwrap();
        id
    }

    /// Waits until a question has the answer yes.
    pub(crate) fn wait_until(&self, what: &str, mut question: impl FnMut() -> bool) {
        let begin = Instant::now();
        while !question() {
            assert!(begin.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}

/// The address that will pay for the calls of an installation; its secret is made here.
pub(crate) fn platform_of(place: &Place) -> WalletAddress {
    place.prepare().unwrap();
    let secrets = Secrets::load_or_create(&place.secret_file(), &Chance::from_system()).unwrap();
    Signer::from_key(&secrets.key(outbox::PLATFORM)).unwrap().address()
}

impl Person {
    /// A request with the person's token.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    /// Reads a resource.
    pub(crate) fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(reqwest::Method::GET, path).send().unwrap())
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(reqwest::Method::POST, path).json(body).send().unwrap())
    }

    /// Posts JSON under an idempotency key.
    pub(crate) fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(reqwest::Method::POST, path).header("Idempotency-Key", key).json(body);
        Answer::of(request.send().unwrap())
    }
}

/// What the house answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body, as JSON where it is JSON, else as a JSON string.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let text = response.text().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, body }
    }

    /// The body of an answer that must have this status.
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The field that a refused input names first.
    pub(crate) fn refused_field(self) -> String {
        let body = self.expect(422);
        body["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
    }
}
