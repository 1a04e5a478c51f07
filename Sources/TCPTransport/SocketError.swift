import Glibc

/// What the kernel said, as `errno` has it.
package struct SocketError: Error, Hashable, Sendable {
    /// The number of the error.
    package let code: CInt

    package init(code: CInt) {
        self.code = code
    }
}

extension SocketError: CustomStringConvertible {
    /// The error in the words of the system's manual.
    package var description: String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
