import Glibc

/// Ends the process with a line on standard error.
package func fail(_ text: String, status: CInt) -> Never {
    let line = text + "\n"
    _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
    exit(status)
}
