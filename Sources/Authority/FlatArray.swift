import Glibc

/// A fixed array of plain values outside reference counting, for data that is built once and read by many threads.
///
/// Copies share the storage; nobody is counted. Exactly one owner calls ``deallocate()``, from its `deinit`, and every
/// reader keeps that owner alive. Elements are never written after the array is made, which is why it is safe to send.
@safe
package struct FlatArray<Element: BitwiseCopyable>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
    /// The number of elements.
    package let count: Int

    /// Copies `elements` into storage of its own.
    package init(_ elements: [Element]) {
        count = elements.count
        let size = max(1, elements.count) * MemoryLayout<Element>.stride
        guard let storage = unsafe malloc(size) else { fatalError("out of memory") }
        unsafe base = storage.bindMemory(to: Element.self, capacity: max(1, elements.count))
        unsafe elements.withUnsafeBufferPointer { source in
            if let address = source.baseAddress { unsafe base.initialize(from: address, count: source.count) }
        }
    }

    /// Takes over storage that `malloc` made.
    init(adopting storage: UnsafeMutablePointer<Element>, count: Int) {
        unsafe base = storage
        self.count = count
    }

    /// The element at `index`, which is checked.
    package subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            return unsafe base[index]
        }
    }

    /// The element at `index`, which is checked.
    package subscript(index: UInt32) -> Element {
        @inline(__always) get { self[Int(index)] }
    }

    /// Frees the storage; no copy may be used afterwards.
    package func deallocate() {
        unsafe free(base)
    }
}

extension FlatArray where Element == UInt8 {
    /// Whether `count` octets from `start` equal those at an address.
    @inline(__always)
    func equals(from start: Int, _ other: UnsafePointer<UInt8>, count length: Int) -> Bool {
        precondition(start >= 0 && length >= 0 && length <= count - start)
        let own = unsafe UnsafeRawPointer(base + start)
        let other = unsafe UnsafeRawPointer(other)
        var step = 0
        while step + 8 <= length {
            let left = unsafe own.loadUnaligned(fromByteOffset: step, as: UInt64.self)
            let right = unsafe other.loadUnaligned(fromByteOffset: step, as: UInt64.self)
            if left != right { return false }
            step += 8
        }
        while step < length {
            let left = unsafe own.load(fromByteOffset: step, as: UInt8.self)
            let right = unsafe other.load(fromByteOffset: step, as: UInt8.self)
            if left != right { return false }
            step += 1
        }
        return true
    }

    /// The value whose octets begin at `offset`.
    @inline(__always)
    func load<Value: BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        precondition(offset >= 0 && MemoryLayout<Value>.size <= count - offset)
        return unsafe UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: type)
    }

    /// Copies `length` octets from `start` into `destination` at `offset`; all bounds are checked.
    @inline(__always)
    package func copy(from start: Int, count length: Int, into destination: inout MutableSpan<UInt8>, at offset: Int) {
        precondition(start >= 0 && length >= 0 && length <= count - start)
        precondition(offset >= 0 && length <= destination.count - offset)
        unsafe destination.withUnsafeMutableBytes { target in
            if let address = target.baseAddress {
                unsafe (address + offset).copyMemory(from: base + start, byteCount: length)
            }
        }
    }
}
