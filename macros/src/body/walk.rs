//! Reads a body: resolves names to locals and notes what each mention does.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    Attribute, Block, Expr, FnArg, Label, Member, Pat, PatIdent, ReceiverKind, ReturnType, Signature, Type,
    UnOp,
};

use super::glue::{pattern_annotation, type_has_no_glue};
use super::pattern::{bindings, field_attrs};
use super::{key, BlockId, BodyId, BodyInfo, How, Into, Key, Local, LocalId, Mention, Model, Region};

/// What the surroundings of an expression do with its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// They look at it where it is.
    Place,
    /// They do not even look at it: `_`.
    Ignored,
    /// They take it.
    Value(Into),
}

#[expect(clippy::struct_excessive_bools, reason = "independent facts about one place")]
pub(super) struct Walker {
    pub(super) model: Model,
    pub(super) scopes: Vec<HashMap<String, LocalId>>,
    pub(super) body: BodyId,
    pub(super) block: BlockId,
    pub(super) statement: usize,
    pub(super) in_loop: bool,
    /// Locals whose name a macro of unknown meaning, standing as a statement, may have given to another.
    pub(super) redefined: HashSet<LocalId>,
    /// Under a `cfg` attribute, and so perhaps not there.
    pub(super) cfg: bool,
    /// In what is returned, or broken out with.
    pub(super) leaving: bool,
    /// How many expressions that leave there were.
    pub(super) departures: usize,
    /// What is walked next surely has the value `()`.
    pub(super) unit: bool,
    /// Inside of a loop that has a label, which what a macro expands to may name.
    pub(super) labelled: bool,
    /// Values that an initialiser keeps alive as long as its variable.
    pub(super) extended: HashSet<Key>,
    /// Initialisers whose value without a name is announced by a variable of its own.
    pub(super) by_local: HashSet<Key>,
    /// Initialisers that are constants, since a variable is annotated as `&'static`.
    pub(super) statics: HashSet<Key>,
    /// Values without a name of the statement so far that something may take: what does, and the mentions in them.
    pub(super) taken: Vec<(Key, Range<usize>)>,
    /// Closures that other operands follow, with the operand that is told of what they capture.
    pub(super) early: HashMap<Key, Key>,
    /// Borrowed values, and their parts, that may be constants.
    pub(super) constants: HashSet<Key>,
    /// The expression around a place that may have something before it.
    pub(super) around: Key,
    /// Macros that the body defines, with the tokens of their definitions.
    pub(super) macros: HashMap<String, TokenStream>,
    /// In the guard of a match arm: the first of the arm's bindings, which only the arm's body can move.
    pub(super) guarded: Option<LocalId>,
}

/// A mention whose node holds others.
pub(super) struct About {
    pub(super) local: LocalId,
    pub(super) how: How,
    pub(super) path: Vec<String>,
    pub(super) node: Key,
    pub(super) span: Span,
}

/// What a binding is introduced by.
#[derive(Clone, Copy, Default)]
pub(super) struct Declared {
    pub(super) param: bool,
    pub(super) no_glue: bool,
}

impl Walker {
    pub(super) fn new() -> Self {
        let mut model = Model::default();
        model.bodies.push(BodyInfo { framed: true });
        model.regions.push(Region::default());
        Self {
            model,
            scopes: vec![HashMap::new()],
            body: BodyId(0),
            block: BlockId(0),
            statement: 0,
            in_loop: false,
            redefined: HashSet::new(),
            cfg: false,
            leaving: false,
            departures: 0,
            extended: HashSet::new(),
            by_local: HashSet::new(),
            statics: HashSet::new(),
            taken: Vec::new(),
            unit: false,
            labelled: false,
            guarded: None,
            around: 0,
            constants: HashSet::new(),
            early: HashMap::new(),
            macros: HashMap::new(),
        }
    }

    pub(super) fn function(mut self, sig: &Signature, block: &Block) -> Model {
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let no_glue = match &receiver.kind {
                        ReceiverKind::Reference(..) => true,
                        ReceiverKind::Typed(_, ty) => type_has_no_glue(ty) || is_pinned_reference(ty),
                        _ => false,
                    };
                    let ident = Ident::new("self", receiver.self_token.span);
                    let declared = Declared { param: true, no_glue };
                    let id = self.declare(&ident, receiver.mutability.is_some(), declared);
                    self.model.receiver = Some(id);
                }
                FnArg::Typed(typed) => self.under(&typed.attrs, |walker| {
                    let no_glue = type_has_no_glue(&typed.ty);
                    walker.bind(&typed.pat, Declared { param: true, no_glue });
                }),
            }
        }
        let unit = matches!(sig.output, ReturnType::Default);
        self.with_unit(unit, |walker| walker.statements(block, Use::Value(Into::Return)));
        self.temporaries_end(0);
        self.model
    }

    pub(super) fn declare(&mut self, ident: &Ident, mutable: bool, declared: Declared) -> LocalId {
        let name = name_of(ident);
        if let Some(&twin) = self.scopes.last().and_then(|scope| scope.get(&name)).filter(|_| self.cfg) {
            // One of two, of which `cfg` leaves one.
            self.model.locals[twin.0].glue |= !declared.no_glue;
            return twin;
        }
        let id = LocalId(self.model.locals.len());
        let shadows = self.resolve(&name).filter(|&around| self.cfg && self.has_guard(around));
        self.model.locals.push(Local {
            ident: ident.clone(),
            body: self.body,
            param: declared.param,
            mutable,
            glue: !declared.no_glue || shadows.is_some(),
            assigned: false,
            mentioned: false,
            shadows,
        });
        self.model.bodies[self.body.0].framed = true;
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, id);
        }
        id
    }

    /// Whether a guard of this body may watch the local.
    fn has_guard(&self, id: LocalId) -> bool {
        let local = self.model.local(id);
        local.glue && local.body == self.body
    }

    pub(super) fn bind(&mut self, pat: &Pat, declared: Declared) {
        let annotated = pattern_annotation(pat).is_some_and(type_has_no_glue);
        for binding in bindings(pat) {
            let no_glue = declared.no_glue || annotated || binding.by_ref.is_some();
            let declared = Declared { no_glue, ..declared };
            self.under(field_attrs(pat, binding), |walker| {
                let id = walker.declare(&binding.ident, binding.mutability.is_some(), declared);
                walker.model.bindings.insert(key::<PatIdent>(binding), id);
            });
        }
    }

    pub(super) fn resolve(&self, name: &str) -> Option<LocalId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    pub(super) fn local_of(&self, expr: &Expr) -> Option<LocalId> {
        match expr {
            Expr::Path(path) if path.qself.is_none() => self.resolve(&name_of(path.path.get_ident()?)),
            Expr::Paren(paren) => self.local_of(&paren.expr),
            Expr::Group(group) => self.local_of(&group.expr),
            _ => None,
        }
    }

    /// The local a place expression is rooted at, and the part of it that it names.
    pub(super) fn place(&self, expr: &Expr) -> Option<(LocalId, Vec<String>)> {
        match expr {
            Expr::Field(field) => {
                let (local, mut path) = self.place(&field.base)?;
                path.push(match &field.member {
                    Member::Named(ident) => ident.to_string(),
                    Member::Unnamed(index) => index.index.to_string(),
                });
                Some((local, path))
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                let (local, mut path) = self.place(&unary.expr)?;
                path.push("*".to_owned());
                Some((local, path))
            }
            Expr::Paren(paren) => self.place(&paren.expr),
            Expr::Group(group) => self.place(&group.expr),
            _ => self.local_of(expr).map(|local| (local, Vec::new())),
        }
    }

    pub(super) fn mention(&mut self, about: About) {
        let About { local, how, path, node, span } = about;
        let index = self.model.mentions.len();
        let perhaps_another = self.redefined.contains(&local);
        let only_borrowed = self.guarded.is_some_and(|first| local >= first);
        let how = if only_borrowed { How::Place } else { how };
        let entry = &mut self.model.locals[local.0];
        entry.mentioned = true;
        entry.assigned |= matches!(how, How::Assign { .. });
        self.model.mentions.push(Mention {
            local,
            within: index..index + 1,
            locals_before: self.model.locals.len(),
            body: self.body,
            node,
            how,
            path,
            in_loop: self.in_loop,
            plain: !self.cfg && !perhaps_another && !matches!(how, How::Macro { .. }),
            perhaps_another,
            may_be_a_part: false,
            in_parts: false,
            leaving: self.leaving,
            span,
            block: self.block,
            statement: self.statement,
            departures: self.departures,
        });
    }

    /// Mentions the local a call, closure or struct expression is about, with all that stands in it.
    pub(super) fn mention_around(&mut self, about: About, walk: impl FnOnce(&mut Self)) {
        let start = self.model.mentions.len();
        self.mention(about);
        walk(self);
        self.model.mentions[start].within = start..self.model.mentions.len();
    }

    pub(super) fn scoped<R>(&mut self, walk: impl FnOnce(&mut Self) -> R) -> R {
        self.scopes.push(HashMap::new());
        let result = walk(self);
        self.scopes.pop();
        result
    }

    /// Something at whose end its temporaries are dropped.
    pub(super) fn terminating(&mut self, walk: impl FnOnce(&mut Self)) {
        let before = self.taken.len();
        walk(self);
        self.temporaries_end(before);
    }

    /// Something that may or may not run, or runs in a row of its own.
    pub(super) fn region(&mut self, walk: impl FnOnce(&mut Self)) {
        let outside = (self.block, self.statement);
        self.block = BlockId(self.model.regions.len());
        self.model.regions.push(Region { around: Some(outside), leaving: Vec::new() });
        self.statement = 0;
        self.scoped(walk);
        (self.block, self.statement) = outside;
    }

    /// Something with attributes, of which one may take it away.
    pub(super) fn under(&mut self, attrs: &[Attribute], walk: impl FnOnce(&mut Self)) {
        let outside = self.cfg;
        self.cfg |= is_conditional(attrs);
        walk(self);
        self.cfg = outside;
    }

    pub(super) fn looped(&mut self, label: Option<&Label>, walk: impl FnOnce(&mut Self)) {
        let outside = (self.in_loop, self.labelled);
        (self.in_loop, self.labelled) = (true, self.labelled || label.is_some());
        self.terminating(|walker| walker.region(walk));
        (self.in_loop, self.labelled) = outside;
    }
}

/// Whether an attribute may take away what it stands on.
pub(super) fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
}

/// `Pin<&mut Self>` and `Pin<&Self>`, which own nothing.
fn is_pinned_reference(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return false };
    last.ident == "Pin" && matches!(args.args.first(), Some(syn::GenericArgument::Type(Type::Reference(_))))
}

/// A name as the compiler tells names apart: with the macro it comes from, if it comes from one.
pub(super) fn name_of(ident: &Ident) -> String {
    name_at(&ident.to_string(), ident.span())
}

/// The same for a name that a token at `span` mentions.
///
/// The hygiene of a span shows only in its `Debug` form, `#<context> bytes(…)`. Where it does not (in
/// an editor that gets the expansion), names are told apart by their text.
pub(super) fn name_at(name: &str, span: Span) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let shown = format!("{span:?}");
    match shown.split_once(" bytes(") {
        Some((context, _)) if context.starts_with('#') => format!("{name}{context}"),
        _ => name.to_owned(),
    }
}
