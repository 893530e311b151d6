//! What the compiler warns about with the attribute, and without.

use super::compare::{Difference, Verdict};
use super::said::Said;

/// The warnings about a function that are not the same plain and traced.
pub(super) fn warned(case: usize, [plain, traced]: &[Vec<Said>; 2]) -> Vec<Verdict> {
    let about = |said: &&Said| said.case == Some(case);
    let mut added: Vec<&Said> = traced.iter().filter(about).collect();
    let mut lost: Vec<&Said> = plain.iter().filter(about).collect();
    pairs(&mut lost, &mut added, |said| &said.whole);
    let verdict = |difference, text| Verdict { case, difference, text };
    let (named, mut added): (Vec<&Said>, Vec<&Said>) = added.into_iter().partition(|said| said.names_ours);
    let mut verdicts: Vec<Verdict> =
        named.into_iter().map(|said| verdict(Difference::Named, said.whole.clone())).collect();
    let other = pairs(&mut lost, &mut added, |said| &said.claim).into_iter();
    verdicts.extend(other.map(|(plain, traced)| {
        verdict(Difference::Helped, format!("- {}\n+ {}", plain.whole, traced.whole))
    }));
    verdicts.extend(lost.into_iter().map(|said| verdict(Difference::Warned, format!("- {}", said.whole))));
    verdicts.extend(added.into_iter().map(|said| verdict(Difference::Warned, format!("+ {}", said.whole))));
    verdicts
}

/// Takes those out that have their like on the other side.
fn pairs<'s>(
    left: &mut Vec<&'s Said>,
    right: &mut Vec<&'s Said>,
    key: impl Fn(&Said) -> &str,
) -> Vec<(&'s Said, &'s Said)> {
    let mut pairs = Vec::new();
    left.retain(|said| {
        let like = right.iter().position(|other| key(other) == key(said));
        pairs.extend(like.map(|at| (*said, right.remove(at))));
        like.is_none()
    });
    pairs
}
