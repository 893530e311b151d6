//! The protocols of `runtime/src/capture` under loom: the same sources, over loom's atomics, in every interleaving and
//! with every value that a load may see. Each model has twins, the same with a mistake in the source (see `build.rs`),
//! which it has to find.
#![cfg(test)]

/// The protocols and the models over them, from one folder of what `build.rs` has written.
macro_rules! protocols {
    ($name:ident) => {
        #[allow(
            dead_code,
            clippy::unused_self,
            reason = "it is the source of another crate, a model uses a part of it, and a mistake may leave something out"
        )]
        mod $name {
            mod sync {
                pub(super) use loom::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};

                pub(super) fn spin_loop() {
                    loom::thread::yield_now();
                }
            }
            mod epoch {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($name), "/epoch.rs"));
            }
            mod gate {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($name), "/gate.rs"));
            }
            mod table {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($name), "/table.rs"));
            }
            pub(crate) mod models {
                include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/models.rs"));
            }
        }
    };
}

/// A mistake, and the model that has to find it.
macro_rules! twin {
    ($name:ident, $model:ident) => {
        protocols!($name);

        #[test]
        fn $name() {
            let found = std::panic::catch_unwind($name::models::$model);
            assert!(found.is_err(), "`{}` does not find it", stringify!($model));
        }
    };
}

protocols!(real);

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
fn recycling() {
    real::models::recycling();
}

#[test]
fn numbers() {
    real::models::numbers();
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
