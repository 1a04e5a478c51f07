import Addressing

extension Area {
    /// Whether this area lies inside `outer`, as far as that can be told from the codes alone: a country in its
    /// continent, a subdivision in its country and continent, a network in a larger one.
    package func lies(in outer: Area) -> Bool {
        switch (self, outer) {
        case (.country(let country), .continent(let continent)),
            (.subdivision(let country, _), .continent(let continent)):
            country.continent == continent
        case (.subdivision(let country, _), .country(let other)):
            country == other
        case (.network(let network), .network(let other)):
            other.length <= network.length && other.contains(network.address)
        default:
            self == outer
        }
    }
}
