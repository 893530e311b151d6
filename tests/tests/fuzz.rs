//! The reader of `bin:PATH` and whatever bytes there are: an error or a trace, soon, and in little memory.
//!
//! `PROPTEST_CASES=100000 cargo test --release -p trace-memory-tests --test fuzz` tries more.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseResult;
use trace_memory::file::{Error, Format, Reader, convert};
use trace_memory::print::Style;
use trace_memory_tests::{Program, scratch};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const SEGMENT: usize = 1 << 16;
/// Words of a segment's header.
const START: usize = 3;
/// Above the size of the file, which is a part of what a reader may need.
const MEMORY_LIMIT: usize = 16 << 20;
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Programs whose traces have every kind of record between them.
const SUBJECTS: [(&str, &[&str]); 7] = [
    (env!("CARGO_BIN_EXE_schema_locals"), &[]),
    (env!("CARGO_BIN_EXE_schema_threads"), &[]),
    (env!("CARGO_BIN_EXE_schema_values"), &[]),
    (env!("CARGO_BIN_EXE_drops_async"), &[]),
    (env!("CARGO_BIN_EXE_faults_subject"), &["heap-null"]),
    (env!("CARGO_BIN_EXE_faults_subject"), &["heap-violation"]),
    (env!("CARGO_BIN_EXE_ended_subject"), &["", "3000"]),
];

/// A real trace, and which of its words are in use.
#[derive(Debug)]
struct Sample {
    words: Vec<u64>,
    used: Vec<usize>,
}

fn samples() -> &'static [Sample] {
    static SAMPLES: OnceLock<Vec<Sample>> = OnceLock::new();
    SAMPLES.get_or_init(|| SUBJECTS.iter().map(|(program, args)| sample(program, args)).collect())
}

fn sample(program: &str, args: &[&str]) -> Sample {
    let path = scratch("sample.bin");
    let program = args.iter().fold(Program::new(program), Program::arg);
    let _ = program.env("TRACE_MEMORY", format!("bin:{}", path.display())).run();
    let bytes = fs::read(&path).expect("the trace");
    fs::remove_file(&path).expect("the trace");
    let words: Vec<u64> = bytes.as_chunks().0.iter().map(|word| u64::from_ne_bytes(*word)).collect();
    let segments = words.chunks(SEGMENT / 8).enumerate();
    let used = segments.flat_map(|(segment, words)| {
        let end = words.iter().rposition(|word| *word != 0).map_or(0, |last| last + 1);
        (0..end).map(move |at| segment * SEGMENT / 8 + at)
    });
    Sample { used: used.collect(), words }
}

/// What is done to a trace.
#[derive(Clone, Debug)]
enum Mutation {
    Byte(Index, u8, u8),
    Word(Index, u64),
    /// One word becomes a little more or less.
    Add(Index, i8),
    Swap(Index, Index),
    /// One word becomes the first of a record of this kind.
    Kind(Index, u8),
    SwapSegments(Index, Index),
    CopySegment(Index, Index),
    NoSegment(Index),
    Cut(Index),
}

fn word() -> impl Strategy<Value = u64> {
    let notable =
        select(vec![0, 1, 2, 8, 64, 255, 1 << 16, 1 << 32, 1 << 47, 1 << 63, u64::MAX, u64::MAX / 8]);
    prop_oneof![notable, any::<u64>()]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use Mutation::{Add, Byte, Cut, Kind, NoSegment, Swap, SwapSegments};
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), 0_u8..8, any::<u8>()).prop_map(|(at, byte, value)| Byte(at, byte, value)),
        4 => (place(), word()).prop_map(|(at, word)| Mutation::Word(at, word)),
        4 => (place(), any::<i8>()).prop_map(|(at, more)| Add(at, more)),
        2 => (place(), place()).prop_map(|(one, other)| Swap(one, other)),
        4 => (place(), 0_u8..36).prop_map(|(at, kind)| Kind(at, kind)),
        1 => (place(), place()).prop_map(|(one, other)| SwapSegments(one, other)),
        1 => (place(), place()).prop_map(|(from, to)| Mutation::CopySegment(from, to)),
        1 => place().prop_map(NoSegment),
        1 => place().prop_map(Cut),
    ]
}

/// The bytes of a trace after some mutations.
fn mutated(sample: &Sample, mutations: &[Mutation]) -> Vec<u8> {
    let mut words = sample.words.clone();
    let mut length = words.len() * 8;
    let segments = words.len() * 8 / SEGMENT;
    let at = |place: &Index| sample.used[place.index(sample.used.len())];
    let segment = |place: &Index| place.index(segments) * SEGMENT / 8;
    for mutation in mutations {
        match mutation {
            Mutation::Byte(place, byte, value) => {
                let mut bytes = words[at(place)].to_ne_bytes();
                bytes[usize::from(*byte)] = *value;
                words[at(place)] = u64::from_ne_bytes(bytes);
            }
            Mutation::Word(place, word) => words[at(place)] = *word,
            Mutation::Add(place, more) => {
                words[at(place)] = words[at(place)].wrapping_add_signed((*more).into());
            }
            Mutation::Swap(one, other) => words.swap(at(one), at(other)),
            Mutation::Kind(place, kind) => words[at(place)] = words[at(place)] & !0xff | u64::from(*kind),
            Mutation::SwapSegments(one, other) => {
                (0..SEGMENT / 8).for_each(|word| words.swap(segment(one) + word, segment(other) + word));
            }
            Mutation::CopySegment(from, to) => {
                words.copy_within(segment(from)..segment(from) + SEGMENT / 8, segment(to));
            }
            Mutation::NoSegment(place) => words[segment(place)..segment(place) + SEGMENT / 8].fill(0),
            Mutation::Cut(place) => length = place.index(length),
        }
    }
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    bytes.truncate(length);
    bytes
}

/// A word that may well be the first of a record.
fn record_word() -> impl Strategy<Value = u64> {
    let first = (0_u64..35, any::<u64>()).prop_map(|(kind, rest)| rest << 8 | kind);
    let small = (0_u64..35, 0_u64..1 << 12).prop_map(|(kind, rest)| rest << 8 | kind);
    prop_oneof![3 => first, 3 => small, 1 => word()]
}

/// A segment whose header may be right, with any words in it.
fn segment() -> impl Strategy<Value = Vec<u64>> {
    let used = prop_oneof![4 => Just(None), 1 => word().prop_map(Some)];
    let before = prop_oneof![4 => Just(0), 1 => 0_u64..6, 1 => word()];
    let holds = prop_oneof![4 => 1_u64..3, 1 => word()];
    (used, before, 1_u64..4, holds, vec(record_word(), 0..200)).prop_map(
        |(used, before, lane, holds, words)| {
            let used = used.unwrap_or((START + 3 + words.len()) as u64);
            // A thread and a time, without which there is no record.
            let begin = [1 | 1 << 8, 3 | 5 << 8, 2 | 2 << 8];
            [used & 0xffff | before << 16, lane, holds].into_iter().chain(begin).chain(words).collect()
        },
    )
}

/// Reads a trace in each way there is.
fn read(bytes: &[u8]) -> Result<u64, Error> {
    let path = scratch("fuzzed.bin");
    fs::write(&path, bytes).expect("the trace");
    let mut count = 0;
    let result = Reader::open(&path).and_then(|reader| reader.records(&mut |_| count += 1).map(|_| count));
    for format in [Format::Tree, Format::Json, Format::Summary] {
        let _ = convert(&path, format, &Style::default(), &mut std::io::sink());
    }
    let folder = path.parent().expect("a folder");
    fs::remove_dir_all(folder).expect("the folder of this test");
    result
}

/// What `work` gives, if it did not take much memory or time. One at a time: what others take would count.
fn bounded<R>(bytes: usize, work: impl FnOnce() -> R) -> Result<R, String> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (before, start) = (MEMORY.current_usage(), Instant::now());
    MEMORY.reset_peak_usage();
    let result = work();
    let (taken, time) = (MEMORY.peak_usage().saturating_sub(before), start.elapsed());
    if taken > bytes + MEMORY_LIMIT {
        return Err(format!("{taken} bytes of memory for {bytes} bytes of a trace"));
    }
    if time > TIME_LIMIT { Err(format!("{time:?} for {bytes} bytes of a trace")) } else { Ok(result) }
}

static ERRORS: AtomicU32 = AtomicU32::new(0);
static TRACES: AtomicU32 = AtomicU32::new(0);

fn is_read(bytes: &[u8]) -> TestCaseResult {
    let result = bounded(bytes.len(), || read(bytes)).map_err(TestCaseError::fail)?;
    let count = if result.is_ok_and(|records| records > 0) { &TRACES } else { &ERRORS };
    count.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn a_mutated_trace_is_an_error_or_a_trace() {
    proptest!(config(), |(number in any::<Index>(), mutations in vec(mutation(), 1..6))| {
        is_read(&mutated(number.get(samples()), &mutations))?;
    });
    let (errors, traces) = (ERRORS.load(Ordering::Relaxed), TRACES.load(Ordering::Relaxed));
    assert!(errors > 20 && traces > 20, "{errors} errors, {traces} traces");
}

#[test]
fn arbitrary_words_are_an_error_or_a_trace() {
    let header = &samples()[0].words[..SEGMENT / 8];
    proptest!(config(), |(segments in vec(segment(), 1..5))| {
        let mut words = header.to_vec();
        for segment in segments {
            words.extend(segment);
            words.resize(words.len().next_multiple_of(SEGMENT / 8), 0);
        }
        is_read(&words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<_>>())?;
    });
}

#[test]
fn arbitrary_headers_are_an_error_or_a_trace() {
    let sample = &samples()[0];
    proptest!(config(), |(words in vec((0_usize..40, word()), 1..4))| {
        let mut bytes = mutated(sample, &[]);
        for (at, word) in words {
            bytes[at * 8..at * 8 + 8].copy_from_slice(&word.to_ne_bytes());
        }
        is_read(&bytes)?;
    });
}

/// The samples are read, and have each kind of record that there is.
#[test]
fn the_samples_have_everything() {
    let mut kinds = BTreeSet::new();
    for sample in samples() {
        let path = scratch("sample.bin");
        fs::write(&path, mutated(sample, &[])).expect("the trace");
        let each = &mut |record: trace_memory::record::Record| {
            let fact = format!("{:?}", record.fact);
            kinds.insert(fact.split(' ').next().unwrap_or_default().to_owned());
        };
        Reader::open(&path).expect("a trace").records(each).expect("records");
    }
    let all = "Alloc Bind Drop DropUnnamed Dropped Enter Exit Free Move Reallocated Reallocating ReallocFailed Resume \
        Scan Suspend Thread ThreadEnd Violation";
    assert_eq!(kinds, all.split_whitespace().map(str::to_owned).collect());
}

/// Memory and panics are noticed.
#[test]
fn what_takes_too_much_is_found() {
    assert_eq!(bounded(10, || std::hint::black_box(vec![1_u8; 1 << 20]).len()), Ok(1 << 20));
    // Other tests allocate meanwhile, but not as much.
    let large = bounded(10, || std::hint::black_box(vec![1_u8; 2 * MEMORY_LIMIT]).len());
    assert!(large.is_err_and(|what| what.ends_with(" bytes of memory for 10 bytes of a trace")));
}
