//! The portal: server-rendered pages, one file a noun, that call the same flows as the API.

use actix_web::web;

/// The routes of the portal.
pub fn configure(_routes: &mut web::ServiceConfig) {}
