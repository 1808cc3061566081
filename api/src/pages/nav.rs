//! The navigation: one line a page, with the roles that see it.

use domain::party::Role;

/// A page in the navigation.
pub struct NavItem {
    /// Its path; pages below it count as the same place.
    pub path: &'static str,
    /// The key of its name.
    pub key: &'static str,
    /// Who sees it.
    pub roles: &'static [Role],
}

/// The navigation in the order in which it is shown. A story adds one line for each of its nouns.
pub const NAVIGATION: &[NavItem] = &[
    NavItem { path: "/onboarding", key: "nav-onboarding", roles: &[Role::Investor] },
    NavItem { path: "/cases", key: "nav-cases", roles: &[Role::Compliance, Role::Regulator] },
    NavItem {
        path: "/investors",
        key: "nav-investors",
        roles: &[Role::Compliance, Role::Regulator, Role::Operator],
    },
    NavItem {
        path: "/sanctions-lists",
        key: "nav-sanctions-lists",
        roles: &[Role::Compliance, Role::Operator],
    },
    NavItem {
        path: "/credential-issuers",
        key: "nav-credential-issuers",
        roles: &[Role::Compliance, Role::Operator],
    },
    NavItem { path: "/accounts/new", key: "nav-accounts", roles: &[Role::Operator] },
    NavItem { path: "/jobs", key: "nav-jobs", roles: &[Role::Operator] },
    NavItem { path: "/market", key: "nav-market", roles: &[Role::Investor] },
    NavItem { path: "/holdings", key: "nav-holdings", roles: &[Role::Investor] },
    NavItem { path: "/transfers/new", key: "nav-transfer", roles: &[Role::Investor] },
    NavItem { path: "/sales", key: "nav-sales", roles: &[Role::Issuer] },
    NavItem {
        path: "/registers",
        key: "nav-registers",
        roles: &[Role::Issuer, Role::Compliance, Role::Regulator, Role::Operator],
    },
];

/// A place in the navigation as a page shows it.
pub struct Place {
    /// Where it leads.
    pub path: &'static str,
    /// Its name in the reader's language.
    pub text: String,
    /// Whether the page that is shown lies there.
    pub current: bool,
}

impl NavItem {
    /// Whether a path is this place or lies below it.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        path.strip_prefix(self.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
