import CLinux

/// Which processors threads are kept on.
enum ProcessorAffinity {
    /// The processors that this process may run on, in ascending order.
    static var allowed: [Int] {
        var processors = [CInt](repeating: 0, count: 1024)
        let count = unsafe tern_allowed_processors(&processors, CInt(processors.count))
        return processors.prefix(max(0, Int(count))).map(Int.init)
    }

    /// Keeps the calling thread on one processor.
    static func pin(to processor: Int) {
        tern_pin_thread(CInt(processor))
    }

    /// Whether datagrams can be given to the worker of the processor that receives them: each processor of the machine
    /// from 0 on has one.
    static func canSteer(workers: Int) -> Bool { allowed == Array(0..<workers) }
}
