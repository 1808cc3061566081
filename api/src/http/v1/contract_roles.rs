//! Who may do what on the contracts behind a pool.

use super::pools::parse_id;
use crate::app::App;
use crate::error::AppError;
use crate::flows::contract_roles::{self, Contract, Contracts};
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use tokenizer::chain::AccountRoles;
use utoipa::{OpenApi, ToSchema};

/// The description of this part.
#[derive(OpenApi)]
#[openapi(paths(show_roles))]
pub struct Api;

/// The contracts behind a pool.
#[derive(Serialize, ToSchema)]
struct ContractsView {
    /// Whether units of the pool can be moved and redeemed by force; once given up, never again (ERC-1644).
    is_controllable: bool,
    /// Whether units can still be issued; once given up, never again (ERC-1594).
    is_issuable: bool,
    /// The account under which the platform sends.
    platform: String,
    /// Each contract, the pool's own token first.
    contracts: Vec<ContractView>,
}

/// A contract with its roles.
#[derive(Serialize, ToSchema)]
struct ContractView {
    /// What it is.
    #[schema(example = "security-token")]
    kind: &'static str,
    /// Where it is.
    address: String,
    /// Who gives and takes roles.
    admin: String,
    /// Whom the administration was offered and who has not accepted it yet.
    offered_admin: Option<String>,
    /// Every account with a role, in the order of its first grant.
    accounts: Vec<AccountView>,
}

/// An account with its roles.
#[derive(Serialize, ToSchema)]
struct AccountView {
    /// The account.
    account: String,
    /// Its roles: issuer, transfer-agent, compliance, payer, pauser.
    roles: Vec<&'static str>,
}

impl From<AccountRoles> for AccountView {
    fn from(of: AccountRoles) -> Self {
        let roles = of.roles.into_iter().map(tokenizer::chain::calls::ChainRole::as_str).collect();
        Self { account: of.account.to_string(), roles }
    }
}

impl From<Contract> for ContractView {
    fn from(contract: Contract) -> Self {
        let roles = contract.roles;
        Self {
            kind: contract.kind,
            address: contract.address.to_string(),
            admin: roles.admin.to_string(),
            offered_admin: roles.offered_admin.map(|offered| offered.to_string()),
            accounts: roles.accounts.into_iter().map(AccountView::from).collect(),
        }
    }
}

impl From<Contracts> for ContractsView {
    fn from(of: Contracts) -> Self {
        Self {
            is_controllable: of.token.is_controllable,
            is_issuable: of.token.is_issuable,
            platform: of.platform.to_string(),
            contracts: of.contracts.into_iter().map(ContractView::from).collect(),
        }
    }
}

/// The routes of this part.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_roles);
}

/// Who may do what on the contracts behind a pool, read from the chain, for everybody who may see the pool.
#[utoipa::path(context_path = "/v1", tag = "chain", security(("session" = [])), responses(
    (status = 200, description = "The roles", body = ContractsView),
    (status = 404, description = "There is no such pool for you", body = Problem),
    (status = 409, description = "The pool has no token", body = Problem),
))]
#[get("/pools/{id}/roles")]
async fn show_roles(
    app: web::Data<App>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let found = contract_roles::of_pool(&app, &caller.signed_in.actor, parse_id(&id)?).await?;
    Ok(HttpResponse::Ok().json(ContractsView::from(found)))
}
