import FuzzTargets
import Glibc

// What libFuzzer calls. The environment variable FUZZ_TARGET names the target; FUZZ_SEEDS, if it is set, is a folder
// that receives its seeds before libFuzzer looks there for a corpus.

private let target = FuzzTarget(rawValue: variable("FUZZ_TARGET") ?? "")

private func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Called once, before anything else.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    guard let target else { fatalError("FUZZ_TARGET is one of \(FuzzTarget.allCases.map(\.rawValue))") }
    guard let folder = variable("FUZZ_SEEDS") else { return 0 }
    for (number, seed) in target.seeds.enumerated() {
        guard let file = unsafe fopen("\(folder)/seed-\(number)", "w") else { fatalError("cannot write to \(folder)") }
        unsafe fwrite(seed, 1, seed.count, file)
        unsafe fclose(file)
    }
    return 0
}

/// Called for each input; a rule that is broken ends the process, which libFuzzer takes as a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do throws(BrokenRule) {
        try target?.check(input)
    } catch {
        fatalError("\(error)")
    }
    return 0
}
