//! The static description of a traced body, filled while the body is rewritten.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::args::Args;
use crate::body::{Into, LocalId, Model};
use crate::paths::{ours, Paths};

/// What the events of one frame can point at. Indices into these lists are all that runs.
#[derive(Default)]
pub(super) struct Tables {
    locals: Vec<LocalId>,
    statements: Vec<Span>,
    moves: Vec<(Into, Span)>,
    /// Text, first and last token.
    temporaries: Vec<(String, (Span, Span))>,
}

impl Tables {
    pub(super) fn local(&mut self, id: LocalId) -> u32 {
        let known = self.locals.iter().position(|&local| local == id);
        index(known.unwrap_or_else(|| {
            self.locals.push(id);
            self.locals.len() - 1
        }))
    }

    pub(super) fn statement(&mut self, span: Span) -> u32 {
        self.statements.push(span);
        index(self.statements.len() - 1)
    }

    /// A place where a value goes. Two of a kind in one line cannot be told apart anyway.
    pub(super) fn site(&mut self, into: Into, span: Span) -> u32 {
        let line = span.start().line;
        let known = self.moves.iter().position(|(other, span)| (*other, span.start().line) == (into, line));
        index(known.filter(|_| line > 0).unwrap_or_else(|| {
            self.moves.push((into, span));
            self.moves.len() - 1
        }))
    }

    /// An expression whose value has no name.
    pub(super) fn temporary(&mut self, text: String, ends: (Span, Span)) -> u32 {
        self.temporaries.push((text, ends));
        index(self.temporaries.len() - 1)
    }

    /// The first and the last token of such an expression.
    pub(super) fn ends(&self, temporary: u32) -> (Span, Span) {
        let known = usize::try_from(temporary).ok().and_then(|at| self.temporaries.get(at));
        known.map_or_else(|| (Span::mixed_site(), Span::mixed_site()), |(_, ends)| *ends)
    }

    /// A closure that gives the description. The name of its type is the path of the body.
    pub(super) fn into_tokens(self, about: &About<'_>) -> TokenStream {
        let rt = about.paths.private();
        let (kind, within, closures) = (about.place.kind.name(), &about.place.within, about.place.closures);
        let name = about.name.map_or_else(|| ours!(#rt::None), |name| ours!(#rt::Some(#name)));
        let line = line_of(about.span);
        let places = self.places(about);
        ours!(|| &#rt::Function {
            name: #name,
            kind: #rt::BodyKind::#kind,
            within: #within,
            closures: #closures,
            file: #rt::core::file!(),
            line: #line,
            places: #places,
        })
    }

    /// One entry in a line, as the runtime's `site::Function` describes it: one literal, where the compiler tells
    /// the lines.
    fn places(&self, about: &About<'_>) -> TokenStream {
        let locals = self.locals.iter().map(|&id| {
            let local = about.model.local(id);
            Entry {
                kind: if local.param { 'p' } else { 'l' },
                at: local.ident.span(),
                rest: Rest::Text(local.ident.to_string()),
            }
        });
        let statements = self.statements.iter().map(|&at| Entry { kind: 's', at, rest: Rest::Column });
        let moves = self.moves.iter().map(|&(into, at)| Entry {
            kind: 'm',
            at,
            rest: Rest::Text(into_name(into).to_owned()),
        });
        let temporaries = self.temporaries.iter().map(|(text, (_, end))| Entry {
            kind: 't',
            at: *end,
            rest: Rest::Text(text.clone()),
        });
        let entries: Vec<Entry> = locals.chain(statements).chain(moves).chain(temporaries).collect();
        if entries.iter().all(|entry| entry.at.start().line > 0) {
            let lines: Vec<String> = entries.iter().map(|entry| entry.line(about.inserted)).collect();
            let text = lines.join("\n");
            return quote!(#text);
        }
        let rt = about.paths.private();
        let parts = entries.iter().map(|Entry { kind, at, rest }| {
            let (kind, line) = (format!("{kind} "), line_of(*at));
            let rest = match rest {
                Rest::Text(text) => quote!(#text),
                Rest::Column => column_of(*at),
            };
            quote!(#kind, #line, " ", #rest, "\n")
        });
        ours!(#rt::core::concat!(#(#parts),*))
    }
}

/// An entry of a description.
struct Entry {
    kind: char,
    at: Span,
    rest: Rest,
}

/// What stands behind the line.
enum Rest {
    Text(String),
    Column,
}

impl Entry {
    fn line(&self, inserted: Option<Inserted>) -> String {
        let mut start = self.at.start();
        if let Some(inserted) = inserted.filter(|inserted| inserted.line == start.line) {
            start.column = start.column.saturating_sub(inserted.columns);
        }
        match &self.rest {
            Rest::Text(text) => format!("{} {} {text}", self.kind, start.line),
            Rest::Column => format!("{} {} {}", self.kind, start.line, start.column + 1),
        }
    }
}

/// Columns of a line that are not in the source.
#[derive(Clone, Copy)]
pub(crate) struct Inserted {
    line: usize,
    columns: usize,
}

impl Inserted {
    /// What the attribute says of the line that it stands in.
    pub(super) fn of(args: &Args) -> Option<Self> {
        let asked = args.inserted.as_ref()?;
        Some(Self { line: asked.key.span().start().line, columns: asked.value })
    }
}

/// What a description is of.
pub(super) struct About<'a> {
    pub(super) model: &'a Model,
    pub(super) paths: &'a Paths,
    pub(super) inserted: Option<Inserted>,
    pub(super) name: Option<&'a syn::LitStr>,
    pub(super) place: Place,
    pub(super) span: Span,
}

/// Where a body is.
pub(super) struct Place {
    pub(super) kind: BodyKind,
    /// What follows the path of the function.
    pub(super) within: String,
    /// How many closures the compiler sees between the function and the question for its path.
    pub(super) closures: u8,
}

impl Place {
    /// The place of the innermost of some bodies, each inside of the one before; `wrapped` says whether the
    /// function's own is in a closure of the expansion.
    pub(super) fn of(bodies: &[BodyKind], wrapped: bool) -> Self {
        let (kind, around) =
            bodies.split_last().map_or((BodyKind::Function, bodies), |(kind, rest)| (*kind, rest));
        let within = bodies.iter().skip(1).map(|kind| match kind {
            BodyKind::AsyncBlock => "::{{async block}}",
            _ => "::{{closure}}",
        });
        // A body asks at its start, but one that is apart, and a block, around the future inside of it.
        let own = match kind {
            BodyKind::Function | BodyKind::AsyncBlock => 0,
            BodyKind::AsyncFn | BodyKind::AsyncFnApart | BodyKind::Closure => 1,
            BodyKind::AsyncClosure => 2,
        };
        let outer: u8 = around
            .iter()
            .map(|kind| match kind {
                BodyKind::Function => u8::from(wrapped),
                BodyKind::AsyncFnApart | BodyKind::AsyncClosure => 2,
                BodyKind::AsyncFn | BodyKind::Closure | BodyKind::AsyncBlock => 1,
            })
            .sum();
        Self { kind, within: within.collect(), closures: outer + own + 1 }
    }
}

/// What kind of body a frame is of. The names are those of the runtime's `site::BodyKind`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    Function,
    Closure,
    AsyncClosure,
    AsyncFn,
    /// In a future inside of the function's own.
    AsyncFnApart,
    /// In a future around it.
    AsyncBlock,
}

impl BodyKind {
    fn name(self) -> syn::Ident {
        let name = match self {
            Self::Function => "Function",
            Self::Closure | Self::AsyncClosure => "Closure",
            Self::AsyncFn | Self::AsyncFnApart => "AsyncFn",
            Self::AsyncBlock => "AsyncBlock",
        };
        syn::Ident::new(name, Span::mixed_site())
    }

    pub(super) fn is_future(self) -> bool {
        !matches!(self, Self::Function | Self::Closure)
    }

    /// Whether its frame has to leave the thread wherever it awaits something.
    pub(super) fn awaits_itself(self) -> bool {
        matches!(self, Self::AsyncFn | Self::AsyncClosure)
    }
}

/// The line of a token: a number, or where the compiler does not tell macros (before 1.88), the
/// question put to the compiler.
pub(crate) fn line_of(span: Span) -> TokenStream {
    match u32::try_from(span.start().line) {
        Ok(line) if line > 0 => quote!(#line),
        _ => quote_spanned!(span=> ::core::line!()),
    }
}

/// The column of a token, in characters from 1.
fn column_of(span: Span) -> TokenStream {
    let start = span.start();
    match u32::try_from(start.column + 1) {
        Ok(column) if start.line > 0 => quote!(#column),
        _ => quote_spanned!(span=> ::core::column!()),
    }
}

fn into_name(into: Into) -> &'static str {
    match into {
        Into::Call => "Call",
        Into::Return => "Return",
        Into::Assign => "Assign",
        Into::Field => "Field",
        Into::Capture => "Capture",
        Into::Receiver => "Receiver",
        Into::Pattern => "Pattern",
        Into::Macro => "Macro",
    }
}

fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
