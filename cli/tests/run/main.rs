//! `cargo trace-memory run`, on workspaces that are made for it in a temporary folder.

#![cfg(unix)]

mod all;
mod fixture;
mod plain;
