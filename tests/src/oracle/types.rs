//! The types of generated locals.

use std::fmt;

use super::random::Random;

/// A type that a generated local may have. All of them may hold noisy values, but `Byte`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Noisy,
    Bomb,
    Byte,
    Pair,
    Tagged,
    Nested,
    Shape,
    Dyn,
    Tuple(Vec<Ty>),
    Array(Box<Ty>, usize),
    Opt(Box<Ty>),
    Boxed(Box<Ty>),
    List(Box<Ty>),
    Counted(Box<Ty>),
    Wrap(Box<Ty>),
}

impl Ty {
    /// Mostly plain ones. `depth` says how many levels there may be.
    pub(super) fn random(random: &mut Random, depth: usize, bombs: bool) -> Self {
        if depth == 0 || random.percent(40) {
            return if bombs && random.percent(15) { Self::Bomb } else { Self::Noisy };
        }
        let inner = |random: &mut Random| Self::random(random, depth - 1, bombs);
        match random.weighted([8, 6, 4, 7, 3, 14, 8, 12, 8, 5, 2, 4].into_iter()) {
            0 => Self::Pair,
            1 => Self::Tagged,
            2 => Self::Nested,
            3 => Self::Shape,
            4 => Self::Dyn,
            5 => {
                let mut parts = vec![inner(random), inner(random)];
                if random.percent(30) {
                    let at = random.below(3);
                    let third = if random.percent(50) { Self::Byte } else { inner(random) };
                    parts.insert(at, third);
                }
                Self::Tuple(parts)
            }
            6 => Self::Array(Box::new(inner(random)), 2 + random.below(2)),
            7 => Self::Opt(Box::new(inner(random))),
            8 => Self::Boxed(Box::new(inner(random))),
            9 => Self::List(Box::new(inner(random))),
            10 => Self::Counted(Box::new(inner(random))),
            _ => Self::Wrap(Box::new(inner(random))),
        }
    }

    /// Whether a value of this type may be without a noisy one.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Self::Opt(_) | Self::List(_) | Self::Byte => true,
            Self::Tuple(parts) => parts.iter().all(Self::may_be_empty),
            Self::Array(inner, _) | Self::Boxed(inner) | Self::Counted(inner) | Self::Wrap(inner) => {
                inner.may_be_empty()
            }
            _ => false,
        }
    }

    /// The struct's name and its fields, for a pattern or a literal.
    pub(super) fn fields(&self) -> Option<(&'static str, Vec<(&'static str, Ty)>)> {
        Some(match self {
            Self::Pair => ("Pair", vec![("left", Self::Noisy), ("right", Self::Noisy)]),
            Self::Tagged => ("Tagged", vec![("value", Self::Noisy), ("tag", Self::Byte)]),
            Self::Nested => ("Nested", vec![("pair", Self::Pair), ("extra", Self::Noisy)]),
            Self::Wrap(inner) => ("Wrap", vec![("inner", (**inner).clone())]),
            _ => return None,
        })
    }

    /// Whether a pattern without alternatives takes it apart.
    pub(super) fn has_parts(&self) -> bool {
        matches!(self, Self::Tuple(_) | Self::Array(..)) || self.fields().is_some()
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noisy => f.write_str("Noisy"),
            Self::Bomb => f.write_str("Bomb"),
            Self::Byte => f.write_str("u8"),
            Self::Pair => f.write_str("Pair"),
            Self::Tagged => f.write_str("Tagged"),
            Self::Nested => f.write_str("Nested"),
            Self::Shape => f.write_str("Shape"),
            Self::Dyn => f.write_str("Box<dyn Hold>"),
            Self::Tuple(parts) => {
                let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
                write!(f, "({})", parts.join(", "))
            }
            Self::Array(inner, count) => write!(f, "[{inner}; {count}]"),
            Self::Opt(inner) => write!(f, "Option<{inner}>"),
            Self::Boxed(inner) => write!(f, "Box<{inner}>"),
            Self::List(inner) => write!(f, "Vec<{inner}>"),
            Self::Counted(inner) => write!(f, "Rc<{inner}>"),
            Self::Wrap(inner) => write!(f, "Wrap<{inner}>"),
        }
    }
}
