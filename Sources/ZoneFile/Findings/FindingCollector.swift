/// The findings of one zone file: the first hundred in full, the rest counted.
struct FindingCollector: Sendable {
    /// How many are kept: more than anyone reads in one go, few enough that a hopeless file costs no memory.
    static let limit = 100

    /// What was found, in the order it was found.
    private(set) var findings: [Finding] = []
    /// How many errors were found, also those only counted.
    private(set) var errorCount = 0
    /// How many were only counted.
    private var surplus = 0
    private var surplusHasErrors = false

    /// Whether an error was found.
    var hasErrors: Bool { errorCount > 0 }

    /// Whether further findings are only counted.
    var isFull: Bool { findings.count >= Self.limit }

    /// Adds a finding; past the limit it is not even made.
    mutating func add(_ code: FindingCode, _ finding: @autoclosure () -> Finding) {
        let isError = code.severity == .error
        if isError { errorCount += 1 }
        guard !isFull else {
            surplus += 1
            surplusHasErrors = surplusHasErrors || isError
            return
        }
        findings.append(finding())
    }

    /// All findings, with a last one that counts those not kept.
    func concluded(file: String) -> [Finding] {
        guard surplus > 0 else { return findings }
        var last = Finding(
            .tooManyFindings,
            surplus == 1 ? "one more fault is not shown" : "\(surplus) more faults are not shown",
            hint: "repair those above and check again",
            at: SourcePosition(file: file)
        )
        if !surplusHasErrors { last.severity = .warning }
        return findings + [last]
    }
}
