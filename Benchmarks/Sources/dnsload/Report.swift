/// A measurement, to be printed.
struct Report {
    var tally: Tally
    /// How long it was measured.
    var seconds: Double
    /// CPU time that the processes named used.
    var server: CPUTime
    /// CPU time that this process used.
    var client: CPUTime

    private static let codeNames = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]

    /// One line of JSON.
    var json: String {
        let answered = Double(max(1, tally.answered))
        let rcodes = (0..<16).filter { tally.rcodes[$0] > 0 }.map { code in
            "\"\(code < Self.codeNames.count ? Self.codeNames[code] : "RCODE\(code)")\":\(tally.rcodes[code])"
        }
        let latency = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)].map { name, share in
            "\"\(name)\":\(Self.fixed(Double(tally.latency.quantile(share)) / 1e3, 1))"
        }
        let asked = Double(max(1, tally.answered + tally.lost))
        return "{"
            + [
                "\"seconds\":\(Self.fixed(seconds, 3))",
                "\"sent\":\(tally.sent)", "\"answered\":\(tally.answered)", "\"lost\":\(tally.lost)",
                "\"loss\":\(Self.fixed(Double(tally.lost) / asked, 6))",
                "\"stray\":\(tally.stray)", "\"refused\":\(tally.refused)", "\"truncated\":\(tally.truncated)",
                "\"rate\":\(Self.fixed(Double(tally.answered) / seconds, 0))",
                "\"rcodes\":{\(rcodes.joined(separator: ","))}",
                "\"records\":\(Self.fixed(Double(tally.answerRecords) / answered, 3))",
                "\"latency_us\":{\(latency.joined(separator: ",")),\"max\":\(Self.fixed(Double(tally.latency.maximum) / 1e3, 1))}",
                "\"server\":\(cpu(server, answered))", "\"client\":\(cpu(client, answered))",
            ].joined(separator: ",") + "}"
    }

    /// CPU time per answer in microseconds, and the share of the measured time that it is.
    private func cpu(_ time: CPUTime, _ answered: Double) -> String {
        let total = Double(time.nanoseconds) / 1e3
        let user = total * time.userShare
        return "{\"us\":\(Self.fixed(total / answered, 3)),\"user_us\":\(Self.fixed(user / answered, 3)),"
            + "\"system_us\":\(Self.fixed((total - user) / answered, 3)),\"cores\":\(Self.fixed(total / 1e6 / seconds, 3))}"
    }

    /// A number that is not negative, with `digits` decimals.
    private static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        guard value.isFinite, value >= 0, value * scale < 1e18 else { return "0" }
        let scaled = UInt64((value * scale).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let whole = scaled / UInt64(scale)
        let fraction = String(scaled % UInt64(scale))
        return "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
