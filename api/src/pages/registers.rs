//! Registers of holders as of any moment.

use super::answer::{refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::holdings::name;
use crate::actor::Actor;
use crate::app::Command;
use crate::error::AppError;
use crate::flows::allocate::own_pool;
use crate::flows::facts::Tranche;
use crate::flows::register::{self, AsOf, Register};
use actix_web::{HttpResponse, get, web};
use askama::Template;
use domain::Invalids;
use domain::ids::PartitionId;
use domain::party::{InvestorStatus, Role};
use rust_decimal::Decimal;
use serde::Deserialize;
use store::Tx;

/// Who reads registers.
const READERS: &[Role] = &[Role::Regulator, Role::Compliance, Role::Issuer, Role::Operator];
/// Decimals of a share in percent on the page; the downloads have more.
const SHARE_DECIMALS: u32 = 4;
/// Lines that the page shows; the downloads have all.
const MAX_SHOWN: usize = 500;

/// A partition that has a register.
struct Kept {
    tranche: Tranche,
    outstanding_units: i64,
    holders: i64,
}

/// The registers that the reader may see.
#[derive(Template)]
#[template(path = "registers.html")]
struct Registers {
    page: PageContext,
    kept: Vec<Kept>,
}

fn registers_for(tx: &mut Tx<'_>, by: &Actor) -> Result<Vec<Kept>, AppError> {
    let issuer = by.issuer().ok();
    let mut kept = Vec::new();
    for pool in store::pools::page(tx, store::pools::Filter { issuer, status: None }, None, store::MAX_PAGE)?
    {
        if pool.token_address.is_none() {
            continue;
        }
        for partition in store::pools::partitions_of(tx, pool.id)? {
            let outstanding_units = store::projection::outstanding(tx, partition.id)?;
            let holders = store::holders::count(tx, partition.id)?;
            kept.push(Kept {
                tranche: Tranche { pool: pool.clone(), partition },
                outstanding_units,
                holders,
            });
        }
    }
    Ok(kept)
}

/// The registers.
#[get("/registers")]
async fn list(page: PageContext) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let kept = page.blocking(move |app| app.ask(|tx| registers_for(tx, &by))).await?;
    show(&Registers { page, kept })
}

/// One register.
#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    page: PageContext,
    form: Form,
    tranche: Tranche,
    register: Option<Register>,
}

impl RegisterPage {
    fn download(&self, format: &str, as_of: &str) -> String {
        let as_of = super::address::escaped(as_of);
        format!("/v1/partitions/{}/register?format={format}&as_of={as_of}", self.tranche.partition.id)
    }

    fn shown<'a>(&self, register: &'a Register) -> &'a [register::Line] {
        &register.lines[..register.lines.len().min(MAX_SHOWN)]
    }

    fn left_out(&self, register: &Register) -> usize {
        register.lines.len().saturating_sub(MAX_SHOWN)
    }

    fn status_word(&self, status: &InvestorStatus) -> String {
        self.page.t(&format!("register-status-{status}"))
    }

    fn share(&self, line: &register::Line) -> String {
        let percent = (line.share_bps / Decimal::ONE_HUNDRED).round_dp(SHARE_DECIMALS);
        format!("{}%", percent.normalize())
    }
}

/// The moment that is asked for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    as_of: String,
}

/// The register of a partition as of a moment.
#[get("/registers/{partition_id}")]
async fn show_register(
    page: PageContext,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let by = page.must_be(READERS)?.clone();
    let id: PartitionId = path.parse()?;
    let text = asked.into_inner().as_of;
    let own = by.clone();
    let tranche = page.blocking(move |app| {
        app.ask(|tx| {
            let tranche = Tranche::find(tx, id)?;
            own_pool(&own, &tranche.pool)?;
            Ok(tranche)
        })
    });
    let tranche = tranche.await?;
    let form = page.form("register").with("as_of", &text);
    let as_of = Some(text.as_str()).filter(|text| !text.is_empty()).map(str::parse::<AsOf>).transpose();
    let command = Command { by, idempotency_key: None, dry_run: false };
    let read = match as_of {
        Ok(as_of) => page.blocking(move |app| register::read(app, &command, id, as_of)).await,
        Err(invalid) => Err(invalid.into()),
    };
    match read {
        Ok(register) => show(&RegisterPage { page, form, tranche, register: Some(register) }),
        Err(AppError::Invalid(invalids)) => wrong(page, form, tranche, invalids),
        Err(error) => Err(error),
    }
}

fn wrong(
    page: PageContext,
    form: Form,
    tranche: Tranche,
    invalids: Invalids,
) -> Result<HttpResponse, AppError> {
    let form = form.wrong(invalids);
    refuse(&RegisterPage { page, form, tranche, register: None })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(list).service(show_register);
}
