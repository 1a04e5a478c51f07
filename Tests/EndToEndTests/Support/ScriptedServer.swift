import Foundation
import Synchronization

/// A web server on 127.0.0.1 that answers what it is asked as a script says: `+` with status 200, `-` with 500, `.` not
/// at all.
///
/// Only requests for `/scripted` follow the script; others get 200. Behind its end the script goes on with its last
/// letter.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: CInt
    private let state = Mutex((script: Array("+"), next: 0))

    init() throws {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        unsafe inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> CInt in
                guard unsafe bind(descriptor, address, size) == 0, listen(descriptor, 64) == 0 else { return -1 }
                return unsafe getsockname(descriptor, address, &size)
            }
        }
        guard status == 0 else { throw Unfulfilled("cannot listen: error \(errno)") }
        listener = descriptor
        port = UInt16(bigEndian: name.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { [weak self] in
                    while self?.answer(connection) == true {}
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    /// How many requests have followed the script.
    var answered: Int { state.withLock { $0.next } }

    /// Begins another script.
    func follow(_ script: String) { state.withLock { $0 = (Array(script), 0) } }

    /// Reads a request and answers it; `false` when there are no more.
    private func answer(_ connection: CInt) -> Bool {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var octet: UInt8 = 0
            guard head.count < 16_384, unsafe recv(connection, &octet, 1, 0) == 1 else { return false }
            head.append(octet)
        }
        let isScripted = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self).contains(" /scripted ")
        let letter: Character =
            !isScripted
            ? "+"
            : state.withLock { state in
                defer { state.next += 1 }
                return state.script[min(state.next, state.script.count - 1)]
            }
        guard letter != "." else { return true }
        let status = letter == "+" ? "200 OK" : "500 Internal Server Error"
        let response = Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n".utf8)
        return unsafe send(connection, response, response.count, CInt(MSG_NOSIGNAL)) == response.count
    }
}
