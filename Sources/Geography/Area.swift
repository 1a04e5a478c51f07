package import Addressing

/// A part of the world or of the network that a region covers or a fence encloses.
package enum Area: Hashable, Sendable {
    /// A continent, written `EU`, or `continent:AS` where a country has the same code.
    case continent(Continent)
    /// A country, written `GB`, or `country:SA` where a continent has the same code.
    case country(CountryCode)
    /// A subdivision of a country by its ISO 3166-2 code, written `US-CA`.
    case subdivision(CountryCode, String)
    /// An autonomous system, written `AS64500`.
    case autonomousSystem(UInt32)
    /// A network, written `203.0.113.0/24`.
    case network(IPPrefix)
}
