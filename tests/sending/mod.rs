//! What a sender does: recipients, files, limits, lists, and what can still be changed afterwards.

mod afterwards;
mod asking_again;
mod checking;
mod contacts;
mod contacts_pages;
mod file_types;
mod foreign_tus;
mod known;
mod limits;
mod listing;
mod reminding;
mod templates;
mod told_true;
mod uploading;
