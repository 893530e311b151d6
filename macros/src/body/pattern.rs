//! What patterns bind, and what they leave behind.

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, FieldPat, Pat, PatIdent, Token};

use super::{key, Key};

/// The bindings of a pattern, in the order in which they are declared.
pub(crate) fn bindings(pat: &Pat) -> Vec<&PatIdent> {
    let mut found = Vec::new();
    collect(pat, &mut found);
    found
}

fn collect<'p>(pat: &'p Pat, found: &mut Vec<&'p PatIdent>) {
    match pat {
        Pat::Ident(ident) => {
            if is_binding(ident) {
                found.push(ident);
            }
            if let Some((_, inner)) = &ident.subpat {
                collect(inner, found);
            }
        }
        Pat::Guard(guard) => collect(&guard.pat, found),
        // Every alternative binds the same names.
        Pat::Or(or) => {
            if let Some(first) = or.cases.first() {
                collect(first, found);
            }
        }
        Pat::Paren(paren) => collect(&paren.pat, found),
        Pat::Reference(reference) => collect(&reference.pat, found),
        Pat::Slice(slice) => slice.elems.iter().for_each(|pat| collect(pat, found)),
        Pat::Struct(fields) => fields.fields.iter().for_each(|field| collect(&field.pat, found)),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|pat| collect(pat, found)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|pat| collect(pat, found)),
        Pat::Type(typed) => collect(&typed.pat, found),
        _ => {}
    }
}

/// The attributes of the struct field that a binding stands in.
pub(crate) fn field_attrs<'p>(pat: &'p Pat, binding: &PatIdent) -> &'p [Attribute] {
    let mut finder = FieldFinder { wanted: key::<PatIdent>(binding), attrs: &[] };
    finder.visit_pat(pat);
    finder.attrs
}

struct FieldFinder<'p> {
    wanted: Key,
    attrs: &'p [Attribute],
}

impl<'p> Visit<'p> for FieldFinder<'p> {
    fn visit_field_pat(&mut self, field: &'p FieldPat) {
        let inside = bindings(&field.pat);
        if !field.attrs.is_empty() && inside.iter().any(|found| key::<PatIdent>(found) == self.wanted) {
            self.attrs = &field.attrs;
        }
        visit::visit_field_pat(self, field);
    }
}

/// Whether this is a binding, and not the name of a constant, a variant or a unit struct.
///
/// Syntax cannot tell; the compiler's own lints make every program write the one in lower case and
/// the others in upper case.
fn is_binding(pat: &PatIdent) -> bool {
    pat.by_ref.is_some()
        || pat.mutability.is_some()
        || pat.subpat.is_some()
        || !pat
            .ident
            .to_string()
            .trim_start_matches("r#")
            .trim_start_matches('_')
            .starts_with(char::is_uppercase)
}

/// The pattern without its guard and its type.
pub(crate) fn bare(pat: &Pat) -> &Pat {
    match pat {
        Pat::Guard(guard) => bare(&guard.pat),
        Pat::Type(typed) => bare(&typed.pat),
        Pat::Paren(paren) => bare(&paren.pat),
        _ => pat,
    }
}

/// What matching a value against a pattern does to the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Takes {
    /// Nothing: no binding takes anything by value.
    Nothing,
    /// The whole value, under one name.
    Whole,
    /// The parts that are bound. What the pattern names without binding it stays behind.
    Parts(Left),
}

/// What of a value a pattern leaves in place when it takes the rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Left {
    /// Nothing that could need dropping.
    Nothing,
    /// Parts that the pattern names with `_` or binds by reference: their types can be asked for.
    Named,
    /// Parts that hide behind `..`.
    Hidden,
}

impl Takes {
    /// What stays behind, if anything is taken.
    pub(crate) fn left(self) -> Option<Left> {
        match self {
            Self::Nothing => None,
            Self::Whole => Some(Left::Nothing),
            Self::Parts(left) => Some(left),
        }
    }
}

/// What the pattern takes from a value that is matched in place.
pub(crate) fn takes(pat: &Pat) -> Takes {
    match pat {
        Pat::Paren(paren) => return takes(&paren.pat),
        Pat::Type(typed) => return takes(&typed.pat),
        Pat::Guard(guard) => return takes(&guard.pat),
        Pat::Ident(ident) if is_binding(ident) => {
            return match ident.by_ref {
                Some(_) => Takes::Nothing,
                None => Takes::Whole,
            }
        }
        _ => {}
    }
    let by_value = bindings(pat).iter().any(|binding| binding.by_ref.is_none());
    if by_value {
        Takes::Parts(left(pat))
    } else {
        Takes::Nothing
    }
}

/// What a pattern leaves in place of the value that it matches.
pub(crate) fn left(pat: &Pat) -> Left {
    match pat {
        Pat::Wild(_) => Left::Named,
        Pat::Ident(ident) => match ident.by_ref {
            Some(_) => Left::Named,
            None => Left::Nothing,
        },
        Pat::Guard(guard) => left(&guard.pat),
        // Alternatives would have to name what they leave alike.
        Pat::Or(or) => match most(or.cases.iter()) {
            Left::Named => Left::Hidden,
            left => left,
        },
        Pat::Paren(paren) => left(&paren.pat),
        Pat::Slice(slice) => most(slice.elems.iter()),
        Pat::Struct(fields) if fields.rest.is_some() => Left::Hidden,
        Pat::Struct(fields) => most(fields.fields.iter().map(|field| &*field.pat)),
        Pat::Tuple(tuple) => most(tuple.elems.iter()),
        Pat::TupleStruct(tuple) => most(tuple.elems.iter()),
        Pat::Type(typed) => left(&typed.pat),
        Pat::Rest(_) | Pat::Macro(_) | Pat::Verbatim(_) => Left::Hidden,
        _ => Left::Nothing,
    }
}

fn most<'p>(pats: impl Iterator<Item = &'p Pat>) -> Left {
    let mut result = Left::Nothing;
    for pat in pats {
        match left(pat) {
            Left::Hidden => return Left::Hidden,
            Left::Named => result = Left::Named,
            Left::Nothing => {}
        }
    }
    result
}

/// Whether a pattern binds all of a value by value, so that nothing of a parameter stays behind.
pub(crate) fn takes_all(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(ident) => is_binding(ident) && ident.by_ref.is_none(),
        Pat::Paren(paren) => takes_all(&paren.pat),
        Pat::Type(typed) => takes_all(&typed.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(takes_all),
        Pat::TupleStruct(tuple) => tuple.elems.iter().all(takes_all),
        Pat::Struct(fields) => fields.rest.is_none() && fields.fields.iter().all(|f| takes_all(&f.pat)),
        _ => false,
    }
}

/// The pattern with what it binds and what it leaves exchanged: `(a, _)` becomes `(_, rest0)`.
///
/// Only for patterns whose leftovers are [`Left::Named`]; `fresh` makes the names.
pub(crate) fn complement(pat: &mut Pat, fresh: &mut impl FnMut() -> PatIdent) {
    match pat {
        Pat::Wild(_) => *pat = Pat::Ident(fresh()),
        Pat::Ident(ident) if is_binding(ident) => match ident.by_ref {
            Some(_) => *pat = Pat::Ident(fresh()),
            None => *pat = wild(),
        },
        Pat::Guard(guard) => {
            let mut inner = (*guard.pat).clone();
            complement(&mut inner, fresh);
            *pat = inner;
        }
        Pat::Or(or) => each(&mut or.cases, fresh),
        Pat::Paren(paren) => complement(&mut paren.pat, fresh),
        Pat::Slice(slice) => each(&mut slice.elems, fresh),
        Pat::Struct(fields) => fields.fields.iter_mut().for_each(|field| complement_field(field, fresh)),
        Pat::Tuple(tuple) => each(&mut tuple.elems, fresh),
        Pat::TupleStruct(tuple) => each(&mut tuple.elems, fresh),
        Pat::Type(typed) => complement(&mut typed.pat, fresh),
        _ => {}
    }
}

/// The pattern without what it binds: it matches the same values.
pub(crate) fn unbound(pat: &Pat) -> Pat {
    struct Unbind;
    impl VisitMut for Unbind {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            match pat {
                Pat::Ident(ident) if is_binding(ident) => {
                    *pat = ident.subpat.take().map_or_else(wild, |(_, inner)| *inner);
                    if !matches!(pat, Pat::Wild(_)) {
                        self.visit_pat_mut(pat);
                    }
                }
                _ => visit_mut::visit_pat_mut(self, pat),
            }
        }

        fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
            field.colon_token.get_or_insert_with(Default::default);
            self.visit_pat_mut(&mut field.pat);
        }
    }
    let mut pat = bare(pat).clone();
    Unbind.visit_pat_mut(&mut pat);
    pat
}

fn complement_field(field: &mut FieldPat, fresh: &mut impl FnMut() -> PatIdent) {
    field.colon_token.get_or_insert_with(Default::default);
    complement(&mut field.pat, fresh);
}

fn each<P>(pats: &mut Punctuated<Pat, P>, fresh: &mut impl FnMut() -> PatIdent) {
    pats.iter_mut().for_each(|pat| complement(pat, fresh));
}

fn wild() -> Pat {
    Pat::Wild(syn::PatWild {
        attrs: Vec::new(),
        underscore_token: Token![_](proc_macro2::Span::mixed_site()),
    })
}
