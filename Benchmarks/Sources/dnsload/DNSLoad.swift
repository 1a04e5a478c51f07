import Datagrams

/// `dnsload`: asks a name server as many questions as it answers, or at a steady rate, and says what that took.
///
/// One thread keeps a window of queries outstanding on each of several sockets and never sleeps: a sleeping client
/// would have to be woken by the server's sends, at the server's cost. Give it a core of its own.
@main
enum DNSLoad {
    static func main() {
        do throws(UsageError) {
            let options = try LoadOptions(CommandLine.arguments.dropFirst())
            do throws(SocketError) {
                if let core = options.core { try pin(toCore: core) }
                let run = try LoadRun(options)
                print(run.measure().json)
            } catch {
                fail("dnsload: \(error)", status: 1)
            }
        } catch {
            fail("dnsload: \(error.message)\n\(LoadOptions.usage)", status: 2)
        }
    }
}
