//! A second person approves.

mod approval;
mod model;
mod pages;
