//! Making faults, in the child before the program starts.

use std::io;

use super::run::Fault;

/// A step of a filter of system calls.
type Step = libc::sock_filter;

/// A filter loads words of this: the number of the call, the architecture, an address, six arguments.
const NUMBER: u32 = 0;
const LOAD: u16 = 0x20;
const IS: u16 = 0x15;
const AT_LEAST: u16 = 0x35;
const ANSWER: u16 = 0x06;

/// Where the lower half of an argument is.
const fn argument(index: u32) -> u32 {
    16 + 8 * index + if cfg!(target_endian = "big") { 4 } else { 0 }
}

const fn step(code: u16, (jt, jf): (u8, u8), k: u32) -> Step {
    Step { code, jt, jf, k }
}

fn call(number: libc::c_long) -> u32 {
    u32::try_from(number).expect("system calls have small numbers")
}

fn refuse(error: i32) -> Step {
    step(ANSWER, (0, 0), libc::SECCOMP_RET_ERRNO | u32::try_from(error).expect("errors have small numbers"))
}

const ALLOW: Step = step(ANSWER, (0, 0), libc::SECCOMP_RET_ALLOW);
const HERE: (u8, u8) = (0, 0);

/// Makes the fault. It holds for the program that follows, and for its children.
pub(crate) fn make(fault: Fault) -> io::Result<()> {
    limit(libc::RLIMIT_CORE, 0)?;
    let number = |call, to_end| step(IS, (0, to_end), call);
    match fault {
        Fault::FileSize(bytes) | Fault::ErrorLimited(bytes) => limit(libc::RLIMIT_FSIZE, bytes),
        // The loader of the program needs one for a moment.
        Fault::Descriptors => limit(libc::RLIMIT_NOFILE, 4),
        Fault::ErrorClosed => {
            // SAFETY: nobody in this process writes to it any more.
            let closed = unsafe { libc::close(libc::STDERR_FILENO) };
            succeeded(closed)
        }
        Fault::FullAt => filter(&[
            step(LOAD, HERE, NUMBER),
            number(call(libc::SYS_pwrite64), 1),
            refuse(libc::ENOSPC),
            ALLOW,
        ]),
        Fault::FullFile => filter(&[
            step(LOAD, HERE, NUMBER),
            number(call(libc::SYS_write), 3),
            step(LOAD, HERE, argument(0)),
            step(AT_LEAST, (0, 1), 3),
            refuse(libc::ENOSPC),
            ALLOW,
        ]),
        Fault::NoMemoryFile => filter(&[
            step(LOAD, HERE, NUMBER),
            number(call(libc::SYS_memfd_create), 1),
            refuse(libc::ENOSYS),
            ALLOW,
        ]),
        Fault::NoFiles => filter(&[
            step(LOAD, HERE, NUMBER),
            step(IS, (3, 0), call(libc::SYS_memfd_create)),
            number(call(libc::SYS_openat), 4),
            step(LOAD, HERE, argument(2)),
            // Opened for writing, in either way.
            step(0x45, (0, 2), 3),
            refuse(libc::EACCES),
            ALLOW,
            ALLOW,
        ]),
        Fault::Buffers => filter(&[
            step(LOAD, HERE, NUMBER),
            number(call(libc::SYS_mmap), 5),
            step(LOAD, HERE, argument(1)),
            step(AT_LEAST, (0, 3), 60 << 10),
            step(AT_LEAST, (2, 0), 70 << 10),
            step(LOAD, HERE, argument(3)),
            step(IS, (1, 0), u32::try_from(libc::MAP_PRIVATE | libc::MAP_ANONYMOUS).expect("flags")),
            ALLOW,
            refuse(libc::ENOMEM),
        ]),
        Fault::None | Fault::ErrorFull | Fault::ErrorUnread => Ok(()),
    }
}

fn limit(which: libc::__rlimit_resource_t, bytes: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // SAFETY: `limit` is a valid one.
    succeeded(unsafe { libc::setrlimit(which, &raw const limit) })
}

/// From now on the filter answers system calls, without a right to ask for more.
fn filter(steps: &[Step]) -> io::Result<()> {
    let program = libc::sock_fprog {
        len: u16::try_from(steps.len()).expect("it is short"),
        filter: steps.as_ptr().cast_mut(),
    };
    // SAFETY: it only gives up rights.
    succeeded(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })?;
    // SAFETY: the filter is valid during the call, which copies it.
    succeeded(unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) })
}

fn succeeded(answer: i32) -> io::Result<()> {
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
