import Foundation
import Testing

extension EndToEnd {
    /// What cannot be done is said in one line: what, where, and what to do.
    @Suite("Wrong use")
    struct WrongUseTests {
        /// A command that must fail.
        struct Case: Sendable, CustomTestStringConvertible {
            /// The command line; FOLDER is the folder of the files below, PORT a free port, TAKEN-... one
            /// that is in use, SMALL a small geographic database.
            var command: String
            /// 1 failed, 2 wrong usage.
            var status: Int32
            /// What the message says; the words are as in the command.
            var says: [String]

            var testDescription: String { command }
        }

        private static let sound = """
            $TTL 300
            @ SOA ns1 h 1 2h 15m 2w 1m
            @ NS ns1
            ns1 A 127.0.0.1
            east REGION
            east A 192.0.2.1

            """

        /// A sound zone, and files that are broken, each in its own way.
        private static let files = [
            "sound.test.zone": sound,
            "key.test.zone": "$TTL 300\n@ SOA ns1 h 1 2h 15m 2w 1m\n@ NS ns1\nns1 A 127.0.0.1\n"
                + "us REGION at=1,2 chekc=http:80/\nus A 127.0.0.1\n",
            "open.test.zone": "$TTL 300\n@ SOA ns1 h ( 1 2h 15m 2w 1m\n@ NS ns1\n",
            "geo.mmdb": "this is no database",
            "key.yaml": "serve:\n  listen: [\"127.0.0.1:PORT\"]\n  wrokers: 2\n",
            "value.yaml": "serve:\n  workers: many\n",
            "time.yaml": "proxy:\n  region: here\n  timeouts:\n    connect: 3s\n    total: 10\n",
            "timeout.yaml": "proxy:\n  timeouts: { conect: 3s }\n",
            "broken.yaml": "zones: [\n",
            "open.yaml": "serve:\n  admin:\n    listen: [\"127.0.0.1:PORT\"]\n",
            "socket.yaml": "serve:\n  admin:\n    socket: serve\n",
            "short.token": "secret\n",
            "length.round-trips": "# fine\n127.0.0.0/24,east,5\n10.0.0.0/8,east,5\n",
            "region.round-trips": "127.0.0.0/24, esat, 5\n",
            "time.round-trips": "127.0.0.0/24,east,  fast # is no number\n",
            "fields.round-trips": "127.0.0.0/24,5\n",
            "twice.round-trips": "127.0.0.0/24,east,5\n\n127.0.0.0/24,east,6\n",
            "peers.yaml": "serve:\n  quorum:\n    peers: [\"unix:/run/b.sock\", nowhere]\n",
            "twice.yaml": "serve:\n  quorum:\n    peers:\n      - /run/b.sock\n      - unix:/run/b.sock\n",
            "need.yaml": "serve:\n  quorum:\n    peers: [/run/b.sock]\n    need: 3\n",
            "alone.yaml": "serve:\n  quorum: { need: majority }\n",
            "bare.yaml": "serve:\n  quorum: { peers: [\"192.0.2.1:8053\"] }\n",
            "share.yaml": "serve:\n  partition: { share: 100 }\n",
            "hold.yaml": "serve:\n  partition:\n    hold: 5\n",
            "quorum.yaml":
                "serve:\n  quorum: { peers: [\"192.0.2.1:8053\"], token-file: nowhere.token }\n",
        ]

        static let cases = [
            Case(
                command: "serve --listen 127.0.0.1:PORT FOLDER/none.test.zone",
                status: 1,
                says: ["FOLDER/none.test.zone", "No such file"]
            ),
            Case(command: "check FOLDER/none.test.zone", status: 1, says: ["FOLDER/none.test.zone", "No such file"]),
            Case(command: "up FOLDER/none.test.zone", status: 1, says: ["FOLDER/none.test.zone", "No such file"]),
            Case(command: "check FOLDER/empty", status: 1, says: ["FOLDER/empty", "no *.zone file"]),
            Case(
                command: "serve --listen 127.0.0.1:PORT FOLDER/key.test.zone",
                status: 1,
                says: ["FOLDER/key.test.zone:5:18: error: ", "unknown key 'chekc'", "did you mean 'check'?"]
            ),
            Case(
                command: "proxy --region us FOLDER/key.test.zone",
                status: 1,
                says: ["FOLDER/key.test.zone:5:18: error: ", "unknown key 'chekc'"]
            ),
            Case(command: "check FOLDER/open.test.zone", status: 1, says: ["FOLDER/open.test.zone:2:13: error: "]),
            Case(
                command: "serve --listen 127.0.0.1:PORT --geoip FOLDER/geo.mmdb FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/geo.mmdb", "not a sound MaxMind database"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:PORT --geoip FOLDER/none.mmdb FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/none.mmdb", "No such file"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:TAKEN-UDP SMALL FOLDER/sound.test.zone",
                status: 1,
                says: ["127.0.0.1:TAKEN-UDP", "UDP", "in use", "--listen"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:TAKEN-TCP SMALL FOLDER/sound.test.zone",
                status: 1,
                says: ["127.0.0.1:TAKEN-TCP", "TCP", "in use", "--listen"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:TAKEN-TERN SMALL FOLDER/sound.test.zone",
                status: 1,
                says: ["127.0.0.1:TAKEN-TERN", "in use", "--listen"]
            ),
            Case(
                command: "proxy --region east --listen 127.0.0.1:TAKEN-TCP FOLDER/sound.test.zone",
                status: 1,
                says: ["127.0.0.1:TAKEN-TCP", "in use"]
            ),
            Case(
                command: "serve --listen 192.0.2.1:PORT SMALL FOLDER/sound.test.zone",
                status: 1,
                says: ["192.0.2.1:PORT", "does not have the address"]
            ),
            Case(
                command: "proxy --region nowhere FOLDER/sound.test.zone",
                status: 1,
                says: ["no region 'nowhere'", "the regions are: east"]
            ),
            Case(
                command: "serve --config FOLDER/peers.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/peers.yaml:3:33: error: ", "'nowhere' is no admin address"]
            ),
            Case(
                command: "serve --config FOLDER/twice.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/twice.yaml:5:9: error: ", "the peer /run/b.sock is listed twice"]
            ),
            Case(
                command: "serve --config FOLDER/need.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/need.yaml:4:11: error: ", "from 1 to 2, this one counted"]
            ),
            Case(
                command: "serve --config FOLDER/alone.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/alone.yaml:2:11: error: ", "quorum needs peers"]
            ),
            Case(
                command: "serve --config FOLDER/bare.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/bare.yaml:2:11: error: ", "192.0.2.1:8053 wants a token", "token-file"]
            ),
            Case(
                command: "serve --config FOLDER/share.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/share.yaml:2:23: error: ", "share must be a number from 10 to 99"]
            ),
            Case(
                command: "serve --config FOLDER/hold.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/hold.yaml:3:11: error: ", "hold must be a time"]
            ),
            Case(
                command: "check --config FOLDER/peers.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/peers.yaml:3:33: error: ", "'nowhere' is no admin address"]
            ),
            Case(command: "check --config FOLDER/quorum.yaml", status: 2, says: ["no zone files"]),
            Case(
                command: "serve --config FOLDER/quorum.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["nowhere.token: the token cannot be read"]
            ),
            Case(command: "serve --config FOLDER/none.yaml", status: 1, says: ["FOLDER/none.yaml", "cannot be read"]),
            Case(command: "serve --config FOLDER/empty", status: 1, says: ["FOLDER/empty", "cannot be read"]),
            Case(
                command: "serve --config FOLDER/key.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/key.yaml:3:3: error: ", "unknown key 'wrokers'", "workers"]
            ),
            Case(
                command: "serve --config FOLDER/value.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/value.yaml:2:12: error: ", "workers must be a number"]
            ),
            Case(
                command: "proxy --config FOLDER/time.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/time.yaml:5:12: error: ", "total must be a time such as 500ms"]
            ),
            Case(
                command: "proxy --config FOLDER/timeout.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/timeout.yaml:2:15: error: ", "unknown key 'conect'", "between-bytes"]
            ),
            Case(
                command: "serve --config FOLDER/open.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/open.yaml:3:5: error: ", "needs a token-file"]
            ),
            Case(
                command: "proxy --config FOLDER/socket.yaml FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/socket.yaml:3:13: error: ", "such as /run/tern/serve.sock, or none"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:PORT --admin 127.0.0.1:TAKEN-TCP SMALL FOLDER/sound.test.zone",
                status: 1,
                says: ["127.0.0.1:TAKEN-TCP needs a token"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:PORT --admin-token FOLDER/short.token FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/short.token", "16 to 1024", "openssl rand"]
            ),
            Case(
                command: "serve --listen 127.0.0.1:PORT --state-file FOLDER/none/states FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/none/states", "No such file"]
            ),
            Case(
                command: "status --admin FOLDER/none.sock",
                status: 1,
                says: ["nothing answers at FOLDER/none.sock", "No such file"]
            ),
            Case(command: "drain east --admin nowhere", status: 2, says: ["'nowhere'", "127.0.0.1:8053"]),
            Case(command: "force east sideways", status: 2, says: ["sideways", "up, down"]),
            Case(
                command:
                    "proxy --region east --no-config --pretend-round-trips FOLDER/length.round-trips FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/length.round-trips:3:1: error: ", "'10.0.0.0/8' is no network of 24 bits"]
            ),
            Case(
                command:
                    "proxy --region east --no-config --pretend-round-trips FOLDER/region.round-trips FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/region.round-trips:1:15: error: ", "no region 'esat'"]
            ),
            Case(
                command:
                    "proxy --region east --no-config --pretend-round-trips FOLDER/time.round-trips FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/time.round-trips:1:21: error: ", "'fast' is no round trip"]
            ),
            Case(
                command:
                    "proxy --region east --no-config --pretend-round-trips FOLDER/fields.round-trips FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/fields.round-trips:1:1: error: ", "NETWORK,REGION,MILLISECONDS"]
            ),
            Case(
                command:
                    "proxy --region east --no-config --pretend-round-trips FOLDER/twice.round-trips FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/twice.round-trips:3:1: error: ", "127.0.0.0/24 is there twice"]
            ),
            Case(
                command: "proxy --region east --no-config --pretend-round-trips FOLDER/none FOLDER/sound.test.zone",
                status: 1,
                says: ["FOLDER/none", "No such file"]
            ),
            Case(command: "serve --config FOLDER/broken.yaml", status: 1, says: ["FOLDER/broken.yaml"]),
            Case(
                command: "explain west.sound.test --client 192.0.2.1 FOLDER/sound.test.zone",
                status: 1,
                says: ["west.sound.test", "not steered"]
            ),
            Case(command: "serve --lisen 127.0.0.1:PORT", status: 2, says: ["--lisen", "Did you mean '--listen'?"]),
            Case(
                command: "serve --listen nowhere FOLDER/sound.test.zone",
                status: 2,
                says: ["'nowhere'", "127.0.0.1:5300"]
            ),
            Case(command: "serve --workers 0 FOLDER/sound.test.zone", status: 2, says: ["--workers", "1 to 256"]),
            Case(command: "serve --listen 127.0.0.1:PORT", status: 2, says: ["no zone files"]),
            Case(command: "proxy FOLDER/sound.test.zone", status: 2, says: ["--region"]),
            Case(command: "explain www.sound.test --client 300.1.1.1", status: 2, says: ["'300.1.1.1' is no address"]),
            Case(command: "fly south", status: 2, says: ["fly"]),
        ]

        @Test(arguments: cases)
        func `the message says what, where and what to do, and the exit status tells the kind`(wrong: Case) throws {
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(atPath: folder.path + "/empty", withIntermediateDirectories: true)
            let (free, udp, tcp) = (try Socket.freePort(), try Socket.freePort(), try Socket.freePort())
            let taken = (try Socket.Occupation(.udp, port: udp), try Socket.Occupation(.tcp, port: tcp))
            var replacements = ["FOLDER": folder.path, "TAKEN-UDP": "\(udp)", "TAKEN-TCP": "\(tcp)", "PORT": "\(free)"]
            for (name, text) in Self.files where wrong.command.contains(name) {
                try folder.write(text.replacingOccurrences(of: "PORT", with: "\(free)"), to: name)
            }
            let other = wrong.command.contains("TAKEN-TERN") ? try NameServer(Self.sound, origin: "sound.test") : nil
            replacements["TAKEN-TERN"] = other.map { "\($0.port)" }
            replacements["SMALL"] = try SmallWorld.options().joined(separator: " ")
            let fill = { (text: String) in
                replacements.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
            }
            let arguments = fill(wrong.command).split(separator: " ").map(String.init)
            let outcome = try Program.run(try Program.tern(), arguments)
            #expect(outcome.status == wrong.status, "\(outcome)")
            for words in wrong.says { #expect(outcome.errors.contains(fill(words)), "\(outcome)") }
            #expect(outcome.output == "")
            // Errors of the system come in its own words, not as numbers of a library.
            #expect(!outcome.errors.contains("Error Domain") && !outcome.errors.contains("error 256"), "\(outcome)")
            // A finding shows the line and a caret, a usage error the usage; the rest is one line, but for the log.
            let isPlaced = outcome.errors.contains(": error: ") || outcome.errors.contains("broken.yaml")
            let lines = outcome.errorLines.filter { !$0.contains(" info ") && !$0.contains(" warning ") }
            #expect(lines.count == 1 || wrong.status == 2 || isPlaced, "\(outcome)")
            withExtendedLifetime(taken) {}
            try other?.stop()
        }
    }
}
