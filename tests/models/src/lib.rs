//! The protocols of `runtime/src/capture` under loom: the same sources, over loom's atomics, in every interleaving and
//! with every value that a load may see. What is too large for that runs under shuttle: many threads, in many random
//! interleavings, and with the last value that was stored. Each model has twins, the same with a mistake in the source (see `build.rs`),
//! which it has to find.
#![cfg(test)]

/// The protocols over a library's atomics, and its models, from one folder of what `build.rs` has written.
macro_rules! protocols {
    ($name:ident, $folder:ident, $library:ident, $models:literal) => {
        #[allow(
            dead_code,
            clippy::unused_self,
            reason = "it is the source of another crate, a model uses a part of it, and a mistake may leave something out"
        )]
        mod $name {
            mod sync {
                pub(super) use $library::sync::Mutex;
                pub(super) use $library::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};

                pub(super) fn spin_loop() {
                    $library::thread::yield_now();
                }
            }
            mod epoch {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($folder), "/epoch.rs"));
            }
            mod gate {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($folder), "/gate.rs"));
            }
            mod rows {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($folder), "/rows.rs"));
            }
            mod table {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($folder), "/table.rs"));
            }
            mod lanes {
                include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lanes.rs"));
            }
            pub(crate) mod models {
                include!(concat!(env!("CARGO_MANIFEST_DIR"), $models));
            }
        }
    };
}

/// A mistake, and the model that has to find it.
macro_rules! twin {
    ($name:ident, $model:ident) => {
        protocols!($name, $name, loom, "/src/models.rs");

        #[test]
        fn $name() {
            let found = std::panic::catch_unwind($name::models::$model);
            assert!(found.is_err(), "`{}` does not find it", stringify!($model));
        }
    };
}

/// The same, among the many threads of the large model.
macro_rules! twin_in_a_crowd {
    ($name:ident, $folder:ident) => {
        protocols!($name, $folder, shuttle, "/src/crowd.rs");

        #[test]
        fn $name() {
            let found = std::panic::catch_unwind($name::models::crowd);
            assert!(found.is_err(), "the crowd does not find it");
        }
    };
}

protocols!(real, real, loom, "/src/models.rs");
protocols!(real_crowd, real, shuttle, "/src/crowd.rs");

#[test]
fn blocks() {
    real::models::blocks();
}

#[test]
fn frames() {
    real::models::frames();
}

#[test]
fn horizon() {
    real::models::horizon();
}

#[test]
fn horizon_of_a_block() {
    real::models::horizon_of_a_block();
}

#[test]
fn hand_over() {
    real::models::hand_over();
}

#[test]
fn hand_over_of_another() {
    real::models::hand_over_of_another();
}

#[test]
fn recycling() {
    real::models::recycling();
}

#[test]
fn numbers() {
    real::models::numbers();
}

#[test]
fn rows() {
    real::models::rows();
}

#[test]
fn crowd() {
    real_crowd::models::crowd();
}

/// A lane that was another thread's, and no count before the first record.
#[test]
fn a_lane_is_taken_as_it_is() {
    assert!(std::panic::catch_unwind(real_crowd::models::careless_crowd).is_err());
}

/// A key that is taken after the memory went back.
#[test]
fn late_ends() {
    assert!(std::panic::catch_unwind(real::models::late_blocks).is_err());
}

/// A horizon that is looked at when nobody is writing any more.
#[test]
fn late_horizon() {
    assert!(std::panic::catch_unwind(real::models::late_horizon).is_err());
}

include!(concat!(env!("OUT_DIR"), "/twins.rs"));
