import Addressing
package import DNSWire
package import Steering
import Telemetry

/// Measured round trips as text that people and programs exchange: comma-separated values, a head and then a line for
/// each network and region.
///
///     network,region,milliseconds,deviation,samples,age
///     192.0.2.0/24,us-east.example.com.,34.2,1.5,12,340
///
/// The last three may be left out, in the head too. Empty lines and those that begin with `#` are passed over.
package enum LatencyTable {
    /// What is wrong with a place in the text; lines and columns count from 1, columns in octets.
    package struct Fault: Codable, Hashable, Sendable, Error {
        package var line: Int
        package var column: Int
        package var message: String
    }

    /// The columns in order; the first three must be there.
    private static let columns = ["network", "region", "milliseconds", "deviation", "samples", "age"]
    private static let requiredCount = 3
    /// Faults that are told at most.
    private static let faultLimit = 20

    /// The text of measurements.
    package static func render(_ measurements: [LatencyMeasurement]) -> String {
        var text = columns.joined(separator: ",") + "\n"
        for measurement in measurements {
            let numbers = [decimal(measurement.milliseconds), decimal(measurement.deviation)].joined(separator: ",")
            text += "\(measurement.prefix),\(measurement.region),\(numbers),\(measurement.samples),\(measurement.age)\n"
        }
        return text
    }

    /// A number with three decimals at most, whatever the locale.
    private static func decimal(_ number: Float) -> String {
        let thousandths = Int((number * 1000).rounded())
        let fraction = String(thousandths % 1000 + 1000).dropFirst()
        return "\(thousandths / 1000).\(fraction)"
    }

    /// Reads text.
    ///
    /// - Parameter region: a region by its label or whole name; `nil` when there is none.
    /// - Returns: all measurements, or faults: never a part of a table.
    package static func read(
        _ octets: [UInt8],
        region: (String) -> DomainName?
    ) -> Result<[LatencyMeasurement], Faults> {
        var measurements: [LatencyMeasurement] = []
        var faults: [Fault] = []
        var count: Int?
        for (index, line) in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            let row = Row(line: index + 1, start: line.startIndex, fields: fields)
            do throws(Fault) {
                if let count {
                    measurements.append(try row.measurement(of: count, region))
                } else {
                    count = try row.head(columns, atLeast: requiredCount)
                }
            } catch {
                faults.append(error)
                // Without a head nothing that follows has a meaning.
                if count == nil || faults.count == faultLimit { break }
            }
        }
        if count == nil, faults.isEmpty {
            faults = [Fault(line: 1, column: 1, message: "the head is missing: \(columns.joined(separator: ","))")]
        }
        return faults.isEmpty ? .success(measurements) : .failure(Faults(faults: faults))
    }

    /// What is wrong with a text.
    package struct Faults: Codable, Hashable, Sendable, Error {
        package var faults: [Fault]
    }
}

/// A line of a table.
private struct Row {
    let line: Int
    /// Where the line begins.
    let start: Int
    let fields: [ArraySlice<UInt8>]

    private func fault(_ field: Int, _ message: String) -> LatencyTable.Fault {
        let place = field < fields.count ? fields[field].startIndex : fields.last?.endIndex ?? start
        return LatencyTable.Fault(line: line, column: place - start + 1, message: message)
    }

    private func text(_ field: Int) -> String { String(decoding: fields[field], as: UTF8.self) }

    /// How many columns a head has.
    func head(_ columns: [String], atLeast count: Int) throws(LatencyTable.Fault) -> Int {
        for (index, column) in columns.enumerated() where index < max(count, fields.count) {
            guard index < fields.count, text(index) == column else {
                throw fault(index, "the head must be \(columns.joined(separator: ",")); '\(column)' is expected here")
            }
        }
        guard fields.count <= columns.count else { throw fault(columns.count, "there is no such column") }
        return fields.count
    }

    func measurement(
        of count: Int,
        _ region: (String) -> DomainName?
    ) throws(LatencyTable.Fault) -> LatencyMeasurement {
        guard fields.count == count else {
            throw fault(min(fields.count, count), "\(count) fields are expected, as in the head, not \(fields.count)")
        }
        guard let name = region(text(1)) else { throw fault(1, "no zone has a region '\(text(1))'") }
        let milliseconds = try number(2, in: 0.001...10_000)
        return LatencyMeasurement(
            prefix: try prefix(),
            region: name,
            milliseconds: Float(milliseconds),
            deviation: count > 3 ? Float(try number(3, in: 0...10_000)) : Float(milliseconds / 20),
            samples: count > 4 ? UInt32(try number(4, in: 1...1_000_000_000).rounded()) : 8,
            age: count > 5 ? UInt32(try number(5, in: 0...86_400).rounded()) : 0
        )
    }

    private func prefix() throws(LatencyTable.Fault) -> ClientPrefix {
        if let address = IPAddress(text(0)) { return ClientPrefix(address) }
        guard let network = IPPrefix(text(0)) else {
            throw fault(0, "'\(text(0))' is no address and no network")
        }
        let prefix = ClientPrefix(network.address)
        guard network.length >= prefix.length else {
            throw fault(0, "a network must have \(prefix.length) bits or more: round trips are kept by /24 and /48")
        }
        return prefix
    }

    private func number(_ field: Int, in range: ClosedRange<Double>) throws(LatencyTable.Fault) -> Double {
        guard let number = Double(text(field)), range.contains(number) else {
            throw fault(field, "'\(text(field))' is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
