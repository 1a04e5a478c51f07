/// A value in memory of its own that a loop's object keeps, and that is looked at without asking first whether somebody
/// else does.
///
/// The compiler has every access to a stored property of an object checked while the program runs, which for what is
/// touched several times with every event is a tenth of the user time of a request. Here nobody can be in the way: a
/// loop's objects are used by one thread, no closure that touches the value is called while it is being changed, and the
/// type is for this module alone.
@safe
struct OwnedCell<Value: ~Copyable>: ~Copyable {
    private let memory: UnsafeMutablePointer<Value>

    init(_ value: consuming Value) {
        unsafe memory = .allocate(capacity: 1)
        unsafe memory.initialize(to: value)
    }

    /// The value.
    var value: Value {
        @inline(__always) _read { yield unsafe memory.pointee }
        @inline(__always) nonmutating _modify { yield unsafe &memory.pointee }
    }

    deinit {
        unsafe memory.deinitialize(count: 1)
        unsafe memory.deallocate()
    }
}
