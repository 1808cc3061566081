//! A server with its database in a folder of its own, on a free port.

use domain::party::Role;
use muniment::app::{App, Command};
use muniment::config::Place;
use muniment::flows::session::{self, NewUser};
use muniment::http::server;
use muniment::metrics::Metrics;
use muniment::pages::address::escaped;
use muniment::run::{self, Mode};
use reqwest::redirect::Policy;
use scraper::{Html, Selector};

pub const PASSWORD: &str = "correct horse battery";

/// A running portal.
pub struct House {
    pub app: App,
    pub address: String,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house in real time, with one account of each role, named by it.
    pub fn open() -> Self {
        Self::start(Mode::Production, 0)
    }

    /// A house whose test clock is ahead by so many seconds.
    pub fn sandbox(seconds: i64) -> Self {
        Self::start(Mode::Sandbox { begins_days_ago: 0 }, seconds)
    }

    fn start(mode: Mode, seconds: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let place = Place { data_dir, rpc_url: None, database_url: None, confirmations: None };
        let (opened, ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let app = run::open(&place, mode).await.unwrap();
                app.clock.follow(seconds);
                let listener = server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
                let address = format!("http://{}", listener.local_addr().unwrap());
                opened.send((app.clone(), address)).unwrap();
                server::start(app, Metrics::new().unwrap(), listener).unwrap().await.unwrap();
            });
        });
        let (app, address) = ready.recv().unwrap();
        for role in Role::ALL {
            let (email, password) = (email(*role), PASSWORD.to_owned());
            let new = NewUser { email, password, role: *role, issuer_id: None };
            session::add_user(&app, &Command::from_system(), &new).unwrap();
        }
        Self { app, address, _folder: folder }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.address)
    }

    /// A browser in which the account of a role is signed in.
    pub fn signed_in(&self, role: Role) -> Browser {
        let browser = self.browser();
        let form = browser.get("/sign-in").form("/sign-in");
        let page = form.set("email", &email(role)).set("password", PASSWORD).send(&browser);
        assert_eq!((page.status, page.location.as_deref()), (303, Some("/")));
        browser
    }
}

pub fn email(role: Role) -> String {
    format!("{role}@muniment.example")
}

/// A browser without scripts that does not follow redirects by itself.
pub struct Browser {
    pub client: reqwest::blocking::Client,
    address: String,
}

impl Browser {
    /// A browser for a portal that somebody else has started.
    pub fn at(address: &str) -> Self {
        let client = reqwest::blocking::Client::builder().cookie_store(true).redirect(Policy::none());
        Self { client: client.build().unwrap(), address: address.to_owned() }
    }

    pub fn get(&self, path: &str) -> Page {
        self.get_with(path, &[])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = self.client.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Page::of(request.send().unwrap())
    }

    pub fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let pair = |(name, value): &(String, String)| format!("{}={}", escaped(name), escaped(value));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        let request = self.client.post(format!("{}{path}", self.address)).body(body);
        Page::of(request.header("content-type", "application/x-www-form-urlencoded").send().unwrap())
    }
}

/// What came back.
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

impl Page {
    fn of(response: reqwest::blocking::Response) -> Self {
        let headers = response.headers().clone();
        let location = headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        Self { status: response.status().as_u16(), location, headers, html: response.text().unwrap() }
    }

    /// The texts of the elements that a selector finds, their blanks made single.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).unwrap();
        let found = document.select(&selector);
        let text = |element: scraper::ElementRef<'_>| {
            element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        found.map(text).collect()
    }

    /// The values of an attribute of the elements that a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).unwrap();
        let found = document.select(&selector);
        found.filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    /// The form that goes to an address, with its hidden fields filled in.
    pub fn form(&self, action: &str) -> Form {
        let hidden = format!(r#"form[action="{action}"] input[type=hidden]"#);
        let names = self.attributes(&hidden, "name");
        let fields = names.into_iter().zip(self.attributes(&hidden, "value")).collect();
        Form { action: action.to_owned(), fields }
    }
}

/// A form that is being filled in.
#[derive(Clone)]
pub struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn send(&self, browser: &Browser) -> Page {
        browser.post(&self.action, &self.fields)
    }
}
