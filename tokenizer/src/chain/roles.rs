//! Who may do what on a contract, as the contract itself tells it.

use super::{ChainClient, ChainError, calls::ChainRole, words};
use contracts::SecurityToken;
use domain::party::WalletAddress;

/// The roles on a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRoles {
    /// Who gives and takes roles.
    pub admin: WalletAddress,
    /// Whom the administration was offered and who has not accepted it yet.
    pub offered_admin: Option<WalletAddress>,
    /// Every account with a role, in the order of its first grant.
    pub accounts: Vec<AccountRoles>,
}

/// An account with its roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRoles {
    /// The account.
    pub account: WalletAddress,
    /// Its roles; never none.
    pub roles: Vec<ChainRole>,
}

/// What may still be done to the units of a token; both can be given up for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenPowers {
    /// Whether units can be moved and redeemed by force (ERC-1644).
    pub is_controllable: bool,
    /// Whether units can still be issued (ERC-1594).
    pub is_issuable: bool,
}

impl ChainClient {
    /// The roles on a contract. The same on every contract that has roles.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no such contract is at the address.
    pub async fn contract_roles(&self, contract: WalletAddress) -> Result<ContractRoles, ChainError> {
        let admin = words::wallet(self.ask(contract, SecurityToken::adminCall {}).await?);
        let offered_admin = words::someone(self.ask(contract, SecurityToken::offeredAdminCall {}).await?);
        let mut accounts = Vec::new();
        for account in self.ask(contract, SecurityToken::roleAccountsCall {}).await? {
            let account = words::wallet(account);
            let roles = ChainRole::of(self.roles_of(contract, account).await?);
            if !roles.is_empty() {
                accounts.push(AccountRoles { account, roles });
            }
        }
        Ok(ContractRoles { admin, offered_admin, accounts })
    }

    /// What may still be done to the units of a token.
    ///
    /// # Errors
    /// When the chain cannot be asked, or no token is at the address.
    pub async fn token_powers(&self, token: WalletAddress) -> Result<TokenPowers, ChainError> {
        Ok(TokenPowers {
            is_controllable: self.ask(token, SecurityToken::isControllableCall {}).await?,
            is_issuable: self.ask(token, SecurityToken::isIssuableCall {}).await?,
        })
    }
}
