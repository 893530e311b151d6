//! The grammar of `#[trace_memory(…)]`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::budget::{self, Budget};
use crate::errors::Errors;

const KNOWN: &str =
    "`name = \"…\"`, `crate = path`, `skip`, `values`, `locals = none`, `stack_only`, `budget(…)`, `allocator = none`";

/// The options, each with the word it was asked for with.
#[derive(Clone, Default)]
pub(crate) struct Args {
    pub(crate) name: Option<Asked<LitStr>>,
    pub(crate) krate: Option<Asked<Path>>,
    pub(crate) skip: Option<Asked<()>>,
    pub(crate) values: Option<Asked<()>>,
    /// `locals = none`: the frame and what it does on the heap, and the body as it was written.
    pub(crate) no_locals: Option<Asked<()>>,
    pub(crate) no_allocator: Option<Asked<()>>,
    pub(crate) stack_only: Option<Asked<StackOnly>>,
    /// For `cargo trace-memory run --all` only, which puts the attribute into a line of the source: so many columns of
    /// the line are not in the source.
    pub(crate) inserted: Option<Asked<usize>>,
    pub(crate) budget: Option<Asked<Budget>>,
}

/// What stands in the parentheses of `stack_only(…)`.
#[derive(Clone, Default)]
pub(crate) struct StackOnly {
    /// `allow(print)`: the buffer of stdout.
    pub(crate) allow_print: bool,
    /// `allow(panic)`: the message of a panic.
    pub(crate) allow_panic: bool,
    /// `deep`: calls are followed. The word that says so.
    pub(crate) deep: Option<Ident>,
    /// `trust(…)`: what may be called all the same.
    pub(crate) trusted: Vec<Path>,
}

/// An option's value and its keyword, for errors that concern several options.
#[derive(Clone)]
pub(crate) struct Asked<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

impl Args {
    /// Reads the options; what cannot be read is in `errors`, and the rest still counts.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = args.parse_option(input, errors) {
                    errors.combine(error);
                    skip_to_comma(input)?;
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.combine(error);
        }
        args.check_conflicts(errors);
        args
    }

    /// The options of an item inside of a block that has these. What the item's own attribute says, counts.
    pub(crate) fn for_item(&self, own: Option<Self>, errors: &mut Errors) -> Self {
        let (outer, own) = (self.clone(), own.unwrap_or_default());
        if let (Some(values), Some(_), None) = (&own.values, &outer.no_locals, &own.no_locals) {
            errors.push(
                &values.key,
                "`values` has no meaning in a block with `locals = none`, which shows no locals; remove one of them",
            );
        }
        let no_locals = own.no_locals.or(outer.no_locals);
        Self {
            name: own.name,
            krate: own.krate.or(outer.krate),
            skip: own.skip,
            values: own.values.or(outer.values).filter(|_| no_locals.is_none()),
            no_locals,
            no_allocator: own.no_allocator.or(outer.no_allocator),
            stack_only: own.stack_only.or(outer.stack_only),
            inserted: own.inserted,
            budget: own.budget,
        }
    }

    /// What has no meaning on a block of functions.
    pub(crate) fn check_block(&self, errors: &mut Errors) {
        if let Some(name) = &self.name {
            errors.push(
                &name.key,
                "`name` is the name of one function; move it to an attribute on that function",
            );
        }
        if let Some(budget) = &self.budget {
            errors.push(
                &budget.key,
                "`budget` is of each call of one function; move it to an attribute on that function",
            );
        }
    }

    fn parse_option(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        let key = parse_key(input)?;
        match key.to_string().as_str() {
            "name" => {
                let name = value(input, &key, "a string: write `name = \"…\"`")?;
                set(&mut self.name, key, name, errors);
            }
            "crate" => {
                let path = value(input, &key, "a path: write `crate = ::path::to::trace_memory`")?;
                set(&mut self.krate, key, path, errors);
            }
            "skip" => set(&mut self.skip, key, flag(input, "skip")?, errors),
            "values" => set(&mut self.values, key, flag(input, "values")?, errors),
            "locals" => {
                none(
                    input,
                    &key,
                    "`none`: write `locals = none`, and the trace shows frames and the heap only",
                )?;
                set(&mut self.no_locals, key, (), errors);
            }
            "stack_only" => {
                let rules = parse_stack_only(input, &key, errors)?;
                set(&mut self.stack_only, key, rules, errors);
            }
            "budget" => {
                let limits = budget::parse(input, &key, errors)?;
                set(&mut self.budget, key, limits, errors);
            }
            "allocator" => {
                none(input, &key, "`none`: write `allocator = none`, and `fn main` installs no allocator")?;
                set(&mut self.no_allocator, key, (), errors);
            }
            "inserted" => {
                let columns: syn::LitInt = value(input, &key, "a number of columns")?;
                set(&mut self.inserted, key, columns.base10_parse()?, errors);
            }
            _ => {
                return Err(syn::Error::new(
                    key.span(),
                    format!("unknown option `{key}`; `#[trace_memory]` takes {KNOWN}"),
                ));
            }
        }
        Ok(())
    }

    fn check_conflicts(&self, errors: &mut Errors) {
        if self.skip.is_some() {
            self.check_beside_skip(errors);
        } else if let (Some(values), Some(_)) = (&self.values, &self.no_locals) {
            errors.push(
                &values.key,
                "`values` has no meaning beside `locals = none`, which shows no locals; remove one of them",
            );
        }
    }

    fn check_beside_skip(&self, errors: &mut Errors) {
        let mut others: Vec<&Ident> = [
            self.name.as_ref().map(|asked| &asked.key),
            self.krate.as_ref().map(|asked| &asked.key),
            self.values.as_ref().map(|asked| &asked.key),
            self.no_locals.as_ref().map(|asked| &asked.key),
            self.no_allocator.as_ref().map(|asked| &asked.key),
            self.stack_only.as_ref().map(|asked| &asked.key),
            self.budget.as_ref().map(|asked| &asked.key),
        ]
        .into_iter()
        .flatten()
        .collect();
        others.sort_by_key(|key| (key.span().start().line, key.span().start().column));
        for key in others {
            errors.push(
                key,
                format!("`{key}` has no meaning beside `skip`, which leaves the function as it is; remove one of them"),
            );
        }
    }
}

/// `stack_only`, alone or with `(allow(…), deep, trust(…))`.
fn parse_stack_only(input: ParseStream<'_>, key: &Ident, errors: &mut Errors) -> syn::Result<StackOnly> {
    const TAKES: &str =
        "`stack_only` stands alone or takes `allow(print)`, `allow(panic)`, `deep`, `trust(path, …)`: \
                         write `stack_only(allow(print, panic))` or `stack_only(deep, trust(path))`";
    let mut rules = StackOnly::default();
    if input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), TAKES));
    }
    if !input.peek(syn::token::Paren) {
        return Ok(rules);
    }
    let content;
    syn::parenthesized!(content in input);
    let mut trust = None;
    while !content.is_empty() {
        let word: Ident = content.parse().map_err(|error| syn::Error::new(error.span(), TAKES))?;
        let takes_list = word == "allow" || word == "trust";
        if content.peek(syn::token::Paren) != takes_list || !(takes_list || word == "deep") {
            return Err(syn::Error::new(word.span(), TAKES));
        }
        if word == "deep" {
            rules.deep = Some(word);
        } else {
            let list;
            syn::parenthesized!(list in content);
            if word == "allow" {
                for what in list.parse_terminated(Ident::parse, Token![,])? {
                    match what.to_string().as_str() {
                        "print" => rules.allow_print = true,
                        "panic" => rules.allow_panic = true,
                        _ => errors.push(what, TAKES),
                    }
                }
            } else {
                rules.trusted.extend(list.parse_terminated(Path::parse_mod_style, Token![,])?);
                trust = Some(word);
            }
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    if let Some(trust) = trust.filter(|_| rules.deep.is_none()) {
        errors.push(trust, "`trust` names what `deep` does not follow: write `stack_only(deep, trust(…))`");
    }
    Ok(rules)
}

/// An identifier, or the keyword `crate`.
fn parse_key(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(Token![crate]) {
        let token: Token![crate] = input.parse()?;
        return Ok(Ident::new("crate", token.span));
    }
    input.parse().map_err(|error| syn::Error::new(error.span(), format!("expected an option: {KNOWN}")))
}

/// What stands behind `key =`; `takes` says what that can be.
fn value<T: Parse>(input: ParseStream<'_>, key: &Ident, takes: &str) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes {takes}")));
    }
    input.parse::<Token![=]>()?;
    input.parse().map_err(|error| syn::Error::new(error.span(), format!("`{key}` takes {takes}")))
}

/// The word `none`.
fn none(input: ParseStream<'_>, key: &Ident, takes: &str) -> syn::Result<()> {
    let choice: Ident = value(input, key, takes)?;
    if choice != "none" {
        return Err(syn::Error::new(choice.span(), format!("`{key}` takes {takes}")));
    }
    Ok(())
}

/// Nothing.
fn flag(input: ParseStream<'_>, key: &str) -> syn::Result<()> {
    if input.peek(Token![=]) || input.peek(syn::token::Paren) {
        return Err(input.error(format!("`{key}` takes no value; write `{key}` alone")));
    }
    Ok(())
}

pub(crate) fn set<T>(place: &mut Option<Asked<T>>, key: Ident, value: T, errors: &mut Errors) {
    if place.is_some() {
        errors.push(&key, format!("`{key}` is given twice; remove one of them"));
    } else {
        *place = Some(Asked { key, value });
    }
}

pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
