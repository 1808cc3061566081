//! Who acts: a person with a role, or the program itself.

use crate::error::AppError;
use domain::ids::{IssuerId, UserId};
use domain::party::Role;

/// Somebody who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who is signed in.
    Person {
        /// Their id.
        user_id: UserId,
        /// What they may do.
        role: Role,
        /// The issuer they act for; issuers' people only.
        issuer_id: Option<IssuerId>,
    },
    /// A job or the command line of the operator.
    System,
}

impl Actor {
    /// The name in the audit log: an id, never a personal name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Person { user_id, .. } => user_id.to_string(),
            Self::System => "system".to_owned(),
        }
    }

    /// The person's id, if it is a person.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person { user_id, .. } => Some(*user_id),
            Self::System => None,
        }
    }

    /// Lets the roles through, and the system; returns the person's id when it is a person.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for everybody else.
    pub fn must_be(&self, roles: &[Role]) -> Result<Option<UserId>, AppError> {
        match self {
            Self::System => Ok(None),
            Self::Person { user_id, role, .. } if roles.contains(role) => Ok(Some(*user_id)),
            Self::Person { .. } => {
                let needs = roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" or ");
                Err(AppError::Forbidden { needs })
            }
        }
    }

    /// The issuer that this person acts for.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] when it is not an issuer's person.
    pub fn issuer(&self) -> Result<IssuerId, AppError> {
        match self {
            Self::Person { role: Role::Issuer, issuer_id: Some(issuer_id), .. } => Ok(*issuer_id),
            _ => Err(AppError::Forbidden { needs: Role::Issuer.to_string() }),
        }
    }
}
