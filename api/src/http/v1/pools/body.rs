//! Requests about pools: the only place where their text becomes a pool or its terms.

use crate::flows::pool::{Choice, InvoiceFilter, NewPool};
use crate::flows::tokenise::Tokenise;
use crate::http::request::day;
use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use domain::party::InvestorClass;
use domain::text::{MAX_NAME, bounded};
use domain::{BasisPoints, Country, Invalid, Invalids, Rate};
use serde::Deserialize;
use tokenizer::day_count::DayCount;
use tokenizer::pool::{DAY_COUNTS, MAX_PARTITIONS, PartitionOffer};
use utoipa::ToSchema;

/// A pool to be drafted: of invoices by their ids or by a filter, or of a property.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPoolBody {
    /// Its name, also the token's.
    #[schema(example = "Hafen Receivables 1")]
    pub name: String,
    /// The token's short name: 2 to 11 upper-case letters and digits.
    #[schema(example = "HFN1")]
    pub symbol: String,
    /// The currency of a pool of invoices; a property has its own.
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// These invoices, at most 10,000.
    pub invoice_ids: Option<Vec<String>>,
    /// Every invoice that the filter finds.
    pub filter: Option<FilterBody>,
    /// This property with its leases.
    pub property_id: Option<String>,
}

/// Which invoices a pool is to hold; what is left out filters nothing.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FilterBody {
    /// Only those of an import.
    pub import_id: Option<String>,
    /// Only those due on this day or later.
    pub due_from: Option<String>,
    /// Only those due on this day or earlier.
    pub due_to: Option<String>,
    /// Only those of at least this amount, in minor units.
    pub amount_from_minor: Option<i64>,
    /// Only those of at most this amount, in minor units.
    pub amount_to_minor: Option<i64>,
    /// Only those owed from a country.
    pub buyer_country: Option<String>,
}

impl TryFrom<NewPoolBody> for NewPool {
    type Error = Invalids;

    fn try_from(body: NewPoolBody) -> Result<Self, Invalids> {
        let mut found = Invalids::default();
        let name = found.check(bounded("name", &body.name, MAX_NAME));
        let symbol = found.check(body.symbol.parse());
        let currency = found.check(body.currency.as_deref().map(str::parse).transpose());
        let choice = match (&body.invoice_ids, body.filter, &body.property_id) {
            (Some(ids), None, None) => {
                let ids: Option<Vec<_>> =
                    ids.iter().map(|id| found.check(id.parse().map_err(named("invoice_ids")))).collect();
                ids.map(Choice::Invoices)
            }
            (None, Some(filter), None) => filter.parse(&mut found).map(Choice::Filter),
            (None, None, Some(id)) => found.check(id.parse()).map(Choice::Property),
            _ => {
                let limit = "one of invoice_ids, filter and property_id";
                found.push(Invalid::new("invoice_ids", "", limit));
                None
            }
        };
        if matches!(choice, Some(Choice::Invoices(_) | Choice::Filter(_))) && body.currency.is_none() {
            found.push(Invalid::new("currency", "", "a currency of ISO 4217, as EUR"));
        }
        let parsed = (|| Some(Self { name: name?, symbol: symbol?, currency: currency?, choice: choice? }))();
        found.into_result()?;
        parsed.ok_or_else(|| Invalid::new("body", "", "a pool").into())
    }
}

fn named(field: &'static str) -> impl Fn(Invalid) -> Invalid {
    move |invalid| invalid.named(field)
}

impl FilterBody {
    fn parse(self, found: &mut Invalids) -> Option<InvoiceFilter> {
        let day_in =
            |field: &str, text: &Option<String>| text.as_deref().map(|text| day(field, text)).transpose();
        let import_id = self.import_id.as_deref().map(str::parse).transpose();
        let import_id = found.check(import_id.map_err(named("filter.import_id")));
        let due_from = found.check(day_in("filter.due_from", &self.due_from));
        let due_to = found.check(day_in("filter.due_to", &self.due_to));
        let country = self.buyer_country.as_deref().map(str::parse).transpose();
        let buyer_country = found.check(country.map_err(named("filter.buyer_country")));
        Some(InvoiceFilter {
            import_id: import_id?,
            due_from: due_from?,
            due_to: due_to?,
            amount_from_minor: self.amount_from_minor,
            amount_to_minor: self.amount_to_minor,
            buyer_country: buyer_country?,
        })
    }
}

/// How a draft is to become a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokeniseBody {
    /// Another name than the draft has.
    name: Option<String>,
    /// Another symbol than the draft has.
    symbol: Option<String>,
    /// One to eight partitions.
    partitions: Vec<PartitionTermsBody>,
}

/// The terms of a partition.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartitionTermsBody {
    /// 1 to 31 lower-case letters, digits and hyphens.
    #[schema(example = "senior")]
    pub name: String,
    /// The order of payment, from 1 without gaps; 1 is paid first.
    pub seniority: i64,
    /// The most units there may be, from 1 to 100,000,000,000. A token could keep 2^60 - 1; the limit is lower, so that
    /// every product with a price or a share stays exact.
    #[schema(example = 1_000_000)]
    pub authorised_units: i64,
    /// What a unit costs, in minor units of the pool's currency.
    #[schema(example = 100)]
    pub unit_price_minor: i64,
    /// The cap per beneficial owner in basis points; 500 when it is left out.
    pub cap_bps: Option<i64>,
    /// The yearly coupon in percent, as text.
    #[schema(example = "5.25")]
    pub coupon_rate_percent: String,
    /// Months between coupons: 1, 3, 6 or 12.
    #[schema(example = 3)]
    pub coupon_months: i64,
    /// `ACT_360`, `ACT_365F` or `30E_360`.
    #[schema(example = "ACT_360")]
    pub day_count: String,
    /// The first day that earns.
    pub first_period_start: String,
    /// The most beneficial owners, at most 2^20 - 1 = 1,048,575, and not fewer than the cap makes necessary.
    pub holder_limit: Option<i64>,
    /// Nobody transfers before.
    pub locked_until: Option<DateTime<Utc>>,
    /// Countries whose residents may hold, by ISO 3166-1.
    #[schema(example = json!(["DE", "NL"]))]
    pub allowed_countries: Vec<String>,
    /// Classes of investors who may hold.
    #[schema(example = json!(["professional", "institutional"]))]
    pub allowed_classes: Vec<String>,
}

impl TokeniseBody {
    pub(super) fn request(self, pool_id: PoolId) -> Result<Tokenise, Invalids> {
        let mut found = Invalids::default();
        let name = found.check(self.name.map(|name| bounded("name", &name, MAX_NAME)).transpose());
        let symbol = found.check(self.symbol.as_deref().map(str::parse).transpose());
        let partitions = offers(&self.partitions).map_err(|more| found.0.extend(more.0)).ok();
        let parsed = (|| Some(Tokenise { pool_id, name: name?, symbol: symbol?, partitions: partitions? }))();
        found.into_result()?;
        parsed.ok_or_else(|| Invalid::new("body", "", "a tokenisation").into())
    }
}

/// The partitions that are described, or everything that is wrong with them, as `partitions[0].cap_bps`.
pub(crate) fn offers(bodies: &[PartitionTermsBody]) -> Result<Vec<PartitionOffer>, Invalids> {
    let mut found = Invalids::default();
    if bodies.len() > MAX_PARTITIONS {
        found.push(Invalid::new("partitions", bodies.len(), format!("1 to {MAX_PARTITIONS} partitions")));
        return Err(found);
    }
    let mut offers = Vec::with_capacity(bodies.len());
    for (position, body) in bodies.iter().enumerate() {
        match offer(body) {
            Ok(offer) => offers.push(offer),
            Err(more) => found.0.extend(more.0.into_iter().map(|invalid| {
                let field = format!("partitions[{position}].{}", invalid.field);
                invalid.named(field)
            })),
        }
    }
    found.into_result()?;
    Ok(offers)
}

fn offer(body: &PartitionTermsBody) -> Result<PartitionOffer, Invalids> {
    let mut found = Invalids::default();
    let name = found.check(body.name.parse().map_err(named("name")));
    let units = domain::Units::try_from(body.authorised_units).map_err(named("authorised_units"));
    let authorised = found.check(units);
    let cap = body.cap_bps.map_or(Ok(BasisPoints::DEFAULT_CAP), BasisPoints::try_from);
    let cap = found.check(cap.map_err(named("cap_bps")));
    let rate = Rate::from_percent(&body.coupon_rate_percent).map_err(named("coupon_rate_percent"));
    let coupon_rate = found.check(rate);
    let names = DAY_COUNTS.map(DayCount::name).join(", ");
    let day_count = DayCount::named(&body.day_count)
        .ok_or_else(|| Invalid::new("day_count", &body.day_count, format!("one of {names}")));
    let day_count = found.check(day_count);
    let first_period_start = found.check(day("first_period_start", &body.first_period_start));
    let country = |text: &String| text.trim().parse::<Country>().map_err(named("allowed_countries"));
    let countries = body.allowed_countries.iter().filter_map(|text| found.check(country(text))).collect();
    let class = |text: &String| text.trim().parse::<InvestorClass>().map_err(named("allowed_classes"));
    let classes = body.allowed_classes.iter().filter_map(|text| found.check(class(text))).collect();
    let parsed = (|| {
        Some(PartitionOffer {
            name: name?,
            seniority: body.seniority,
            authorised: authorised?,
            unit_price_minor: body.unit_price_minor,
            cap: cap?,
            coupon_rate: coupon_rate?,
            coupon_months: body.coupon_months,
            day_count: day_count?,
            first_period_start: first_period_start?,
            holder_limit: body.holder_limit,
            locked_until: body.locked_until,
            countries: distinct(countries),
            classes: distinct(classes),
        })
    })();
    found.into_result()?;
    parsed.ok_or_else(|| Invalid::new("name", "", "the terms of a partition").into())
}

fn distinct<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values.dedup();
    values
}
