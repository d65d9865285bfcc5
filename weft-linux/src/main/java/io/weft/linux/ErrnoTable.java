package io.weft.linux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names and meanings of {@link Errno}, parsed on first use: errors are rare, start-up is not. */
final class ErrnoTable {

    /** One line of the table. */
    record Entry(String name, String meaning) {}

    /** Line n describes errno n; a dash is a number that the kernel does not use. */
    private static final String LINES =
            """
            EPERM operation not permitted
            ENOENT no such file or directory
            ESRCH no such process
            EINTR interrupted by a signal
            EIO input/output error
            ENXIO no such device or address
            E2BIG argument list too long
            ENOEXEC not an executable format
            EBADF bad file descriptor
            ECHILD no child processes
            EAGAIN would block, try again
            ENOMEM out of memory
            EACCES permission denied
            EFAULT bad memory address
            ENOTBLK not a block device
            EBUSY device or resource busy
            EEXIST already exists
            EXDEV link across devices
            ENODEV no such device
            ENOTDIR not a directory
            EISDIR is a directory
            EINVAL invalid argument
            ENFILE too many open files in the whole system
            EMFILE too many open files in this process
            ENOTTY request not supported by this descriptor
            ETXTBSY executable file is in use
            EFBIG file too large
            ENOSPC no space left
            ESPIPE descriptor cannot seek
            EROFS read-only file system
            EMLINK too many links
            EPIPE broken pipe, the reading end is closed
            EDOM argument outside the domain of the function
            ERANGE result out of range
            EDEADLK deadlock avoided
            ENAMETOOLONG name too long
            ENOLCK no locks available
            ENOSYS system call not implemented by this kernel
            ENOTEMPTY directory not empty
            ELOOP too many symbolic links
            - unused
            ENOMSG no message of the wanted type
            EIDRM identifier removed
            ECHRNG channel number out of range
            EL2NSYNC level 2 not synchronized
            EL3HLT level 3 halted
            EL3RST level 3 reset
            ELNRNG link number out of range
            EUNATCH protocol driver not attached
            ENOCSI no CSI structure available
            EL2HLT level 2 halted
            EBADE invalid exchange
            EBADR invalid request descriptor
            EXFULL exchange full
            ENOANO no anode
            EBADRQC invalid request code
            EBADSLT invalid slot
            - unused
            EBFONT bad font file format
            ENOSTR not a stream device
            ENODATA no data available
            ETIME timer expired
            ENOSR out of stream resources
            ENONET machine is not on the network
            ENOPKG package not installed
            EREMOTE object is remote
            ENOLINK link has been severed
            EADV advertise error
            ESRMNT resource is still mounted remotely
            ECOMM communication error on send
            EPROTO protocol error
            EMULTIHOP multihop attempted
            EDOTDOT RFS error
            EBADMSG bad message
            EOVERFLOW value too large for its type
            ENOTUNIQ name not unique on the network
            EBADFD file descriptor in a bad state
            EREMCHG remote address changed
            ELIBACC shared library not accessible
            ELIBBAD shared library corrupted
            ELIBSCN .lib section corrupted
            ELIBMAX too many shared libraries
            ELIBEXEC shared library cannot be executed directly
            EILSEQ invalid byte sequence
            ERESTART interrupted system call to be restarted
            ESTRPIPE streams pipe error
            EUSERS too many users
            ENOTSOCK not a socket
            EDESTADDRREQ destination address required
            EMSGSIZE message too long
            EPROTOTYPE wrong protocol type for the socket
            ENOPROTOOPT protocol option not available
            EPROTONOSUPPORT protocol not supported
            ESOCKTNOSUPPORT socket type not supported
            EOPNOTSUPP operation not supported
            EPFNOSUPPORT protocol family not supported
            EAFNOSUPPORT address family not supported
            EADDRINUSE address already in use
            EADDRNOTAVAIL address not available on this machine
            ENETDOWN network is down
            ENETUNREACH network is unreachable
            ENETRESET connection dropped by a network reset
            ECONNABORTED connection aborted
            ECONNRESET connection reset by peer
            ENOBUFS no buffer space available
            EISCONN already connected
            ENOTCONN not connected
            ESHUTDOWN sending after shutdown
            ETOOMANYREFS too many references
            ETIMEDOUT connection timed out
            ECONNREFUSED connection refused
            EHOSTDOWN host is down
            EHOSTUNREACH no route to host
            EALREADY operation already in progress
            EINPROGRESS operation in progress
            ESTALE stale file handle
            EUCLEAN structure needs cleaning
            ENOTNAM not a XENIX named type file
            ENAVAIL no XENIX semaphores available
            EISNAM is a named type file
            EREMOTEIO remote input/output error
            EDQUOT quota exceeded
            ENOMEDIUM no medium found
            EMEDIUMTYPE wrong medium type
            ECANCELED operation canceled
            ENOKEY required key not available
            EKEYEXPIRED key has expired
            EKEYREVOKED key has been revoked
            EKEYREJECTED key was rejected
            EOWNERDEAD owner died
            ENOTRECOVERABLE state not recoverable
            ERFKILL blocked by a radio kill switch
            EHWPOISON memory page has a hardware error
            """;

    private static final List<Entry> ENTRIES = parse();

    private ErrnoTable() {}

    static @Nullable Entry find(int errno) {
        if (errno < 1 || errno > ENTRIES.size()) {
            return null;
        }
        Entry entry = ENTRIES.get(errno - 1);
        return entry.name().equals("-") ? null : entry;
    }

    private static List<Entry> parse() {
        List<Entry> entries = new ArrayList<>(Errno.MAX);
        for (String line : LINES.lines().toList()) {
            int space = line.indexOf(' ');
            entries.add(new Entry(line.substring(0, space), line.substring(space + 1)));
        }
        return List.copyOf(entries);
    }
}
