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

/// Who reads what stands behind pools.
const ASSET_READERS: &[Role] = &[Role::Issuer, Role::Compliance, Role::Regulator, Role::Operator];

/// Who reads what came in and what was paid.
const MONEY_READERS: &[Role] = &[Role::Issuer, Role::Operator, Role::Regulator, Role::Compliance];
/// Who reads the books.
const BOOK_READERS: &[Role] = &[Role::Operator, Role::Regulator];

/// The navigation in the order in which it is shown. A story adds one line for each of its nouns.
pub const NAVIGATION: &[NavItem] = &[
    NavItem { path: "/onboarding", key: "nav-onboarding", roles: &[Role::Investor] },
    NavItem {
        path: "/credentials",
        key: "nav-credentials",
        roles: &[Role::Investor, Role::Compliance, Role::Regulator, Role::Operator],
    },
    NavItem { path: "/market", key: "nav-market", roles: &[Role::Investor] },
    NavItem { path: "/holdings", key: "nav-holdings", roles: &[Role::Investor] },
    NavItem { path: "/payments", key: "nav-payments", roles: &[Role::Investor] },
    NavItem { path: "/transfers/new", key: "nav-transfer", roles: &[Role::Investor] },
    NavItem { path: "/holds", key: "nav-holds", roles: crate::flows::hold::READERS },
    NavItem { path: "/imports", key: "nav-imports", roles: &[Role::Issuer] },
    NavItem { path: "/orders", key: "nav-orders", roles: crate::flows::approval::READERS },
    NavItem { path: "/cases", key: "nav-cases", roles: &[Role::Compliance, Role::Regulator] },
    NavItem {
        path: "/investors",
        key: "nav-investors",
        roles: &[Role::Compliance, Role::Regulator, Role::Operator],
    },
    NavItem { path: "/invoices", key: "nav-invoices", roles: ASSET_READERS },
    NavItem { path: "/properties", key: "nav-properties", roles: ASSET_READERS },
    NavItem {
        path: "/pools",
        key: "nav-pools",
        roles: &[Role::Issuer, Role::Investor, Role::Compliance, Role::Regulator, Role::Operator],
    },
    NavItem { path: "/cosignatures", key: "nav-cosignatures", roles: &[Role::Issuer] },
    NavItem { path: "/sales", key: "nav-sales", roles: &[Role::Issuer] },
    NavItem { path: "/collections", key: "nav-collections", roles: MONEY_READERS },
    NavItem { path: "/coupons", key: "nav-coupons", roles: MONEY_READERS },
    NavItem { path: "/redemptions", key: "nav-redemptions", roles: MONEY_READERS },
    NavItem { path: "/registers", key: "nav-registers", roles: ASSET_READERS },
    NavItem {
        path: "/decisions",
        key: "nav-decisions",
        roles: &[Role::Compliance, Role::Regulator, Role::Operator],
    },
    NavItem { path: "/ledger", key: "nav-ledger", roles: BOOK_READERS },
    NavItem { path: "/reconciliation", key: "nav-reconciliation", roles: BOOK_READERS },
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
    NavItem { path: super::chain::PATH, key: "nav-chain", roles: super::chain::READERS },
    NavItem { path: "/jobs", key: "nav-jobs", roles: &[Role::Operator] },
    NavItem { path: super::clock::PATH, key: "nav-clock", roles: &[Role::Operator] },
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
