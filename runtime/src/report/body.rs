//! What is known of a traced body: its names and places, each made once.

use std::sync::Arc;

use crate::site::{Function, Places};

/// See the module.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) function: &'static Function,
    pub(super) path: Arc<str>,
    pub(super) file: Arc<str>,
    pub(super) places: Places,
    /// The names of the places' locals, and the texts of its temporaries.
    pub(super) locals: Vec<Arc<str>>,
    pub(super) temporaries: Vec<Arc<str>>,
}

impl Body {
    /// `name` gives a text that is kept.
    pub(super) fn new(
        function: &'static Function,
        path: Arc<str>,
        mut name: impl FnMut(&'static str) -> Arc<str>,
    ) -> Self {
        let places = function.places();
        let file = name(function.file);
        let locals = places.locals.iter().map(|local| name(local.name)).collect();
        let temporaries = places.temporaries.iter().map(|temporary| name(temporary.text)).collect();
        Self { function, path, file, places, locals, temporaries }
    }
}
