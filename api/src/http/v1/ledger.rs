//! The ledger: balances, transactions with their postings, and the reconciliation with register and chain.

use crate::app::App;
use crate::error::AppError;
use crate::flows::reconcile;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::http::request::{Page, PageQuery};
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use domain::party::Role;
use domain::text;
use serde::{Deserialize, Serialize};
use store::ledger::{self, Balance, Posting, Transaction};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(list_balances, list_transactions, run_reconciliation))]
pub struct Api;

/// Who may read the books.
pub(crate) const READERS: &[Role] = &[Role::Operator, Role::Regulator];

/// Which accounts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct BalanceQuery {
    /// Only accounts that begin with this, such as `cash/`.
    #[serde(default)]
    prefix: String,
}

/// Which transactions.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct TransactionQuery {
    /// Only those about this id.
    subject: Option<String>,
}

/// A balance.
#[derive(Serialize, ToSchema)]
struct BalanceBody {
    /// The account.
    #[schema(example = "cash/01890a5d-ac96-774b-bcce-b302099a8057")]
    account: String,
    /// The currency.
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Debits less credits in minor units.
    balance_minor: i64,
}

impl From<Balance> for BalanceBody {
    fn from(balance: Balance) -> Self {
        let (currency, balance_minor) = (balance.currency.code(), balance.balance_minor);
        Self { account: balance.account, currency, balance_minor }
    }
}

/// A transaction: its postings add up to nothing.
#[derive(Serialize, ToSchema)]
struct TransactionBody {
    /// Its id.
    id: String,
    /// Its cause: one cause, one transaction.
    operation_key: String,
    /// What happened.
    kind: String,
    /// To which thing.
    subject: String,
    /// When.
    at: DateTime<Utc>,
    /// Its lines.
    postings: Vec<PostingBody>,
}

/// A line of a transaction.
#[derive(Serialize, ToSchema)]
struct PostingBody {
    /// The account.
    account: String,
    /// The currency.
    currency: &'static str,
    /// A debit above zero, a credit below, in minor units.
    amount_minor: i64,
}

impl From<(Transaction, Vec<Posting>)> for TransactionBody {
    fn from((transaction, lines): (Transaction, Vec<Posting>)) -> Self {
        let line = |line: Posting| PostingBody {
            account: line.account,
            currency: line.currency.code(),
            amount_minor: line.amount_minor,
        };
        Self {
            id: transaction.id.to_string(),
            operation_key: transaction.operation_key,
            kind: transaction.kind,
            subject: transaction.subject,
            at: transaction.at.and_utc(),
            postings: lines.into_iter().map(line).collect(),
        }
    }
}

/// What was compared, and what does not agree.
#[derive(Serialize, ToSchema)]
struct ReconciliationBody {
    /// The block that the register stands at.
    block: i64,
    /// Lines of registers compared with the chain.
    holdings: i64,
    /// Coupons compared with ledger and chain.
    coupons: i64,
    /// Redemptions compared with ledger and chain.
    redemptions: i64,
    /// What does not agree; nothing when all is well.
    breaks: Vec<BreakBody>,
}

/// Two figures that do not agree.
#[derive(Serialize, ToSchema)]
struct BreakBody {
    /// Which figures.
    kind: String,
    /// About which thing.
    subject: String,
    /// The figures in a sentence.
    detail: String,
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list_balances).service(list_transactions).service(run_reconciliation);
}

/// Balances by account.
#[utoipa::path(context_path = "/v1", tag = "ledger", params(BalanceQuery, PageQuery), security(("session" = [])),
    responses(
    (status = 200, description = "A page of balances", body = Page<BalanceBody>),
    (status = 403, description = "You may not read the books", body = Problem),
))]
#[get("/ledger/balances")]
async fn list_balances(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<BalanceQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(READERS)?;
    let prefix = text::optional("prefix", Some(&query.prefix), text::MAX_REFERENCE)?.unwrap_or_default();
    let after = page.after.clone();
    let rows = page.rows()?;
    let found =
        app.blocking(move |app| app.ask(|tx| Ok(ledger::balances(tx, &prefix, after.as_deref(), rows)?)));
    let items = found.await?.into_iter().map(BalanceBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &BalanceBody| one.account.clone())))
}

/// Transactions with their postings, newest first.
#[utoipa::path(context_path = "/v1", tag = "ledger", params(TransactionQuery, PageQuery), security(("session" = [])),
    responses(
    (status = 200, description = "A page of transactions", body = Page<TransactionBody>),
    (status = 403, description = "You may not read the books", body = Problem),
))]
#[get("/ledger/transactions")]
async fn list_transactions(
    app: web::Data<App>,
    caller: Caller,
    query: web::Query<TransactionQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    caller.signed_in.actor.must_be(READERS)?;
    let subject = text::optional("subject", query.subject.as_deref(), text::MAX_REFERENCE)?;
    let (before, rows) = (page.cursor()?, page.rows()?);
    let found = app
        .blocking(move |app| app.ask(|tx| Ok(ledger::transactions(tx, subject.as_deref(), before, rows)?)));
    let items = found.await?.into_iter().map(TransactionBody::from).collect();
    Ok(HttpResponse::Ok().json(Page::of(items, rows, |one: &TransactionBody| one.id.clone())))
}

/// Compare register, chain and ledger now; breaks are recorded, and closed when the figures agree again.
#[utoipa::path(context_path = "/v1", tag = "ledger", security(("session" = [])), responses(
    (status = 200, description = "What was compared", body = ReconciliationBody),
    (status = 403, description = "You may not read the books", body = Problem),
))]
#[post("/reconciliations")]
async fn run_reconciliation(app: web::Data<App>, caller: Caller) -> Result<HttpResponse, AppError> {
    let found = reconcile::reconcile(&app, &caller.signed_in.actor).await?;
    let breaks = found.breaks.into_iter();
    let breaks =
        breaks.map(|one| BreakBody { kind: one.kind, subject: one.subject, detail: one.detail }).collect();
    let (block, holdings) = (found.block, found.holdings);
    let (coupons, redemptions) = (found.coupons, found.redemptions);
    Ok(HttpResponse::Ok().json(ReconciliationBody { block, holdings, coupons, redemptions, breaks }))
}
