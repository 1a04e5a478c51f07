/// The keys that REGION and POOL share: how something is asked, and when.
struct CheckOptions {
    /// The keys.
    static let keys =
        ["check", "interval", "timeout", "fails", "passes"] + ["expect", "status", "header", "verify", "host"]
    /// Those of them that may occur more than once.
    static let repeatableKeys: Set<String> = ["header"]

    /// How it is asked; with its options once `verify` has been called.
    private(set) var target = CheckTarget.none
    private var isTargetFaulty = false
    private var options = CheckTarget.HTTPOptions()
    /// The fields that only some checks have.
    private var optionFields: [ControlFields.Field] = []
    private var interval = CheckSchedule().interval
    private var timeout: (value: Duration, field: ControlFields.Field)?
    private var fails = CheckSchedule().fails
    private var passes = CheckSchedule().passes

    /// The schedule, once every field is read.
    var schedule: CheckSchedule {
        CheckSchedule(interval: interval, timeout: timeout?.value, fails: fails, passes: passes)
    }

    /// Reads a field of one of the keys.
    mutating func read(_ field: ControlFields.Field, _ fields: inout ControlFields) {
        switch field.key {
        case "check":
            let read = fields.value(field, CheckTarget.form, CheckTarget.init(text:))
            isTargetFaulty = read == nil
            target = read ?? target
        case "interval":
            let read = fields.value(field, "a time from 100ms to 1h, such as 500ms, 2s or 1m30s") {
                ControlValues.duration($0).flatMap { $0 >= .milliseconds(100) && $0 <= .seconds(3600) ? $0 : nil }
            }
            interval = read ?? interval
        case "timeout":
            let read = fields.value(field, "a time of at least 1ms, such as 500ms or 2s") {
                ControlValues.duration($0).flatMap { $0 >= .milliseconds(1) ? $0 : nil }
            }
            timeout = read.map { ($0, field) }
        case "fails":
            fails = fields.value(field, "a number from 1 to 100") { ControlValues.integer($0, in: 1...100) } ?? fails
        case "passes":
            passes = fields.value(field, "a number from 1 to 100") { ControlValues.integer($0, in: 1...100) } ?? passes
        default:
            optionFields.append(field)
            readOption(field, &fields)
        }
    }

    private mutating func readOption(_ field: ControlFields.Field, _ fields: inout ControlFields) {
        switch field.key {
        case "expect":
            options.expect = fields.value(field, "the text that the body must contain") { $0.isEmpty ? nil : $0 }
        case "status":
            let expected = "status codes and ranges from 200 to 599, such as 200-299,304"
            options.statuses = fields.value(field, expected, CheckTarget.HTTPOptions.statuses) ?? options.statuses
        case "header":
            let expected = "NAME:VALUE; host= sets Host, and fields of the connection cannot be set"
            if let read = fields.value(field, expected, CheckTarget.HTTPOptions.field) { options.fields.append(read) }
        case "host":
            options.host = fields.value(field, "NAME or NAME:PORT", CheckTarget.HTTPOptions.host)
        default:
            let read = fields.value(field, "yes or no") { ["yes": true, "no": false][$0.lowercased()] }
            options.verifiesCertificate = read ?? true
        }
    }

    /// Notes a timeout that is longer than the interval, and options that the check does not have.
    mutating func verify(_ fields: inout ControlFields) {
        if let timeout, timeout.value > interval { fields.fail(.timeoutAboveInterval, timeout.field) }
        guard !isTargetFaulty else { return }
        for field in optionFields where !target.has(option: field.key) {
            let checks = field.key == "verify" ? "check=https" : "check=http or check=https"
            fields.fail(.badValue(field.key, value: field.value, expected: "it goes with \(checks) only"), field)
        }
        switch target {
        case .http(let port, let path, _): target = .http(port: port, path: path, options: options)
        case .https(let port, let path, _): target = .https(port: port, path: path, options: options)
        default: break
        }
    }
}

extension CheckTarget {
    /// Whether an option of this key goes with the check.
    fileprivate func has(option key: String) -> Bool {
        switch self {
        case .https: true
        case .http: key != "verify"
        default: false
        }
    }
}
