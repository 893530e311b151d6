//! Each format is read by software that is not ours, and what it reads is compared with what the program is known to do
//! (`truth.rs`) and with the events added up one by one.

mod chrome;
mod dhat;
mod folded;
mod jsonl;
mod page;
mod perfetto;
mod pprof;
mod refused;
mod subject;
mod tables;
mod tools;
mod truth;
