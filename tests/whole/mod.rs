//! A whole installation: lives of transfers, crashes, burglars, stores, doors, pages, documents.

mod backup;
mod blobs;
mod browser;
mod burglar;
mod crash;
mod demo;
mod doctor;
#[cfg(feature = "gallery")]
mod gallery;
mod http_api;
mod layers;
mod licences;
mod life;
mod life_flows;
mod manual;
mod permits;
mod roles;
mod routes;
mod store;
