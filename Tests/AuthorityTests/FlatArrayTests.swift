import Authority
import Testing

@Suite struct FlatArrayTests {
    @Test func holdsWhatItWasMadeOf() {
        let array = FlatArray<UInt32>([3, 1, 2])
        defer { array.deallocate() }
        #expect(array.count == 3)
        #expect((0..<3).map { array[$0] } == [3, 1, 2])
    }

    @Test func copiesOctetsInPlace() {
        let array = FlatArray<UInt8>([1, 2, 3, 4])
        defer { array.deallocate() }
        var octets = [UInt8](repeating: 0, count: 6)
        var span = octets.mutableSpan
        array.copy(from: 1, count: 2, into: &span, at: 3)
        #expect(octets == [0, 0, 0, 2, 3, 0])
    }

    @Test func trapsOutsideItsBounds() async {
        await #expect(processExitsWith: .failure) {
            let array = FlatArray<UInt8>([1, 2, 3])
            _ = array[3]
        }
        await #expect(processExitsWith: .failure) {
            let array = FlatArray<UInt8>([1, 2, 3])
            var octets = [UInt8](repeating: 0, count: 4)
            var span = octets.mutableSpan
            array.copy(from: 2, count: 2, into: &span, at: 0)
        }
    }
}
