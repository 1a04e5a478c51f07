import Glibc

/// A flat array that grows: storage that is moved by the kernel rather than copied, and handed over in the end.
@safe
struct FlatArrayBuilder<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    /// An empty array with room for `capacity` elements.
    init(capacity: Int = 0) {
        self.capacity = max(capacity, 64)
        unsafe base = Self.resize(nil, to: self.capacity)
    }

    deinit {
        unsafe free(base)
    }

    /// `count` elements of one value.
    init(repeating value: Element, count: Int) {
        self.init(capacity: count)
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
    }

    /// The element at `index`, which is checked.
    subscript(index: Int) -> Element {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            return unsafe base[index]
        }
        set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            unsafe base[index] = newValue
        }
    }

    /// Adds an element.
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        unsafe (base + count).initialize(to: element)
        count += 1
    }

    /// Adds elements.
    mutating func append(contentsOf elements: ArraySlice<Element>) {
        if count + elements.count > capacity { grow(to: count + elements.count) }
        unsafe elements.withUnsafeBufferPointer { source in
            guard let address = source.baseAddress else { return }
            unsafe (base + count).initialize(from: address, count: source.count)
        }
        count += elements.count
    }

    /// Adds a range of elements of a finished array.
    mutating func append(contentsOf array: FlatArray<Element>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= array.count)
        if count + range.count > capacity { grow(to: count + range.count) }
        unsafe (base + count).initialize(from: array.base + range.lowerBound, count: range.count)
        count += range.count
    }

    /// Adds the octets of a value.
    mutating func append<Value: BitwiseCopyable>(octetsOf value: Value) where Element == UInt8 {
        unsafe withUnsafeBytes(of: value) { octets in
            for index in 0..<octets.count { unsafe append(octets[index]) }
        }
    }

    /// Removes the last element.
    mutating func removeLast() {
        precondition(count > 0)
        count -= 1
    }

    /// A copy of some elements.
    func slice(_ range: Range<Int>) -> ArraySlice<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))[...]
    }

    /// The array, with no more storage than it needs; what was built here is empty afterwards.
    mutating func freeze() -> FlatArray<Element> {
        let array = unsafe FlatArray(adopting: Self.resize(base, to: max(1, count)), count: count)
        self.capacity = 64
        count = 0
        unsafe base = Self.resize(nil, to: capacity)
        return array
    }

    private mutating func grow(to least: Int) {
        capacity = max(least, capacity + capacity / 2)
        unsafe base = Self.resize(base, to: capacity)
    }

    private static func resize(_ old: UnsafeMutablePointer<Element>?, to capacity: Int) -> UnsafeMutablePointer<Element>
    {
        guard let storage = unsafe realloc(old, capacity * MemoryLayout<Element>.stride) else {
            fatalError("out of memory")
        }
        return unsafe storage.bindMemory(to: Element.self, capacity: capacity)
    }
}
