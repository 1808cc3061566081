//! Stylesheet, script and icon: in the binary, under addresses that change with their content.

use crate::error::AppError;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, get, web};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Hexadecimal digits of the content's hash in an address: enough to tell versions of a file apart.
const HASH_DIGITS: usize = 16;
/// An address stands for one content for ever, so a browser never has to ask again.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file of the portal.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "muniment.css",
        content_type: "text/css; charset=utf-8",
        content: include_bytes!("../../assets/muniment.css"),
    },
    // htmx 2.0.11, unchanged; its licence (Zero-Clause BSD) lies beside it.
    Asset {
        name: "htmx.min.js",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../../assets/htmx.min.js"),
    },
    Asset {
        name: "wallet.js",
        content_type: "text/javascript; charset=utf-8",
        content: include_bytes!("../../assets/wallet.js"),
    },
    Asset {
        name: "muniment.svg",
        content_type: "image/svg+xml",
        content: include_bytes!("../../assets/muniment.svg"),
    },
];

/// The address of each file, computed once.
static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let address = |asset: &Asset| {
        let hash = hex::encode(Sha256::digest(asset.content));
        format!("/assets/{}/{}", &hash[..HASH_DIGITS], asset.name)
    };
    ASSETS.iter().map(address).collect()
});

/// The address of a file by its name; a name that is not there leads to a page that is not there.
#[must_use]
pub fn address(name: &str) -> &'static str {
    let found = ASSETS.iter().zip(ADDRESSES.iter()).find(|(asset, _)| asset.name == name);
    found.map_or("/assets", |(_, address)| address)
}

/// Serves a file under the address that [`address`] gave.
#[get("/assets/{hash}/{name}")]
pub(super) async fn serve(path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (hash, name) = path.into_inner();
    let wanted = format!("/assets/{hash}/{name}");
    let found = ASSETS.iter().zip(ADDRESSES.iter()).find(|(_, address)| **address == wanted);
    let (asset, _) = found.ok_or_else(|| AppError::not_found("page", &wanted))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .body(asset.content))
}
