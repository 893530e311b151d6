//! The questions about what is called.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::Path;

use super::sites::Ends;
use crate::paths::{companion, ours};

/// Types of `core` whose parameters the compiler finds where they are called: how many they have.
const GENERIC: [(&str, usize); 12] = [
    ("Cell", 1),
    ("ManuallyDrop", 1),
    ("MaybeUninit", 1),
    ("NonNull", 1),
    ("Option", 1),
    ("PhantomData", 1),
    ("RefCell", 1),
    ("Result", 2),
    ("Reverse", 1),
    ("Saturating", 1),
    ("UnsafeCell", 1),
    ("Wrapping", 1),
];

/// The number of a method's name: see `stack_only::deep::number` of the runtime.
fn number(name: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// A question about a call, at the end of its scope.
pub(super) enum Call {
    /// A method of what has the type of a value, or of what is behind that.
    Method(Ident),
    /// A function of a type.
    Associated { ty: TokenStream, name: Ident },
    /// A function: its path, and whether it stands inside of this one.
    Function { path: Path, inside: bool },
    /// What has the name of a variant or a tuple struct.
    Variant(TokenStream),
    /// What has the name of a function in the prelude.
    Prelude(TokenStream),
}

impl Call {
    /// The question; `probe` has the type of the value, where there is one.
    pub(super) fn question(
        &self,
        rt: &TokenStream,
        probe: &Ident,
        function: &Ident,
        ends: Ends,
    ) -> TokenStream {
        let span = ends.ours();
        match self {
            Self::Method(name) => {
                let (marker, there) = (companion(name), Self::there(rt, name, function, ends));
                quote_spanned!(span=> (&&&&#probe).place().at().#marker().and(#there);)
            }
            Self::Associated { ty, name } => {
                let (marker, there) = (companion(name), Self::there(rt, name, function, ends));
                quote_spanned!(span=> #rt::called::<#ty>().at().#marker().and(#there);)
            }
            Self::Function { path, inside } => {
                let names: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
                let Some((last, around)) = names.split_last() else { return TokenStream::new() };
                let (start, end) = (ends.first(rt), ends.last(&ours!(>)));
                let asked =
                    quote_spanned!(span=> <#start::It<#last #end as #rt::Followed<#function>>::followed(););
                if *inside {
                    return asked;
                }
                let root = &path.leading_colon;
                let around = if around.is_empty() { ours!(self::*) } else { ours!(#root #(#around::)* *) };
                // What has no companion is found in the outer block.
                ours!({
                    #[allow(non_camel_case_types, dead_code, clippy::all, reason = "generated")]
                    enum #last {}
                    {
                        #[allow(unused_imports, clippy::wildcard_imports, reason = "generated")]
                        use #around;
                        #asked
                    }
                })
            }
            Self::Variant(path) => quote_spanned!(span=>
                #[allow(irrefutable_let_patterns, unused_variables, clippy::all, reason = "generated")]
                if let #path(..) = #rt::value(#probe) {}
            ),
            Self::Prelude(name) => {
                quote_spanned!(span=> let mut same = #name::<()>; same = #rt::core::mem::#name::<()>; let _ = same;)
            }
        }
    }

    fn there(rt: &TokenStream, name: &Ident, function: &Ident, ends: Ends) -> TokenStream {
        let (start, end) = (ends.first(rt), ends.last(&ours!(>)));
        let number = number(&name.to_string());
        quote_spanned!(ends.ours()=> <#start::It<_ #end as #rt::Method<#number, #function>>::there())
    }

    /// The marker that it looks for.
    pub(super) fn marker(&self) -> Option<Ident> {
        match self {
            Self::Method(name) | Self::Associated { name, .. } => Some(companion(name)),
            Self::Function { .. } | Self::Variant(_) | Self::Prelude(_) => None,
        }
    }
}

/// The type in front of the last segment of a path, with holes for parameters that are known to be missing.
pub(super) fn type_of(path: &Path) -> TokenStream {
    let count = path.segments.len() - 1;
    let segments: Vec<_> = path.segments.iter().take(count).collect();
    let holes = segments.last().filter(|last| last.arguments.is_none()).and_then(|last| {
        let (_, holes) = GENERIC.iter().find(|(name, _)| last.ident == name)?;
        let holes = (0..*holes).map(|_| ours!(()));
        Some(ours!(::<#(#holes),*>))
    });
    let root = &path.leading_colon;
    ours!(#root #(#segments)::* #holes)
}
