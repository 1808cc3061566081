//! The program: flows, HTTP, pages, jobs, command line, configuration.

pub mod actor;
pub mod app;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod flows;
pub mod http;
pub mod jobs;
pub mod metrics;
pub mod outbox;
pub mod pages;
pub mod reasons;
pub mod run;
pub mod demo;
pub mod secrets;
