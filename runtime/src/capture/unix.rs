//! The system calls, for unix.

use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::ptr::NonNull;

use super::{Phase, set_phase};

/// Zeroed memory that is never given back, and comes from no allocator.
pub(crate) fn map(bytes: usize) -> Option<NonNull<u8>> {
    let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new anonymous mapping at an address of the system's choice touches nothing.
    let memory = unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, kind, -1, 0) };
    if memory == libc::MAP_FAILED { None } else { NonNull::new(memory.cast()) }
}

/// Nanoseconds of a clock that never goes back.
pub(crate) fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for a `timespec`.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// How far a file may grow; one byte more and the system sends a signal.
pub(crate) fn file_size_limit() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for an `rlimit`.
    unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limit) };
    limit.rlim_cur
}

/// What tells a file from all others that are open: its device and its number there.
pub(crate) fn identity(file: &File) -> Option<(u64, u64)> {
    let found = file.metadata().ok()?;
    Some((found.dev(), found.ino()))
}

/// The error of a descriptor that is closed.
pub(crate) fn closed() -> io::Error {
    io::Error::from_raw_os_error(libc::EBADF)
}

/// Makes sure that a part of a file has its place on the disk: no later write into it can fail. What was not there is
/// zero.
#[cfg(not(any(target_os = "macos", target_os = "ios", target_os = "openbsd")))]
pub(crate) fn reserve(file: &File, start: u64, bytes: u64) -> io::Result<()> {
    let range = (libc::off_t::try_from(start), libc::off_t::try_from(bytes));
    let (Ok(from), Ok(count)) = range else { return Err(io::ErrorKind::FileTooLarge.into()) };
    // SAFETY: the descriptor is that of an open file.
    match unsafe { libc::posix_fallocate(file.as_raw_fd(), from, count) } {
        0 => Ok(()),
        libc::EOPNOTSUPP | libc::EINVAL => fill(file, start, bytes),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// The same, where the system has no call for it.
#[cfg(any(target_os = "macos", target_os = "ios", target_os = "openbsd"))]
pub(crate) fn reserve(file: &File, start: u64, bytes: u64) -> io::Result<()> {
    fill(file, start, bytes)
}

/// The same by writing zeros.
fn fill(file: &File, start: u64, bytes: u64) -> io::Result<()> {
    let zeros = [0; 4096];
    (start..start + bytes).step_by(zeros.len()).try_for_each(|at| file.write_all_at(&zeros, at))
}

/// A part of a file as memory, shared with the system: what is written is in the file.
pub(crate) fn share(file: &File, start: u64, bytes: usize) -> io::Result<NonNull<u8>> {
    let Ok(from) = libc::off_t::try_from(start) else { return Err(io::ErrorKind::FileTooLarge.into()) };
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping at an address of the system's choice touches nothing.
    let memory =
        unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, libc::MAP_SHARED, file.as_raw_fd(), from) };
    let mapped = NonNull::new(memory.cast()).filter(|_| memory != libc::MAP_FAILED);
    mapped.ok_or_else(io::Error::last_os_error)
}

/// Gives back what [`share`] gave.
pub(crate) fn give_back(memory: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller has this mapping from `share`, and does not use it any more.
    unsafe { libc::munmap(memory.as_ptr().cast(), bytes) };
}

/// Gives back the space that a part of a file takes, where the system can. What was there is of no use any more.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn discard(file: &File, start: u64, bytes: u64) {
    let how = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
    if let (Ok(start), Ok(bytes)) = (libc::off_t::try_from(start), libc::off_t::try_from(bytes)) {
        // SAFETY: the descriptor is that of an open file.
        unsafe { libc::fallocate(file.as_raw_fd(), how, start, bytes) };
    }
}

/// The same: not on this system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn discard(_: &File, _: u64, _: u64) {}

/// Memory that has the shape of a file.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn memory_file() -> io::Result<File> {
    if cfg!(miri) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    // SAFETY: the name is a text that ends with a zero byte.
    let file = unsafe { libc::memfd_create(c"trace-memory".as_ptr(), libc::MFD_CLOEXEC) };
    if file < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it was opened just now, and nobody else has it.
    Ok(unsafe { File::from_raw_fd(file) })
}

/// Memory that has the shape of a file: not on this system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn memory_file() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Writes all of `bytes`, from `start` of the file.
pub(crate) fn write_at(file: &File, bytes: &[u8], start: u64) -> io::Result<()> {
    file.write_all_at(bytes, start)
}

/// Fills `bytes`, from `start` of the file.
pub(crate) fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    file.read_exact_at(bytes, start)
}

/// For the owner only, and never through a link or into a pipe.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
}

/// A file that never has a name.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn unnamed_file(directory: &Path) -> io::Result<File> {
    if cfg!(miri) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600).custom_flags(libc::O_TMPFILE).open(directory)
}

/// A file that never has a name: not on this system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn unnamed_file(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The addresses of this thread's stack, if they can be told. May allocate.
#[cfg(target_os = "linux")]
pub(crate) fn stack() -> Range<usize> {
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: it only names the running thread.
    let thread = unsafe { libc::pthread_self() };
    // SAFETY: `thread` is running, and `attributes` is a place for its attributes.
    if unsafe { libc::pthread_getattr_np(thread, attributes.as_mut_ptr()) } != 0 {
        return 0..0;
    }
    let (mut lowest, mut bytes) = (std::ptr::null_mut(), 0);
    // SAFETY: `pthread_getattr_np` succeeded, so `attributes` is initialised.
    let failed =
        unsafe { libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut lowest, &raw mut bytes) != 0 };
    // SAFETY: as above, and they are not used afterwards.
    unsafe { libc::pthread_attr_destroy(attributes.as_mut_ptr()) };
    if failed { 0..0 } else { lowest.addr()..lowest.addr().saturating_add(bytes) }
}

/// The addresses of this thread's stack.
#[cfg(target_os = "macos")]
pub(crate) fn stack() -> Range<usize> {
    // SAFETY: it only names the running thread.
    let thread = unsafe { libc::pthread_self() };
    // SAFETY: `thread` is running.
    let highest = unsafe { libc::pthread_get_stackaddr_np(thread) };
    // SAFETY: `thread` is running.
    let bytes = unsafe { libc::pthread_get_stacksize_np(thread) };
    highest.addr().saturating_sub(bytes)..highest.addr()
}

/// The addresses of this thread's stack: cannot be told on this system.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(crate) fn stack() -> Range<usize> {
    0..0
}

/// The addresses of the program and its libraries, as loaded now.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) fn images() -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !cfg!(miri) {
        // SAFETY: `add_image` has the signature that is asked for, and `found` lives through the call.
        unsafe { libc::dl_iterate_phdr(Some(add_image), (&raw mut found).cast()) };
    }
    found
}

/// The addresses of the program and its libraries: cannot be told on this system.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(crate) fn images() -> Vec<Range<usize>> {
    Vec::new()
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
extern "C" fn add_image(
    image: *mut libc::dl_phdr_info,
    _: libc::size_t,
    found: *mut std::ffi::c_void,
) -> c_int {
    // SAFETY: the loader passes a description of an image, valid during this call.
    let image = unsafe { &*image };
    // SAFETY: `images` passes its vector, which nobody else uses during the call.
    let found = unsafe { &mut *found.cast::<Vec<Range<usize>>>() };
    // SAFETY: the loader says that so many headers are there.
    let parts = unsafe { std::slice::from_raw_parts(image.dlpi_phdr, image.dlpi_phnum.into()) };
    for part in parts.iter().filter(|part| part.p_type == libc::PT_LOAD) {
        let address = image.dlpi_addr.wrapping_add(part.p_vaddr);
        let start = usize::try_from(address).unwrap_or(0);
        let bytes = usize::try_from(part.p_memsz).unwrap_or(0);
        found.push(start..start.saturating_add(bytes));
    }
    0
}

/// Runs `work` when the process exits.
pub(crate) fn at_exit(work: extern "C" fn()) {
    if !cfg!(miri) {
        // SAFETY: `work` is a function of this program, callable at any time.
        unsafe { libc::atexit(work) };
    }
}

/// In children made by `fork`, nothing is recorded.
pub(crate) fn stop_in_children() {
    extern "C" fn stop() {
        set_phase(Phase::Off);
    }
    if !cfg!(miri) {
        // SAFETY: `stop` does one atomic store, which is allowed in a child.
        unsafe { libc::pthread_atfork(None, None, Some(stop)) };
    }
}

/// Whether the process has rights that its user has not, and must not trust the environment.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn privileged() -> bool {
    // SAFETY: it only reads what the kernel said at the start.
    !cfg!(miri) && unsafe { libc::getauxval(libc::AT_SECURE) } != 0
}

/// Whether the process has rights that its user has not, and must not trust the environment.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn privileged() -> bool {
    // SAFETY: these four only read the ids of the process.
    let (real, effective) = (unsafe { libc::getuid() }, unsafe { libc::geteuid() });
    // SAFETY: as above.
    let (real_group, effective_group) = (unsafe { libc::getgid() }, unsafe { libc::getegid() });
    real != effective || real_group != effective_group
}

/// What a write must not do to the program: end it, because a pipe has no reader or a file may not grow.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
struct Unsignalled {
    blocked: libc::sigset_t,
    before: libc::sigset_t,
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
impl Unsignalled {
    fn new() -> Option<Self> {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `set` is a place for a set.
        unsafe { libc::sigemptyset(set.as_mut_ptr()) };
        // SAFETY: `sigemptyset` has initialised it.
        let mut blocked = unsafe { set.assume_init() };
        let mut before = blocked;
        let mut pending = blocked;
        // SAFETY: `pending` is a valid set.
        unsafe { libc::sigpending(&raw mut pending) };
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            // SAFETY: `pending` is a valid set. A signal that waits already is the program's.
            if unsafe { libc::sigismember(&raw const pending, signal) } == 0 {
                // SAFETY: `blocked` is a valid set.
                unsafe { libc::sigaddset(&raw mut blocked, signal) };
            }
        }
        // SAFETY: both are valid sets.
        let set = unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const blocked, &raw mut before) };
        (set == 0).then_some(Self { blocked, before })
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
impl Drop for Unsignalled {
    fn drop(&mut self) {
        let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the set and the time are valid, and what is known of the signal is not asked for.
        while unsafe { libc::sigtimedwait(&raw const self.blocked, std::ptr::null_mut(), &raw const at_once) }
            > 0
        {}
        // SAFETY: `before` is the set that was there.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}

/// Does `work`, whose writes fail instead of sending `SIGPIPE` or `SIGXFSZ`.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) fn without_signals<R>(work: impl FnOnce() -> R) -> R {
    let _blocked = if cfg!(miri) { None } else { Unsignalled::new() };
    work()
}

/// Does `work`: here, signals cannot be taken back without waiting for them.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(crate) fn without_signals<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Whether stderr leads somewhere: not closed, and its reader has not gone.
pub(crate) fn error_is_open() -> bool {
    let mut asked = libc::pollfd { fd: libc::STDERR_FILENO, events: libc::POLLOUT, revents: 0 };
    // SAFETY: `asked` is one valid `pollfd`, and the call does not wait.
    let answered = unsafe { libc::poll(&raw mut asked, 1, 0) } >= 0;
    answered && asked.revents & (libc::POLLERR | libc::POLLNVAL) == 0
}

/// Writes to stderr itself, past what the standard library or a test harness put in between.
/// What cannot be written is dropped.
pub(crate) fn write_error(bytes: &[u8]) {
    without_signals(|| write_all_error(bytes));
}

fn write_all_error(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: `bytes` is readable for its length.
        let written = unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(0) => return,
            Ok(written) => bytes = bytes.get(written..).unwrap_or(&[]),
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
