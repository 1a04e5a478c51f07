/// The kinds of fault in zone files; the raw value is the name that reports and scripts use.
package enum FindingCode: String, CaseIterable, Sendable, Hashable, Encodable {
    // MARK: - Files

    /// A zone file or folder cannot be read.
    case unreadableFile = "unreadable-file"
    /// The file's name is not `ORIGIN.zone`, and no origin was given.
    case unknownOrigin = "unknown-origin"
    /// Two files hold the same zone.
    case repeatedZone = "repeated-zone"
    /// More data than a zone may have.
    case zoneTooLarge = "zone-too-large"
    /// So many faults that the others are only counted.
    case tooManyFindings = "too-many-findings"

    // MARK: - Fields

    case unterminatedQuote = "unterminated-quote"
    case unterminatedParenthesis = "unterminated-parenthesis"
    case unmatchedParenthesis = "unmatched-parenthesis"
    case nulOctet = "nul-octet"
    case fieldTooLong = "field-too-long"
    case entryTooLong = "entry-too-long"

    // MARK: - Directives

    case unknownDirective = "unknown-directive"
    /// A directive with a missing, bad or surplus field.
    case badDirective = "bad-directive"
    /// The file of an `$INCLUDE` cannot be read.
    case includeFailed = "include-failed"
    /// A file that includes itself, or files nested or included too often.
    case includeLimit = "include-limit"
    case badGenerate = "bad-generate"
    /// `$GENERATE` makes more records than a zone may have.
    case generateLimit = "generate-limit"

    // MARK: - Records

    /// An owner name that is no name.
    case badOwner = "bad-owner"
    /// A blank owner where no record precedes in this file.
    case noOwner = "no-owner"
    case badTTL = "bad-ttl"
    /// No TTL is written and none can be taken over.
    case noTTL = "no-ttl"
    /// A class other than IN.
    case badClass = "bad-class"
    case unknownType = "unknown-type"
    /// A type that only a query may carry, such as ANY.
    case queryType = "query-type"
    /// A field of the RDATA is not what the type demands.
    case badRData = "bad-rdata"
    /// An owner name outside the zone.
    case outOfZone = "out-of-zone"
    case duplicateRecord = "duplicate-record"
    /// An RRset that no response can hold.
    case rrsetTooLarge = "rrset-too-large"
    /// Records of one RRset with different TTLs (RFC 2181 section 5.2).
    case ttlMismatch = "ttl-mismatch"

    // MARK: - Zone

    case noSOA = "no-soa"
    case severalSOAs = "several-soas"
    case soaNotAtApex = "soa-not-at-apex"
    case noNS = "no-ns"
    case cnameAndOtherData = "cname-and-other-data"
    case severalCNAMEs = "several-cnames"
    case severalDNAMEs = "several-dnames"
    case wildcardNS = "wildcard-ns"
    /// An asterisk label that is not the first (RFC 4592 section 2.1.1).
    case innerWildcard = "inner-wildcard"
    /// A wildcard below a zone cut or a DNAME, which no query reaches.
    case deadWildcard = "dead-wildcard"
    /// CNAME records that lead to each other in a circle.
    case aliasLoop = "alias-loop"
    /// A record that means something only at the apex, or DS where nothing is delegated.
    case misplacedRecord = "misplaced-record"
    /// An NS, MX or SRV target that looks like an IPv4 address.
    case targetIsAddress = "target-is-address"
    /// An NS, MX or SRV target that is an alias (RFC 2181 section 10.3, RFC 2782).
    case targetIsCNAME = "target-is-cname"
    /// An NS, MX or SRV target inside the zone that has no address.
    case targetWithoutAddress = "target-without-address"
    /// A delegation to a name server below the zone cut whose address is not given.
    case missingGlue = "missing-glue"
    /// An address below a zone cut that no NS record names.
    case superfluousGlue = "superfluous-glue"
    /// A record at or below a zone cut that is neither the delegation nor glue.
    case occluded
    /// A record below a DNAME (RFC 6672 section 2.4).
    case belowDNAME = "below-dname"

    // MARK: - Control records

    case unknownKey = "unknown-key"
    case repeatedKey = "repeated-key"
    case missingKey = "missing-key"
    case badValue = "bad-value"
    case timeoutAboveInterval = "timeout-above-interval"
    /// Two REGION, STEER or POOL records at one name.
    case repeatedControlRecord = "repeated-control-record"
    case unknownRegion = "unknown-region"
    /// A region that a STEER lists twice.
    case repeatedRegion = "repeated-region"
    case regionWithoutAddress = "region-without-address"
    /// A region whose place is not known to a policy that goes by places.
    case regionWithoutPlace = "region-without-place"
    case zeroWeights = "zero-weights"
    /// An option that the STEER's policy does not read.
    case optionWithoutEffect = "option-without-effect"
    /// `within=` in a unit that the policy does not measure.
    case withinUnit = "within-unit"
    /// A fence inside which no region of the STEER lies.
    case unsatisfiableFence = "unsatisfiable-fence"
    case steerBesideCNAME = "steer-beside-cname"
    case steerBesideAddress = "steer-beside-address"
    /// A steered name that stands as a region of itself, over others or not.
    case steerLoop = "steer-loop"
    /// More steered names one in the other than may be.
    case steerTooDeep = "steer-too-deep"
    /// A steered name as a region of a STEER with the policy `all`.
    case steerInAll = "steer-in-all"
    /// A fence through a steered name: some of its regions lie inside.
    case fenceCut = "fence-cut"
    /// What `net=` or `when-down=` names lies outside the fence.
    case outsideFence = "outside-fence"
    /// A network with two `net=`.
    case repeatedNetwork = "repeated-network"
    /// `ttl-min=` above the TTL.
    case minimumAboveTTL = "ttl-min-above-ttl"
    /// A region with fewer addresses than `min-healthy=` asks for.
    case tooFewAddresses = "too-few-addresses"
    /// A TTL shorter than the time between two checks.
    case ttlBelowInterval = "ttl-below-interval"
    /// A POOL whose owner is not `_service._proto.REGION`.
    case poolOwner = "pool-owner"
    /// A POOL without SRV records.
    case emptyPool = "empty-pool"
    /// Two pools of a region that listen at one port.
    case repeatedPort = "repeated-port"
    /// A server of a pool that cannot be reached: no address, or port 0.
    case unreachableServer = "unreachable-server"

    /// Whether a zone with this fault is refused.
    package var severity: Finding.Severity {
        switch self {
        case .duplicateRecord, .ttlMismatch, .wildcardNS, .targetIsCNAME, .targetWithoutAddress, .occluded, .belowDNAME,
            .innerWildcard, .deadWildcard, .aliasLoop, .misplacedRecord, .targetIsAddress, .superfluousGlue,
            .regionWithoutPlace, .optionWithoutEffect, .ttlBelowInterval:
            .warning
        default: .error
        }
    }
}
