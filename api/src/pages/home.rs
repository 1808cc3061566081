//! The first page: what waits for whoever is signed in.

use super::answer::show;
use super::context::PageContext;
use super::texts::Locale;
use super::{cases, coupons, jobs, onboarding, payments, reconciliation};
use crate::actor::Actor;
use crate::app::App;
use crate::error::AppError;
use actix_web::{HttpResponse, get, web};
use askama::Template;

/// Something that waits, or that is good to know.
pub struct Card {
    /// What it is about.
    pub title: String,
    /// How many, or how much.
    pub figure: String,
    /// What to do about it.
    pub text: String,
    /// Where to do it.
    pub path: &'static str,
    /// Whether it waits for the reader.
    pub waits: bool,
}

/// A story's cards for a reader; none when the story has nothing for that role.
pub type Cards = fn(&App, &Actor, Locale) -> Result<Vec<Card>, AppError>;

/// Whose cards are shown, in this order. A story adds one line.
const CARDS: &[Cards] = &[
    super::chain::cards,
    super::pools::cards,
    onboarding::cards,
    payments::cards,
    super::orders::cards,
    cases::cards,
    jobs::cards,
    coupons::cards,
    reconciliation::cards,
];

/// The first page.
#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: PageContext,
    cards: Vec<Card>,
}

/// What waits for the reader.
#[get("/")]
async fn home(page: PageContext) -> Result<HttpResponse, AppError> {
    let (actor, locale) = (page.must_be(&[])?.clone(), page.locale);
    let cards = page.blocking(move |app| {
        let mut cards = Vec::new();
        for story in CARDS {
            cards.extend(story(app, &actor, locale)?);
        }
        cards.sort_by_key(|card| !card.waits);
        Ok(cards)
    });
    let cards = cards.await?;
    show(&Home { page, cards })
}

/// The routes of this page.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(home);
}
