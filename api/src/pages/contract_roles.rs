//! Who may do what on the contracts behind a pool: a table of accounts and roles for each contract.

use super::answer::show;
use super::context::PageContext;
use crate::error::AppError;
use crate::flows::contract_roles::{self, Contract, Contracts};
use crate::http::v1::pools::parse_id;
use actix_web::{HttpResponse, get, web};
use askama::Template;
use domain::party::WalletAddress;
use tokenizer::chain::AccountRoles;
use tokenizer::chain::calls::ChainRole;

/// The roles.
#[derive(Template)]
#[template(path = "contract_roles.html")]
struct RolesPage {
    page: PageContext,
    of: Contracts,
}

impl RolesPage {
    fn title(&self) -> String {
        self.page.t1("contract-roles-of", "name", self.of.pool.name.as_str())
    }

    fn contract(&self, contract: &Contract) -> String {
        self.page.t(&format!("contract-{}", contract.kind))
    }

    fn roles(&self) -> [ChainRole; 5] {
        ChainRole::ALL
    }

    fn role(&self, role: &ChainRole) -> String {
        self.page.t(&format!("chain-role-{}", role.as_str()))
    }

    fn may(&self, role: &ChainRole) -> String {
        self.page.t(&format!("chain-role-{}-may", role.as_str()))
    }

    fn has(&self, account: &AccountRoles, role: &ChainRole) -> bool {
        account.roles.contains(role)
    }

    fn is_platform(&self, account: &WalletAddress) -> bool {
        *account == self.of.platform
    }
}

/// Every contract behind a pool with the accounts that have a role.
#[get("/pools/{id}/roles")]
async fn show_roles(page: PageContext, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let by = page.must_be(&[])?.clone();
    let of = contract_roles::of_pool(&page.app, &by, parse_id(&id)?).await?;
    show(&RolesPage { of, page })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_roles);
}
