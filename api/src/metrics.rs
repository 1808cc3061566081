//! Counters for operators, in the text format of Prometheus.

use crate::app::App;
use crate::error::AppError;
use crate::outbox::alarm;
use actix_web::{HttpResponse, get, web};
use domain::status::{CallStatus, JobStatus};
use prometheus::{Encoder, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};

/// The counters of this process.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    jobs: IntGaugeVec,
    calls: IntGaugeVec,
    alarm: IntGauge,
}

impl Metrics {
    /// A set of counters at zero.
    ///
    /// # Errors
    /// When two have one name, which a test would have shown.
    pub fn new() -> Result<Self, AppError> {
        let registry = Registry::new();
        let opts = |name: &str, help: &str| Opts::new(name, help).namespace("muniment");
        let requests =
            IntCounterVec::new(opts("http_requests_total", "Requests answered"), &["method", "status"]);
        let jobs = IntGaugeVec::new(opts("jobs", "Jobs by status"), &["status"]);
        let calls = IntGaugeVec::new(opts("chain_calls", "Calls to the chain by status"), &["status"]);
        let alarm =
            IntGauge::with_opts(opts("chain_alarm", "1 while nothing is sent after a deep reorganisation"));
        let alarm = alarm.map_err(AppError::internal)?;
        registry.register(Box::new(alarm.clone())).map_err(AppError::internal)?;
        let (requests, jobs, calls) = (
            requests.map_err(AppError::internal)?,
            jobs.map_err(AppError::internal)?,
            calls.map_err(AppError::internal)?,
        );
        registry.register(Box::new(requests.clone())).map_err(AppError::internal)?;
        registry.register(Box::new(jobs.clone())).map_err(AppError::internal)?;
        registry.register(Box::new(calls.clone())).map_err(AppError::internal)?;
        Ok(Self { registry, requests, jobs, calls, alarm })
    }

    /// Counts a request that was answered.
    pub fn answered(&self, method: &str, status: u16) {
        self.requests.with_label_values(&[method, &status.to_string()]).inc();
    }
}

/// The counters. They hold no names and no amounts.
#[get("/metrics")]
pub(crate) async fn exposition(
    app: web::Data<App>,
    metrics: web::Data<Metrics>,
) -> Result<HttpResponse, AppError> {
    let counted = app.blocking(|app| {
        app.ask(|tx| {
            let mut jobs = Vec::new();
            for status in JobStatus::ALL {
                jobs.push((status.as_str(), store::jobs::count(tx, *status)?));
            }
            let mut calls = Vec::new();
            for status in CallStatus::ALL {
                calls.push((status.as_str(), store::outbox::count(tx, *status)?));
            }
            Ok((jobs, calls, alarm::standing(tx)?.is_some()))
        })
    });
    let (jobs, calls, alarm) = counted.await?;
    metrics.alarm.set(i64::from(alarm));
    for (status, count) in jobs {
        metrics.jobs.with_label_values(&[status]).set(count);
    }
    for (status, count) in calls {
        metrics.calls.with_label_values(&[status]).set(count);
    }
    let mut text = Vec::new();
    let encoder = TextEncoder::new();
    encoder.encode(&metrics.registry.gather(), &mut text).map_err(AppError::internal)?;
    Ok(HttpResponse::Ok().content_type(encoder.format_type()).body(text))
}
