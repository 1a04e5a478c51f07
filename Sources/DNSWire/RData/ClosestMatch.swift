/// The candidate that was perhaps meant by `word`, for "did you mean" hints.
///
/// - Returns: the first of those with the least edit distance without regard to case, when that is at most 2 and less
///   than the length of either word; `nil` otherwise.
package func closestMatch(to word: String, in candidates: some Sequence<String>) -> String? {
    let letters = Array(word.utf8.map(asciiLowercased))
    guard letters.count <= 64 else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate.utf8.map(asciiLowercased))
        guard abs(other.count - letters.count) <= 2 else { continue }
        let distance = editDistance(letters, other)
        guard distance <= 2, distance < min(letters.count, other.count) else { continue }
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
}

/// The least number of insertions, deletions and substitutions that make `right` of `left`.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let substitution = diagonal + (letter == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
