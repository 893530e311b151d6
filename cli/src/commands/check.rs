//! `check`: whether a trace can be true.
