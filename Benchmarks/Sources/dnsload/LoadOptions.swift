import Datagrams
import Glibc

/// What the command line asks for.
struct LoadOptions {
    var server: SocketAddress
    /// The questions, drawn evenly.
    var patterns: [QueryPattern]
    var subnets = SubnetSource.none
    var sockets = 8
    /// Queries outstanding on each socket at most.
    var window = 32
    var warmUp = 0.6
    var duration = 3.0
    /// Queries a second; `nil` sends the next one when an answer comes.
    var rate: Double?
    var core: Int?
    var seed: UInt64 = 1
    /// Processes whose CPU time is told.
    var processes: [pid_t] = []

    /// A query that was not answered by then is lost.
    static let timeout = Duration.milliseconds(500)

    static let usage = """
        usage: dnsload ADDRESS:PORT --query 'NAME TYPE' [--query ...] [option...]
          --query 'NAME TYPE'    a question; %0Nd in the name stands for a random number of N digits
          --queries FILE         questions, one a line
          --numbers COUNT        numbers are below COUNT (default: all of N digits)
          --subnets random|FILE  EDNS Client Subnet: random public /24, or networks, one a line
          --sockets N            (8)      --window W      outstanding on each socket, at most 256 (32)
          --duration SECONDS     (3)      --warm-up SECONDS  (0.6)
          --rate N               queries a second, evenly spaced; latency counts from when each was due
          --core N               stay on this core
          --seed N               (1)
          --process PID          tell the CPU time of this process; may repeat
        """

    /// Reads the command line.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var rest = arguments
        guard let target = rest.popFirst(), let address = SocketAddress(target) else {
            throw UsageError("the first argument is the server, 127.0.0.1:53 or [::1]:53")
        }
        server = address
        patterns = []
        var lines: [String] = []
        var numbers: UInt64?
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
            switch option {
            case "--query": lines.append(value)
            case "--queries": lines += try TextFile.lines(value)
            case "--numbers": numbers = try Self.number(value, option, in: 1...UInt64(UInt32.max))
            case "--subnets": subnets = value == "random" ? .random : try SubnetSource(file: value)
            case "--sockets": sockets = try Self.number(value, option, in: 1...1024)
            case "--window": window = try Self.number(value, option, in: 1...256)
            case "--duration": duration = try Self.seconds(value, option)
            case "--warm-up": warmUp = try Self.seconds(value, option)
            case "--rate": rate = Double(try Self.number(value, option, in: 1...100_000_000) as Int)
            case "--core": core = try Self.number(value, option, in: 0...1023)
            case "--seed": seed = try Self.number(value, option, in: 0...UInt64(Int64.max))
            case "--process": processes.append(try Self.number(value, option, in: 1...pid_t.max))
            default: throw UsageError("unknown option \(option)")
            }
        }
        for line in lines {
            guard let pattern = QueryPattern(line, numbers: numbers) else {
                throw UsageError("'\(line)' is no question: write 'NAME TYPE'")
            }
            patterns.append(pattern)
        }
        guard !patterns.isEmpty else { throw UsageError("no questions: --query or --queries") }
    }

    private static func number<Number: FixedWidthInteger>(
        _ text: String,
        _ option: String,
        in range: ClosedRange<Number>
    ) throws(UsageError) -> Number {
        guard let number = Number(text), range.contains(number) else {
            throw UsageError("\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func seconds(_ text: String, _ option: String) throws(UsageError) -> Double {
        guard let value = Double(text), value >= 0, value <= 3600 else {
            throw UsageError("\(option) takes seconds, at most 3600")
        }
        return value
    }
}

/// What is wrong with the command line.
struct UsageError: Error {
    var message: String

    init(_ message: String) { self.message = message }
}
