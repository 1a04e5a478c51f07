import Testing

/// Everything here is asked over sockets of loopback addresses, one test after the other: waiting for a socket takes one
/// of the few threads that run tests.
@Suite("DNS server", .serialized) enum ServerTests {}
