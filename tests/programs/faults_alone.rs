//! What the program does by itself, without a traced function: it fails where the tracer has to fail too. And what the
//! standard library keeps for itself.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, Ordering};
use std::{ptr, thread};

use trace_memory::trace_memory;

use crate::work;

/// Whether `mode` is one of these, and what it does.
pub(crate) fn run(mode: &str, count: u32) -> bool {
    match mode {
        "alone-write" => with_file(|file| file.write_all(&vec![0; 1 << 17]).expect("there is room")),
        "alone-write-at" => with_file(|file| file.write_all_at(&[0; 100], 0).expect("there is room")),
        "alone-memory-file" => {
            // SAFETY: the name is a text that ends with a zero byte.
            let file = unsafe { libc::memfd_create(c"alone".as_ptr(), libc::MFD_CLOEXEC) };
            assert!(file >= 0, "the system has memory in the shape of a file");
        }
        "alone-map" => maps(),
        "closes" => closes(count),
        "alone-error" => {
            let text = [b'x'; 100];
            // SAFETY: the text is readable for its length.
            let written = unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
            assert_eq!(written, 100, "stderr takes it");
            // SAFETY: as above.
            let written = unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len()) };
            assert_eq!(written, 100, "stderr takes it");
        }
        "std-state" => std_state(count),
        _ => return false,
    }
    true
}

/// Files that the program opens where it has closed what it did not open.
static OPENED: [AtomicI32; 6] = [const { AtomicI32::new(-1) }; 6];

/// Closes every descriptor but the first three, as daemons do, and opens files of its own, which nobody else may touch.
fn closes(count: u32) {
    // SAFETY: `untouched` is a function of this program. What is registered before the tracer's runs after it.
    assert_eq!(unsafe { libc::atexit(untouched) }, 0);
    println!("{}", work(count));
    // SAFETY: nothing of this program is open there.
    assert_eq!(unsafe { libc::close_range(3, libc::c_uint::MAX, 0) }, 0);
    for place in &OPENED {
        // SAFETY: the name is a text that ends with a zero byte.
        let file = unsafe { libc::memfd_create(c"own".as_ptr(), libc::MFD_CLOEXEC) };
        place.store(file, Ordering::Relaxed);
    }
    println!("{}", work(count));
}

extern "C" fn untouched() {
    let touched = OPENED.iter().filter(|file| {
        // SAFETY: it only asks.
        unsafe { libc::lseek(file.load(Ordering::Relaxed), 0, libc::SEEK_END) != 0 }
    });
    println!("{} touched", touched.count());
}

fn with_file(work: impl FnOnce(&mut fs::File)) {
    let path: PathBuf = std::env::temp_dir().join(format!("trace-memory-faults-{}", std::process::id()));
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).open(&path);
    let _ = fs::remove_file(&path);
    let file = file.expect("it can be made");
    // The first descriptor free may be that of a standard stream.
    let mut other = file.try_clone().expect("another descriptor is free");
    work(&mut other);
}

fn maps() {
    let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new mapping at an address of the system's choice touches nothing.
    let memory = unsafe { libc::mmap(ptr::null_mut(), 1 << 16, access, kind, -1, 0) };
    assert_ne!(memory, libc::MAP_FAILED, "there is memory");
}

/// The first use of what the standard library makes when it is asked for: the buffers of stdin and stdout, the name
/// of a thread, the state of a thread that goes on.
#[trace_memory]
fn std_state(count: u32) {
    println!("the first line {count}");
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text).is_ok();
    println!("{read}");
    let named = thread::Builder::new().name("a thread with a name".to_owned());
    let (told, heard) = std::sync::mpsc::channel();
    let started = named.spawn(move || {
        let _ = told.send(thread::current().name().map(str::len));
        loop {
            thread::park();
        }
    });
    println!("{} {:?}", started.is_ok(), heard.recv());
}
