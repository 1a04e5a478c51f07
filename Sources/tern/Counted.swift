/// A number with its noun: "1 zone", "2 zones".
///
/// - Parameter many: the plural; the singular with an `s` when left out.
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}
