import ArgumentParser
import ZoneFile

/// `--config`: the configuration file.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "Configuration file in YAML. (default: tern.yaml, where there is one)")
    var path: String?

    @Flag(name: .customLong("no-config"), help: .hidden)
    var isIgnored = false

    /// Reads the file named, or `tern.yaml` in the working directory when there is one.
    func load() throws -> Settings {
        let file = path ?? "tern.yaml"
        if isIgnored || (path == nil && !FileAccess.exists(file)) { return Settings() }
        return try Settings(file: file)
    }
}

extension Settings {
    /// Reads a file.
    ///
    /// - Throws: ``Failure``
    init(file: String) throws {
        do {
            try self.init(yaml: String(decoding: FileAccess.read(file), as: UTF8.self), file: file)
        } catch let failure as FileAccess.Failure {
            throw Failure("\(file): cannot be read: \(failure)")
        }
    }
}
