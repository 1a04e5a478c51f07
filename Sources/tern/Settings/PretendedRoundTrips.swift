import Addressing
import Steering
import Telemetry
import ZoneFile

/// Round trips that take the place of measured ones, so that latency steering can be tried out on one machine.
///
///     # network, region, milliseconds
///     127.9.1.0/24, us-east, 180
enum PretendedRoundTrips {
    /// Reads the lines of one region.
    ///
    /// - Parameters:
    ///   - region: the region whose lines count.
    ///   - fleet: knows the regions that may be named.
    /// - Returns: microseconds by network.
    /// - Throws: ``Failure`` with the place of the first fault, in lines of other regions too.
    static func read(_ path: String, of region: Region, in fleet: Fleet) throws -> [ClientPrefix: UInt32] {
        let octets: [UInt8]
        do throws(FileAccess.Failure) {
            octets = try FileAccess.read(path)
        } catch {
            throw Failure("\(path): the round trips cannot be read: \(error)")
        }
        var roundTrips: [ClientPrefix: UInt32] = [:]
        for (number, line) in octets.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw Failure("\(path):\(number + 1):1: error: this is not UTF-8")
            }
            guard let entry = try Entry(text, of: fleet, at: "\(path):\(number + 1)"), entry.region.name == region.name
            else { continue }
            guard roundTrips.updateValue(entry.microseconds, forKey: entry.network) == nil else {
                throw Failure("\(path):\(number + 1):1: error: \(entry.network) is there twice")
            }
        }
        return roundTrips
    }

    /// A line.
    private struct Entry {
        var network: ClientPrefix
        var region: Region
        var microseconds: UInt32

        /// - Returns: `nil` for a line with nothing but a comment.
        init?(_ line: String, of fleet: Fleet, at place: String) throws {
            let content = line.prefix { $0 != "#" }
            guard content.contains(where: { !$0.isWhitespace }) else { return nil }
            let fields = content.split(separator: ",", omittingEmptySubsequences: false).map(Field.init)
            guard fields.count == 3 else {
                throw Failure("\(place):1: error: a line is NETWORK,REGION,MILLISECONDS")
            }
            func failure(_ field: Field, _ message: String) -> Failure {
                Failure(
                    "\(place):\(content.utf8.distance(from: content.startIndex, to: field.start) + 1): error: \(message)"
                )
            }
            guard let network = IPPrefix(fields[0].text).flatMap(ClientPrefix.init(network:)) else {
                throw failure(fields[0], "'\(fields[0].text)' is no network of 24 bits (IPv6: 48) such as 127.9.1.0/24")
            }
            do {
                region = try fleet.region(called: fields[1].text)
            } catch {
                throw failure(fields[1], error.message)
            }
            guard let milliseconds = Double(fields[2].text), (0.001...10_000).contains(milliseconds) else {
                throw failure(fields[2], "'\(fields[2].text)' is no round trip: milliseconds from 0.001 to 10000")
            }
            self.network = network
            microseconds = UInt32((milliseconds * 1000).rounded())
        }
    }

    /// Text between commas.
    private struct Field {
        var text: String
        var start: String.Index

        init(_ part: Substring) {
            let begin = part.firstIndex { !$0.isWhitespace } ?? part.endIndex
            start = begin
            text = String(part[begin...].reversed().drop(while: \.isWhitespace).reversed())
        }
    }
}
