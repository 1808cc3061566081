//! What makes a page well-formed: asked of each page of the portal and of every story's.

use crate::house::Page;
use scraper::{Html, Selector};
use std::collections::BTreeSet;

/// Asserts that a page is in order.
pub fn in_order(page: &Page, name: &str) {
    let document = Html::parse_document(&page.html);
    assert!(document.errors.is_empty(), "{name} is not well-formed: {:?}\n{}", document.errors, page.html);
    let select = |selector: &str| {
        let selector = Selector::parse(selector).unwrap();
        document.select(&selector).map(|element| element.html()).collect::<Vec<_>>()
    };
    let count = |selector: &str| select(selector).len();
    for (selector, times) in [("h1", 1), ("main#main", 1), ("title", 1), ("a.skip[href='#main']", 1)] {
        assert_eq!(count(selector), times, "{name}: {selector}");
    }
    for selector in
        ["style", "[style]", "script:not([src])", "[onclick]", "[onload]", "[onchange]", "[onsubmit]"]
    {
        assert_eq!(count(selector), 0, "{name}: {selector}");
    }
    let ids = page.attributes("[id]", "id");
    let known: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(known.len(), ids.len(), "{name} has an id twice: {ids:?}");
    let fields = Selector::parse("input:not([type=hidden]), select, textarea").unwrap();
    let labelled: BTreeSet<String> = page.attributes("label[for]", "for").into_iter().collect();
    for field in document.select(&fields) {
        let by_id = field.attr("id").is_some_and(|id| labelled.contains(id));
        let named = field.attr("aria-label").is_some() || field.attr("aria-labelledby").is_some();
        let mut around = field.ancestors().filter_map(scraper::ElementRef::wrap);
        let inside = around.any(|element| element.value().name() == "label");
        assert!(by_id || named || inside, "{name} has a field without a label: {}", field.html());
    }
    for described_by in page.attributes("[aria-describedby]", "aria-describedby") {
        for id in described_by.split(' ') {
            assert!(known.contains(&id.to_owned()), "{name}: {id} describes a field and is not there");
        }
    }
    let forms = count("form[method=post]");
    assert_eq!(forms, count("form[method=post] > input[name=form_token]"), "{name}: a form without a token");
    // What only asks goes by its address, without a token; everything else says post.
    let asking = count("form[method=get]");
    assert_eq!(forms + asking, count("form"), "{name}: a form that says neither post nor get");
    let text = page.texts("body").remove(0);
    for unsaid in ["field-", "role-", "-status-", "error-", "nav-"] {
        assert!(!text.contains(unsaid), "{name} shows a key: {text}");
    }
}
