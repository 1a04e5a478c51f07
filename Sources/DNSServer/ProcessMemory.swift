import CLinux

/// How the process deals with memory, which matters where zones are large.
package enum ProcessMemory {
    /// Prepares for large zones; to be called once, early.
    package static func prepare() { tern_map_large_blocks() }

    /// Gives back what loading needed.
    static func releaseUnused() { tern_release_memory() }
}
