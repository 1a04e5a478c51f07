import Admin
import DNSServer
import NIOPosix
import Steering
import Yams

extension Settings {
    /// `quorum` of `serve`: the other name servers of the same zones, and how many must see a region down.
    struct Quorum {
        /// `peers`: where they are asked.
        var peers: [AdminAddress] = []
        /// `token-file`: what is shown to TCP addresses.
        var tokenFile: String?
        /// `need`
        var need = PeerAgreement.Need.majority
        /// `timeout`: for an answer.
        var timeout = Duration.seconds(1)
    }
}

extension PartitionGuard.Settings {
    /// Reads `partition` of `serve`.
    init(_ node: Node, _ reader: SettingsReader) throws {
        self.init()
        for (key, value) in try reader.mapping(node, keys: ["share", "window", "hold"]) {
            switch key {
            case "share": share = Double(try reader.integer(value, key, in: 10...99)) / 100
            case "window":
                window = try reader.duration(value, key)
                guard (.seconds(1)...Duration.seconds(3600)).contains(window) else {
                    throw reader.failure(value, "window must be from 1s to 1h")
                }
            default: hold = value.string == "0" ? .zero : try reader.duration(value, key)
            }
        }
    }
}

extension Settings.Quorum {
    /// How many other name servers there may be.
    private static let mostPeers = 32

    init(_ node: Node, _ reader: SettingsReader) throws {
        var needNode: Node?
        for (key, value) in try reader.mapping(node, keys: ["peers", "token-file", "need", "timeout"]) {
            switch key {
            case "peers": try readPeers(value, reader)
            case "token-file": tokenFile = try reader.string(value, key)
            case "need": needNode = value
            default:
                timeout = try reader.duration(value, key)
                guard timeout <= .seconds(10) else { throw reader.failure(value, "timeout must be at most 10s") }
            }
        }
        guard !peers.isEmpty else {
            throw reader.failure(node, "quorum needs peers: where the other name servers are administered")
        }
        if let address = peers.first(where: \.needsToken), tokenFile == nil {
            throw reader.failure(node, "the peer \(address) wants a token: name its file with token-file")
        }
        if let needNode { try readNeed(needNode, reader) }
    }

    private mutating func readPeers(_ node: Node, _ reader: SettingsReader) throws {
        guard let items = node.sequence.map(Array.init) ?? (node.string == nil ? nil : [node]) else {
            throw reader.failure(node, "peers must be a list")
        }
        for item in items {
            let text = try reader.string(item, "peers")
            guard let address = AdminAddress(text) else {
                throw reader.failure(item, "'\(text)' is no admin address; write 192.0.2.54:8053 or unix:/run/ns2.sock")
            }
            guard !peers.contains(address) else { throw reader.failure(item, "the peer \(address) is listed twice") }
            peers.append(address)
        }
        guard peers.count <= Self.mostPeers else {
            throw reader.failure(node, "at most \(Self.mostPeers) peers can be asked")
        }
    }

    private mutating func readNeed(_ node: Node, _ reader: SettingsReader) throws {
        guard node.string != "majority" else { return }
        guard let count = node.int, (1...peers.count + 1).contains(count) else {
            throw reader.failure(
                node,
                "need must be majority, or a number of name servers from 1 to \(peers.count + 1), this one counted"
            )
        }
        need = .count(count)
    }

    /// How the peers are asked.
    ///
    /// - Throws: ``Failure`` when the token cannot be read.
    func quorum(on group: MultiThreadedEventLoopGroup) throws -> Quorum {
        let token: AdminToken?
        do throws(AdminTokenError) {
            token = try tokenFile.map { file throws(AdminTokenError) in try AdminToken(file: file) }
        } catch {
            throw Failure(error)
        }
        let clients = peers.map { address in
            AdminClient(
                address,
                token: token,
                timeout: timeout,
                longestResponse: Self.longestAnswer,
                on: group
            )
        }
        return Quorum(
            peers: clients.map { client in
                Quorum.Peer(address: client.address.description) { try await client.get("/checks") }
            },
            need: need,
            timeout: timeout
        )
    }

    /// Octets of what a peer says at most: enough for some 32,000 regions with names of usual length.
    private static let longestAnswer = 4 * 1024 * 1024
}
