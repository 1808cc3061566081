//! Rubbish for every operation of the served description: refused with a reason each time, and nothing comes of it.

use crate::house::{Answer, Folder, Login, Program};
use crate::tables::{self, Table};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The roles whose logins send it.
const ROLES: [&str; 5] = ["issuer", "investor", "compliance", "regulator", "operator"];
/// An id that nothing has.
const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";
/// What stands in a path in the place of an id.
const PATH_RUBBISH: [&str; 9] = [
    UNKNOWN,
    "nonsense",
    "-1",
    "%00",
    "%ff%fe",
    "..%2f..%2fsecret",
    "%27%20OR%201=1--",
    "%F0%9F%92%A9",
    "null",
];
/// What stands in a query in the place of a number, a day, a word or a cursor.
const QUERY_RUBBISH: [&str; 8] =
    ["", "-1", "0", "201", "99999999999999999999", "2026-02-30", "%ff%00", "%E2%80%AE%27--"];
/// More than a body may have.
const TOO_MUCH: usize = 1024 * 1024 + 1;
/// Longer than any text that is taken.
const TOO_LONG: usize = 100_000;
/// Deeper than any document that is read.
const TOO_DEEP: usize = 50_000;
/// Where credentials are presented.
const PRESENTATIONS: &str = "/v1/presentations";
/// The boundary of a form.
const FORM: &str = "multipart/form-data; boundary=zz";

/// An operation of the description.
struct Operation {
    method: String,
    path: String,
    described: Value,
}

impl Operation {
    fn is_read(&self) -> bool {
        self.method == "GET"
    }

    fn needs_session(&self) -> bool {
        !self.described["security"].is_null()
    }

    fn takes(&self, media_type: &str) -> Option<&Value> {
        self.described["requestBody"]["content"].get(media_type).map(|content| &content["schema"])
    }

    fn queries(&self) -> Vec<&str> {
        let parameters = self.described["parameters"].as_array().into_iter().flatten();
        parameters.filter(|one| one["in"] == "query").map(|one| one["name"].as_str().unwrap()).collect()
    }

    /// The path with an id in the place of each parameter.
    fn with(&self, id: impl Fn(&str) -> String) -> String {
        let segments: Vec<&str> = self.path.split('/').collect();
        let mut before = "";
        let filled = segments.iter().map(|segment| {
            let text = if segment.starts_with('{') { id(before) } else { (*segment).to_owned() };
            before = segment;
            text
        });
        filled.collect::<Vec<_>>().join("/")
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let (method, path) = (method.to_uppercase(), path.clone());
            found.push(Operation { method, path, described: described.clone() });
        }
    }
    assert!(found.len() > 70, "the description is whole: {}", found.len());
    found
}

/// A body that is sent, and as what.
type Body = (&'static str, Vec<u8>);

/// A value of a schema, with a text and a number of the caller's.
fn value_of(document: &Value, schema: &Value, (text, number): (&str, i64)) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return value_of(document, &document["components"]["schemas"][name], (text, number));
    }
    let of = |schema: &Value| value_of(document, schema, (text, number));
    if let Some(choice) =
        schema["oneOf"].as_array().and_then(|all| all.iter().find(|it| it["type"] != "null"))
    {
        return of(choice);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match kind {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(fields.map(|(name, schema)| (name.clone(), of(schema))).collect())
        }
        Some("array") => json!([of(&schema["items"])]),
        Some("integer" | "number") => json!(number),
        Some("boolean") => json!(true),
        _ => json!(text),
    }
}

/// What is no JSON, or not of the right shape; nothing of it can be meant.
fn bodies(document: &Value, schema: &Value) -> Vec<Body> {
    const JSON: &str = "application/json";
    let long = "Ж".repeat(TOO_LONG);
    let mut rubbish: Vec<Body> = vec![
        (JSON, Vec::new()),
        (JSON, b"null".to_vec()),
        (JSON, b"[[]]".to_vec()),
        (JSON, b"{\"".to_vec()),
        (JSON, b"{} {}".to_vec()),
        (JSON, b"{\"a\":1e999}".to_vec()),
        (JSON, b"{\"name\":\"\xff\xfe\"}".to_vec()),
        (JSON, br#"{"name":"\ud800"}"#.to_vec()),
        (JSON, "[".repeat(TOO_DEEP).into_bytes()),
        (JSON, r#"{"a":"#.repeat(TOO_DEEP).into_bytes()),
        (JSON, vec![b' '; TOO_MUCH]),
        ("text/plain", b"{}".to_vec()),
        ("application/x-www-form-urlencoded", b"a=1".to_vec()),
        (FORM, b"--zz--".to_vec()),
        ("nonsense", b"{}".to_vec()),
    ];
    let mut whole: Vec<Value> = Vec::new();
    for (text, number) in [("", i64::MIN), ("\u{0}", -1), (&*long, i64::MAX), ("\u{7f}\u{1b}[2J", 0)] {
        whole.push(value_of(document, schema, (text, number)));
    }
    let fields: Map<String, Value> = whole[0].as_object().cloned().unwrap_or_default();
    for (name, value) in &fields {
        // A wrong type for each: a number where text belongs, text where a number belongs.
        let wrong = if value.is_string() { json!(4_711) } else { json!("rubbish") };
        for value in [wrong, json!([[value]]), json!({ "a": value })] {
            whole.push(json!({ name.as_str(): value }));
        }
        rubbish.push((JSON, format!("{{\"{name}\":{}}}", "9".repeat(400)).into_bytes()));
    }
    rubbish.extend(whole.into_iter().map(|body| (JSON, body.to_string().into_bytes())));
    rubbish
}

/// Forms that are none, or from which nothing can be taken.
fn forms() -> Vec<Body> {
    let part = |head: &str, content: &[u8]| -> Vec<u8> {
        [format!("--zz\r\n{head}\r\n\r\n").as_bytes(), content, b"\r\n--zz--\r\n"].concat()
    };
    let many = "--zz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(5_000) + "--zz--\r\n";
    vec![
        ("application/json", b"{}".to_vec()),
        ("multipart/form-data", b"--zz--\r\n".to_vec()),
        ("multipart/form-data; boundary=", b"--\r\n".to_vec()),
        (FORM, Vec::new()),
        (FORM, b"rubbish".to_vec()),
        (FORM, b"--zz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut".to_vec()),
        (FORM, part("Content-Disposition: form-data", b"no name")),
        (FORM, part("Content-Disposition: form-data; name=\"name\"", b"\xff\xfe\x00")),
        (FORM, part("Content-Disposition: attachment; filename=\"../../x\"", b"x")),
        (FORM, part("X-Rubbish: 1", b"x")),
        (FORM, many.into_bytes()),
    ]
}

/// What is sent, and what is looked at afterwards.
struct Sender<'a> {
    sent: usize,
    wrong: Vec<String>,
    operation: &'a str,
}

impl Sender<'_> {
    fn send(&mut self, by: &Login, (method, path): (&str, &str), body: Option<&Body>) -> Answer {
        let mut request = by.request(method, path);
        if let Some((media_type, content)) = body {
            request = request.header("Content-Type", *media_type).body(content.clone());
        }
        self.look(request)
    }

    /// Sends a request and looks at the answer: no failure of ours, and a refusal is a problem detail that says why.
    fn look(&mut self, request: reqwest::blocking::RequestBuilder) -> Answer {
        self.sent += 1;
        let asked = request.try_clone().unwrap().build().unwrap();
        let body = asked.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        let start = String::from_utf8_lossy(&body[..body.len().min(120)]);
        let asked = format!("{} {} {start}", asked.method(), asked.url());
        let answer = Answer::of(request.send().unwrap());
        let problem = answer.body();
        let said =
            problem["status"] == answer.status && problem["detail"].as_str().is_some_and(|it| !it.is_empty());
        let input = [413, 415, 422].contains(&answer.status);
        let named = |one: &Value| one["field"] != "" && one["limit"] != "" && one["value"].is_string();
        let found = problem["errors"].as_array();
        let told = !input || found.is_some_and(|found| !found.is_empty() && found.iter().all(named));
        let refused = answer.status >= 400;
        if answer.status >= 500
            || refused && !(answer.media_type == "application/problem+json" && said && told)
        {
            self.wrong.push(format!(
                "{}: {asked} -> {} {} {}",
                self.operation, answer.status, answer.media_type, answer.text
            ));
        }
        answer
    }

    fn expect(&mut self, what: &str, answer: &Answer, statuses: std::ops::Range<u16>) {
        if !statuses.contains(&answer.status) {
            self.wrong.push(format!("{}: {what} -> {} {}", self.operation, answer.status, answer.text));
        }
    }
}

/// A stranger is told to sign in, whatever else is wrong with the request.
fn from_strangers(sender: &mut Sender<'_>, program: &Program, operation: &Operation, path: &str) {
    let mut strangers = vec![program.stranger(), program.stranger()];
    strangers[1].token = Some("00".repeat(32));
    let rubbish: [Option<Body>; 4] = [
        None,
        Some(("text/plain", b"x".to_vec())),
        Some(("application/json", b"{".to_vec())),
        Some((FORM, b"x".to_vec())),
    ];
    for stranger in &strangers {
        for body in &rubbish {
            let answer = sender.send(stranger, (&operation.method, path), body.as_ref());
            if operation.needs_session() {
                sender.expect("without a session", &answer, 401..402);
            }
        }
    }
}

fn from_a_login(
    sender: &mut Sender<'_>,
    (document, by): (&Value, &Login),
    operation: &Operation,
    (path, has_id): (&str, bool),
) {
    let method = &*operation.method;
    let refusals = |operation: &Operation| if operation.is_read() { 200..500 } else { 400..500 };
    let plain: Body = ("application/json", b"{}".to_vec());
    if has_id {
        for id in PATH_RUBBISH.iter().map(|id| (*id).to_owned()).chain([format!("a{}", "b".repeat(5_000))]) {
            let body = operation.takes("application/json").map(|_| &plain);
            let answer = sender.send(by, (method, &operation.with(|_| id.clone())), body);
            sender.expect("an id that is none", &answer, refusals(operation));
        }
    }
    if let Some(schema) = operation.takes("application/json") {
        for body in bodies(document, schema) {
            let answer = sender.send(by, (method, path), Some(&body));
            // What is presented is judged, and the judgement is kept: it is refused by an answer.
            let judged = path == PRESENTATIONS && answer.status == 201 && answer.body()["accepted"] == false;
            if !judged {
                sender.expect(&format!("{:.80}", String::from_utf8_lossy(&body.1)), &answer, 400..500);
            }
        }
    }
    if operation.takes("multipart/form-data").is_some() {
        for body in forms() {
            let answer = sender.send(by, (method, path), Some(&body));
            sender.expect(&format!("{:.80}", String::from_utf8_lossy(&body.1)), &answer, 400..500);
        }
    }
    if operation.is_read() {
        sender.send(by, (method, path), None);
        for query in operation.queries() {
            for rubbish in QUERY_RUBBISH {
                sender.send(by, (method, &format!("{path}?{query}={rubbish}")), None);
            }
        }
    } else if operation.queries().contains(&"dry_run") {
        let answer = sender.send(by, (method, &format!("{path}?dry_run=perhaps")), Some(&plain));
        sender.expect("dry_run=perhaps", &answer, 400..500);
        let key = by.request(method, path).header("Idempotency-Key", "k".repeat(101));
        let answer = sender.look(key.header("Content-Type", "application/json").body("{}"));
        sender.expect("a key that is too long", &answer, 400..500);
    }
}

/// Rows of the audit log are only added, and only reading and judging are among them: both are events.
fn only_reading_was_noted(before: &Table, after: &Table) {
    let action = after.columns.iter().position(|column| column == "action").unwrap();
    let (kept, new) = after.rows.split_at(before.rows.len());
    assert!(kept == before.rows);
    let new: BTreeSet<String> =
        new.iter().map(|row| String::from_utf8_lossy(&row[action]).into_owned()).collect();
    // The logins of the test are among them.
    let harmless =
        ["personal_data.read", "decisions.read", "register.read", "credential.presented", "session.opened"];
    assert!(new.iter().all(|action| harmless.contains(&action.as_str())), "{new:?}");
}

fn only_refusals_were_added(before: &Table, after: &Table) {
    let accepted = after.columns.iter().position(|column| column == "accepted").unwrap();
    let (kept, new) = after.rows.split_at(before.rows.len());
    assert!(kept == before.rows && new.iter().all(|row| row[accepted] == b"0"));
}

#[test]
fn rubbish_for_every_operation_is_refused_with_a_reason_and_nothing_comes_of_it() {
    let folder = Folder::with_the_demo();
    let files = ["muniment.db", "chain.db"].map(|file| folder.data().join(file));
    let before = files.clone().map(|file| tables::read(&file));
    let known: BTreeMap<String, String> = before[0]
        .iter()
        .filter(|(_, table)| table.columns[0] == "id" && !table.rows.is_empty())
        .map(|(name, table)| (name.replace('_', "-"), String::from_utf8(table.rows[0][0].clone()).unwrap()))
        .collect();

    let program = folder.demo("info");
    let document = program.stranger().get("/openapi.json").expect(200);
    let logins = ROLES.map(|role| program.login(role));
    let (mut sent, mut wrong) = (0, Vec::new());
    for operation in operations(&document) {
        let path = operation.with(|before| known.get(before).cloned().unwrap_or_else(|| UNKNOWN.to_owned()));
        let name = format!("{} {}", operation.method, operation.path);
        let mut sender = Sender { sent: 0, wrong: Vec::new(), operation: &name };
        from_strangers(&mut sender, &program, &operation, &path);
        let is_about_the_session = operation.path.ends_with("/sessions/current");
        for login in logins.iter().filter(|_| !is_about_the_session) {
            from_a_login(&mut sender, (&document, login), &operation, (&path, path != operation.path));
        }
        sent += sender.sent;
        wrong.append(&mut sender.wrong);
    }
    println!("{sent} requests");
    assert!(wrong.is_empty(), "{} of {sent} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(program.stranger().get("/readyz").status, 200);
    let log = program.stop();
    assert!(!log.contains("panicked"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");

    for (file, before) in files.iter().zip(&before) {
        let after = tables::read(file);
        for (name, table) in before {
            if name == "audit_log" {
                only_reading_was_noted(table, &after[name]);
            } else if name == "presentations" {
                only_refusals_were_added(table, &after[name]);
            } else if !crate::demo::RESTLESS.contains(&name.as_str()) {
                assert_eq!(table.rows.len(), after[name].rows.len(), "rows of {name}");
            }
        }
    }
}

#[test]
fn a_method_that_a_path_does_not_have_is_answered_with_those_it_has() {
    let folder = Folder::with_the_demo();
    let program = folder.demo("error");
    let operator = program.login("operator");
    for (path, allowed) in [("/v1/pools", "GET, POST"), (&*format!("/v1/jobs/{UNKNOWN}/restart"), "POST")] {
        let answer = operator.request("PATCH", path).send().unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, allowed));
    }
    program.stranger().get("/v1/nowhere").expect(404);
    program.stranger().get(&format!("/v1/jobs/{UNKNOWN}")).expect(404);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let folder = Folder::with_the_demo();
    let program = folder.demo("error");
    let document = program.stranger().get("/openapi.json").expect(200);
    let mut seen = BTreeSet::new();
    for operation in operations(&document) {
        let id = operation.described["operationId"].as_str().unwrap().to_owned();
        assert!(seen.insert(id.clone()), "{id} is the name of two operations");
    }
}
