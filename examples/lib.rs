//! Programs to learn the tool with; each file in this folder is one example.
