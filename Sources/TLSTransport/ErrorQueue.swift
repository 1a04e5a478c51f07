import COpenSSL

/// The calling thread's queue of OpenSSL errors.
///
/// Each call whose result matters is made with an empty queue, for what an earlier one left would be taken for its own.
enum ErrorQueue {
    /// Empties it.
    static func clear() { ERR_clear_error() }

    /// Takes out the first error and forgets the others, which say how it was passed on.
    ///
    /// - Returns: its text, and whether it means that the octets received are no TLS.
    static func take() -> (reason: String, isNotTLS: Bool) {
        let code = ERR_get_error()
        clear()
        guard code != 0 else { return ("unknown error", false) }
        let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return (reason ?? "error \(code)", tern_ERR_is_not_tls(code) != 0)
    }
}
