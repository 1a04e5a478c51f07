import Addressing
package import Geography

/// Why a text names no area.
package enum AreaTextError: Error, Hashable, Sendable {
    /// Not of the form of any area.
    case unknown
    /// A code of two letters that is both a continent's and a country's.
    case ambiguous(String)
    /// Two letters that are no country's code, and the code that was perhaps meant.
    case noSuchCountry(String, suggestion: String?)
    /// A network with bits set after its prefix, or with too long a prefix.
    case badNetwork
}

extension AreaTextError: CustomStringConvertible {
    /// What to write instead.
    package var description: String {
        switch self {
        case .unknown:
            "an area is a continent (EU), a country (GB), a subdivision (US-CA), an AS (AS64500) or a network"
                + " (203.0.113.0/24)"
        case .ambiguous(let code):
            "\(code) is a continent and a country: write continent:\(code) or country:\(code)"
        case .noSuchCountry(let code, let suggestion):
            "\(code) is no country's code (ISO 3166-1)" + (suggestion.map { ", did you mean '\($0)'?" } ?? "")
        case .badNetwork: "a network is ADDRESS/LENGTH with no bits set after the prefix"
        }
    }
}

extension Area {
    /// Reads one area, letters in any case: `EU`, `GB`, `continent:AS`, `country:SA`, `US-CA`, `AS64500`,
    /// `203.0.113.0/24`.
    ///
    /// AF, AS, NA and SA name a continent and a country alike and are refused without the word before.
    ///
    /// - Throws: ``AreaTextError``
    package init(text: some StringProtocol) throws(AreaTextError) {
        let upper = text.uppercased()
        if upper.hasPrefix("CONTINENT:") {
            guard let continent = Continent(rawValue: String(upper.dropFirst(10))) else { throw .unknown }
            self = .continent(continent)
        } else if upper.hasPrefix("COUNTRY:") {
            self = .country(try Self.country(upper.dropFirst(8)))
        } else if upper.contains("/") || upper.contains(":") || upper.contains(".") {
            guard let network = IPPrefix(text) else { throw .badNetwork }
            self = .network(network)
        } else if upper.utf8.count == 2 {
            guard let continent = Continent(rawValue: upper) else {
                self = .country(try Self.country(upper[...]))
                return
            }
            guard CountryCode(upper)?.continent == nil else { throw .ambiguous(upper) }
            self = .continent(continent)
        } else if upper.hasPrefix("AS"), upper.dropFirst(2).utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
            guard let number = UInt32(upper.dropFirst(2)) else { throw .unknown }
            self = .autonomousSystem(number)
        } else {
            let parts = upper.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].utf8.count == 2, (1...3).contains(parts[1].utf8.count),
                parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x41 < 26 })
            else { throw .unknown }
            self = .subdivision(try Self.country(parts[0]), String(parts[1]))
        }
    }

    /// A country's code that ISO 3166-1 assigns.
    private static func country(_ text: Substring) throws(AreaTextError) -> CountryCode {
        guard let code = CountryCode(text) else { throw .unknown }
        guard code.continent != nil else {
            throw .noSuchCountry(String(text), suggestion: ["UK": "GB", "EL": "GR"][text])
        }
        return code
    }
}

extension Area: CustomStringConvertible {
    /// The form that ``init(text:)`` reads.
    package var description: String {
        switch self {
        case .continent(let continent):
            CountryCode(continent.rawValue)?.continent == nil
                ? continent.rawValue : "continent:\(continent.rawValue)"
        case .country(let country):
            Continent(rawValue: "\(country)") == nil ? "\(country)" : "country:\(country)"
        case .subdivision(let country, let code): "\(country)-\(code)"
        case .autonomousSystem(let number): "AS\(number)"
        case .network(let network): "\(network)"
        }
    }
}

extension ControlFields {
    /// A field's areas, separated by commas; notes a fault for the first that is none.
    mutating func areas(_ field: Field) -> [Area]? {
        var areas: [Area] = []
        for text in field.value.split(separator: ",", omittingEmptySubsequences: false) {
            do throws(AreaTextError) {
                areas.append(try Area(text: text))
            } catch {
                fail(.badValue(field.key, value: String(text), expected: "\(error)"), field)
                return nil
            }
        }
        return areas
    }
}
