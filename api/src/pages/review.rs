//! A form whose order is reviewed before it is given: one way through for every page of the kind.

use super::answer::{go_to, refuse, show};
use super::context::PageContext;
use super::form::Form;
use super::posted::{Posted, Step};
use crate::app::{App, Command};
use crate::error::AppError;
use actix_web::HttpResponse;
use askama::Template;
use domain::Invalids;

/// A page with such a form.
pub(super) trait Reviewed: Template + Sized {
    /// What the order did, or would do.
    type Done: Send + 'static;

    /// What every page knows.
    fn page(&self) -> &PageContext;

    /// The form that was sent.
    fn form(&mut self) -> &mut Form;

    /// Where an order leads that was given; nowhere when the page itself goes on.
    fn leads_to(&self, done: &Self::Done) -> Option<String>;

    /// Shows what would happen, or has happened when the page goes on.
    fn show(&mut self, done: Self::Done, step: Step);

    /// What is wrong, by the fields of the form.
    fn named(&self, _posted: &Posted, invalids: Invalids) -> Invalids {
        invalids
    }
}

/// Reads the form, then says what its order would do or gives it, as the button says; what is wrong stands beside its field.
///
/// # Errors
/// Those of `give` that are about no field.
pub(super) async fn review_or_order<P: Reviewed, O: Send + 'static>(
    mut shown: P,
    posted: &Posted,
    read: Result<O, Invalids>,
    give: impl FnOnce(&App, &Command, &O) -> Result<P::Done, AppError> + Send + 'static,
) -> Result<HttpResponse, AppError> {
    let command = shown.page().command(posted)?;
    let form = shown.form().clone();
    *shown.form() = form.clone().typed(posted);
    if posted.step() == Step::Change {
        return show(&shown);
    }
    let done = match read {
        Ok(order) => shown.page().blocking(move |app| give(app, &command, &order)).await,
        Err(invalids) => Err(invalids.into()),
    };
    match done {
        Ok(done) => match shown.leads_to(&done).filter(|_| posted.step() == Step::Confirm) {
            Some(path) => Ok(go_to(&path)),
            None => {
                shown.show(done, posted.step());
                show(&shown)
            }
        },
        Err(AppError::Invalid(invalids)) => {
            let invalids = shown.named(posted, invalids);
            *shown.form() = form.refused(posted, invalids);
            refuse(&shown)
        }
        Err(error) => Err(error),
    }
}
