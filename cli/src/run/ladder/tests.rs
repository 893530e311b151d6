//! Programs that the compiler refuses in every way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Blame, Failure, Key, Ladder, Lowest, Program, Rung, Why};
use crate::error::Error;

const NOWHERE: &str = "queries overflow the depth limit";

/// The rung of a function.
type Rungs<'a> = &'a dyn Fn(usize) -> Option<Rung>;

/// A program of two crates, whose functions have the numbers 0 to 99 and 100 to 199.
struct Refusing<'a> {
    /// What is wrong with it.
    check: &'a dyn Fn(Rungs<'_>) -> Failure,
    builds: usize,
}

fn root(number: usize) -> PathBuf {
    PathBuf::from(if number < 100 { "lib.rs" } else { "main.rs" })
}

fn key(number: usize) -> Key {
    (root(number), number)
}

impl Program for Refusing<'_> {
    fn build(&mut self, lowest: &Lowest, _: Why<'_>) -> Result<Option<Failure>, Error> {
        self.builds += 1;
        assert!(self.builds < 200, "it comes to an end");
        let failure = (self.check)(&|number| lowest.get(&key(number)).map(|lowered| lowered.rung));
        Ok(Some(failure).filter(|failure| *failure != Failure::default()))
    }

    fn functions(&self, crates: Option<&BTreeSet<PathBuf>>) -> Vec<Key> {
        (0..200).map(key).filter(|(root, _)| crates.is_none_or(|crates| crates.contains(root))).collect()
    }
}

/// Errors that have a place.
fn placed(numbers: impl IntoIterator<Item = usize>, is_sure: bool) -> Failure {
    let said = "a place".to_owned();
    let blame = Blame { said: said.clone(), is_sure };
    let blamed: BTreeMap<Key, Blame> =
        numbers.into_iter().map(|number| (key(number), blame.clone())).collect();
    if blamed.is_empty() {
        return Failure::default();
    }
    let crates = blamed.keys().filter(|_| !is_sure).map(|(root, _)| root.clone()).collect();
    Failure { blamed, crates, said }
}

/// An error that has none.
fn nowhere(number: usize) -> Failure {
    Failure { blamed: BTreeMap::new(), crates: [root(number)].into(), said: NOWHERE.to_owned() }
}

/// What is lowered in the end, and after how many builds; nothing if it does not build.
fn lowered(check: &dyn Fn(Rungs<'_>) -> Failure) -> (Option<BTreeMap<usize, Rung>>, usize) {
    let mut program = Refusing { check, builds: 0 };
    let mut ladder = Ladder::new(&mut program, Lowest::new());
    let builds = ladder.climb_down().expect("nothing else fails");
    let lowest = ladder.lowest.iter().map(|((_, number), lowered)| (*number, lowered.rung)).collect();
    (builds.then_some(lowest), program.builds)
}

#[test]
fn what_is_blamed_goes_down_rung_by_rung() {
    let (lowest, builds) = lowered(&|rung| {
        let of_lib = (0..50).filter(|&number| rung(number).is_none());
        let of_main = (150..152).filter(|&number| rung(number) != Some(Rung::Left));
        placed(of_lib.chain(of_main), true)
    });
    let expected = (0..50).map(|number| (number, Rung::Frame));
    assert_eq!(lowest, Some(expected.chain([(150, Rung::Left), (151, Rung::Left)]).collect()));
    assert_eq!(builds, 3);
}

#[test]
fn one_function_is_found_without_a_place() {
    for guilty in [0, 1, 42, 98, 99] {
        for rung_needed in [Rung::Frame, Rung::Left] {
            let (lowest, builds) = lowered(&|rung| {
                if rung(guilty) < Some(rung_needed) { nowhere(guilty) } else { Failure::default() }
            });
            assert_eq!(lowest, Some([(guilty, rung_needed)].into()));
            assert!(builds <= 1 + 2 + 7 + 1 + 1, "{builds}");
        }
    }
}

#[test]
fn a_guilty_function_of_another_crate_is_found() {
    let (lowest, _) = lowered(&|rung| if rung(7).is_none() { nowhere(150) } else { Failure::default() });
    assert_eq!(lowest, Some([(7, Rung::Frame)].into()));
}

#[test]
fn errors_of_a_crate_behind_it_do_not_disturb() {
    let (lowest, _) = lowered(&|rung| match (rung(30), rung(150), rung(160)) {
        (None, ..) => nowhere(0),
        (_, None, _) => placed([150], true),
        (.., None) => nowhere(100),
        _ => Failure::default(),
    });
    let expected = [(30, Rung::Frame), (150, Rung::Frame), (160, Rung::Frame)];
    assert_eq!(lowest, Some(expected.into()));
}

#[test]
fn some_of_a_deep_chain_are_lowered() {
    // Any 60 of them make it shallow enough.
    let (lowest, builds) = lowered(&|rung| {
        let count = (0..100).filter(|&number| rung(number).is_some()).count();
        if count < 60 { nowhere(0) } else { Failure::default() }
    });
    assert_eq!(lowest.map(|lowest| lowest.len()), Some(60));
    assert!(builds < 40, "{builds}");
}

#[test]
fn three_together_are_found() {
    let (lowest, builds) = lowered(&|rung| {
        if (40..43).all(|number| rung(number).is_some()) { Failure::default() } else { nowhere(0) }
    });
    assert_eq!(lowest, Some((40..43).map(|number| (number, Rung::Frame)).collect()));
    assert!(builds < 35, "{builds}");
}

#[test]
fn two_apart_are_found() {
    let (lowest, builds) = lowered(&|rung| {
        let is_fine = rung(3).is_some() && rung(80).is_some();
        if is_fine { Failure::default() } else { nowhere(0) }
    });
    assert_eq!(lowest, Some([(3, Rung::Frame), (80, Rung::Frame)].into()));
    assert!(builds < 25, "{builds}");
}

#[test]
fn a_guess_that_does_not_help_is_taken_back() {
    let (lowest, _) = lowered(&|rung| {
        if rung(20).is_some() {
            Failure::default()
        } else if rung(110) == Some(Rung::Left) {
            Failure { blamed: BTreeMap::new(), ..placed([110], false) }
        } else {
            placed([110], false)
        }
    });
    assert_eq!(lowest, Some([(20, Rung::Frame)].into()));
}

#[test]
fn an_error_of_the_program_itself_stays() {
    for is_sure in [false, true] {
        let (lowest, builds) = lowered(&|rung| {
            let blames = rung(10) != Some(Rung::Left);
            if blames { placed([10], is_sure) } else { nowhere(10) }
        });
        assert_eq!(lowest, None);
        assert!(builds <= 5, "{builds}");
    }
    // One that is not about a crate of the workspace.
    let (lowest, builds) = lowered(&|_| Failure { said: "x".to_owned(), ..Failure::default() });
    assert_eq!((lowest, builds), (None, 2));
}

#[test]
fn what_is_known_is_where_it_starts() {
    let check = |rung: Rungs<'_>| {
        if rung(5) == Some(Rung::Left) { Failure::default() } else { placed([5], true) }
    };
    let mut program = Refusing { check: &check, builds: 0 };
    let lowest = {
        let mut ladder = Ladder::new(&mut program, Lowest::new());
        assert!(ladder.climb_down().expect("nothing else fails"));
        ladder.lowest
    };
    assert_eq!(program.builds, 3);
    let mut ladder = Ladder::new(&mut program, lowest);
    assert!(ladder.climb_down().expect("nothing else fails"));
    assert_eq!(program.builds, 4);
}
