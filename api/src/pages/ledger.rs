//! The ledger: balances by account, and the transactions with their postings.

use super::answer::show;
use super::context::PageContext;
use super::names::Names;
use crate::error::AppError;
use crate::http::request::{Page, PageQuery};
use crate::http::v1::ledger::READERS;
use actix_web::{HttpResponse, get, web};
use askama::Template;
use domain::{Money, text};
use serde::Deserialize;
use store::ledger::{self, Balance, Posting, Transaction};

/// The kinds of accounts, in the order in which money runs through them.
const ACCOUNTS: &[&str] = &[
    "subscribers",
    "primary-proceeds",
    "receivable",
    "rent",
    "contributed",
    "cash",
    "distributed",
    "coupon-payable",
    "paid",
    "owed",
    "residual",
    "redemption-payable",
    "redeemed",
];
/// The kinds of transactions that the flows write.
#[cfg(test)]
const TRANSACTIONS: &[&str] = &[
    "collection.received",
    "subscription.due",
    "coupon.declared",
    "coupon.carried",
    "coupon.paid",
    "coupon.owed",
    "coupon.reversed",
    "owed.paid",
    "owed.reversed",
    "redemption.contributed",
    "redemption.ordered",
    "redemption.reduced",
    "redemption.cancelled",
    "redemption.paid",
    "redemption.reversed",
];

/// Balances by account.
#[derive(Template)]
#[template(path = "ledger.html")]
struct Ledger {
    page: PageContext,
    kind: String,
    balances: Page<Balance>,
    names: Names,
}

impl Ledger {
    fn kinds(&self) -> impl Iterator<Item = (&'static str, String)> {
        ACCOUNTS.iter().map(|kind| (*kind, self.page.t(&format!("accounts-{kind}"))))
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.kind == kind
    }

    fn debit(&self, balance: &Balance) -> Option<Money> {
        (balance.balance_minor >= 0).then(|| Money::new(balance.balance_minor, balance.currency))
    }

    fn credit(&self, balance: &Balance) -> Option<Money> {
        (balance.balance_minor < 0).then(|| Money::new(-balance.balance_minor, balance.currency))
    }

    fn next(&self) -> Option<String> {
        let next = super::address::escaped(self.balances.next.as_deref()?);
        Some(format!("/ledger?kind={}&after={next}", self.kind))
    }
}

/// Which accounts.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    kind: String,
}

/// Balances by account; only those of one kind, when it is named.
#[get("/ledger")]
async fn balances(
    page: PageContext,
    asked: web::Query<Asked>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    page.must_be(READERS)?;
    let kind = ACCOUNTS.iter().find(|kind| **kind == asked.kind).copied().unwrap_or_default();
    let prefix = if kind.is_empty() { String::new() } else { format!("{kind}/") };
    let (after, rows, mut names) = (query.after.clone(), query.rows()?, Names::new(page.locale));
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let balances = ledger::balances(tx, &prefix, after.as_deref(), rows)?;
            for balance in &balances {
                names.account(tx, &balance.account)?;
            }
            Ok((Page::of(balances, rows, |it| it.account.clone()), names.clone()))
        })
    });
    let (balances, names) = read.await?;
    show(&Ledger { page, kind: kind.to_owned(), balances, names })
}

/// Transactions with their postings.
#[derive(Template)]
#[template(path = "ledger_transactions.html")]
struct LedgerTransactions {
    page: PageContext,
    account: Option<String>,
    transactions: Page<(Transaction, Vec<Posting>)>,
    names: Names,
}

impl LedgerTransactions {
    fn kind(&self, transaction: &Transaction) -> String {
        let key = format!("transaction-{}", transaction.kind.replace('.', "-"));
        self.page.locale.find(&key, &[]).unwrap_or_else(|| transaction.kind.clone())
    }

    fn debit(&self, posting: &Posting) -> Option<Money> {
        (posting.amount_minor > 0).then(|| Money::new(posting.amount_minor, posting.currency))
    }

    fn credit(&self, posting: &Posting) -> Option<Money> {
        (posting.amount_minor < 0).then(|| Money::new(-posting.amount_minor, posting.currency))
    }

    fn next(&self) -> Option<String> {
        let next = self.transactions.next.as_ref()?;
        let account = self.account.as_deref().map(super::address::escaped);
        let account = account.map(|account| format!("&account={account}")).unwrap_or_default();
        Some(format!("/ledger/transactions?after={next}{account}"))
    }
}

/// Which transactions.
#[derive(Deserialize)]
struct About {
    account: Option<String>,
}

/// The newest transactions first; only those that touch an account, when it is named.
#[get("/ledger/transactions")]
async fn transactions(
    page: PageContext,
    about: web::Query<About>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, AppError> {
    page.must_be(READERS)?;
    let account = text::optional("account", about.account.as_deref(), text::MAX_REFERENCE)?;
    let (before, rows, mut names) = (query.cursor()?, query.rows()?, Names::new(page.locale));
    let asked = account.clone();
    let read = page.blocking(move |app| {
        app.ask(|tx| {
            let found = match &asked {
                Some(account) => ledger::transactions_of(tx, account, before, rows)?,
                None => ledger::transactions(tx, None, before, rows)?,
            };
            let touched = found.iter().flat_map(|(_, postings)| postings).map(|it| it.account.as_str());
            for account in touched.chain(asked.as_deref()) {
                names.account(tx, account)?;
            }
            Ok((Page::of(found, rows, |(it, _)| it.id.to_string()), names.clone()))
        })
    });
    let (transactions, names) = read.await?;
    show(&LedgerTransactions { page, account, transactions, names })
}

/// The routes of these pages.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(transactions).service(balances);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::texts::Locale;

    #[test]
    fn every_account_and_every_transaction_has_its_words_in_both_languages() {
        for locale in Locale::ALL {
            let accounts = ACCOUNTS.iter().flat_map(|it| [format!("account-{it}"), format!("accounts-{it}")]);
            let kinds = TRANSACTIONS.iter().map(|it| format!("transaction-{}", it.replace('.', "-")));
            for key in accounts.chain(kinds) {
                assert!(locale.find(&key, &[("name", &"x")]).is_some(), "{key} in {}", locale.tag());
            }
        }
    }
}
