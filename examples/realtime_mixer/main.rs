//! An audio callback that must not touch the heap: it runs against a deadline, and an allocator may wait.
//!
//! `cargo run --example realtime_mixer` mixes 10,000 blocks and finds no violation. With `-- --bug`, a meter three
//! calls below makes a text now and then. No type shows that, so it compiles; the run-time check tells the
//! function, the line and the size, and the program ends with status 100.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::process::ExitCode;

use trace_memory::trace_memory;

const BLOCKS: usize = 10_000;
const FRAMES: usize = 64;
/// What `cargo trace-memory` and this example end with when a rule was broken.
const BROKEN: u8 = 100;

/// A tone: its wave is computed once, before the audio starts.
struct Voice {
    wave: Vec<f32>,
    at: usize,
    gain: f32,
}

impl Voice {
    fn new(steps: u8, gain: f32) -> Self {
        let wave = (0..steps).map(|step| (f32::from(step) / f32::from(steps) * std::f32::consts::TAU).sin());
        Self { wave: wave.collect(), at: 0, gain }
    }
}

struct Mixer {
    voices: Vec<Voice>,
    meter: Meter,
}

#[trace_memory(stack_only)]
impl Mixer {
    /// The callback: fills one block.
    fn process(&mut self, block: &mut [f32; FRAMES]) {
        block.fill(0.0);
        for voice in &mut self.voices {
            voice.add_to(block);
        }
        let peak = block.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        if peak > 1.0 {
            block.iter_mut().for_each(|sample| *sample /= peak);
        }
        self.meter.show(peak);
    }
}

#[trace_memory(stack_only)]
impl Voice {
    fn add_to(&mut self, block: &mut [f32; FRAMES]) {
        for sample in block {
            *sample += self.wave[self.at] * self.gain;
            self.at = (self.at + 1) % self.wave.len();
        }
    }
}

/// Remembers the highest peak.
struct Meter {
    highest: f32,
    shown: usize,
    bug: bool,
}

#[trace_memory]
impl Meter {
    fn show(&mut self, peak: f32) {
        self.highest = self.highest.max(peak);
        self.shown += 1;
        if self.bug && self.shown % 2_500 == 0 {
            self.log();
        }
    }

    /// Nobody sees from outside that this one allocates.
    fn log(&self) {
        let line = format!("block {}: peak {:.3}", self.shown, self.highest);
        std::hint::black_box(line);
    }
}

#[trace_memory]
fn main() -> ExitCode {
    let bug = std::env::args().any(|argument| argument == "--bug");
    let voices = vec![Voice::new(100, 0.5), Voice::new(75, 0.4), Voice::new(50, 0.3)];
    let mut mixer = Mixer { voices, meter: Meter { highest: 0.0, shown: 0, bug } };
    let mut block = [0.0; FRAMES];
    for _ in 0..BLOCKS {
        mixer.process(&mut block);
    }
    let found = trace_memory::violations();
    println!("{} blocks of {FRAMES} frames, peak {:.3}", mixer.meter.shown, mixer.meter.highest);
    println!("{found} violations");
    if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) }
}
