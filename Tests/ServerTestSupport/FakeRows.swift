package import Privacy

/// Rows of a result that count people, each of whom has one row of data.
package struct FakeRows: Sendable {
  /// The people of each row.
  package var people: [ClosedRange<Int>]
  /// Whether rows can be left out of the result.
  package var canHide: Bool

  package init(_ people: [ClosedRange<Int>], canHide: Bool = true) {
    self.people = people
    self.canHide = canHide
  }

  /// The rows as the engine tells of them.
  var stage: ReleasedStage {
    let kind = GroupSketch.Kind(name: "rows", isAdditive: true, isExact: true)
    var builder = ReleasedGroupBuilder(kinds: [kind], usersMin: 2, equivalentMin: 2)
    for (number, people) in people.enumerated() {
      // Neighbours are in different buckets.
      let buckets = Dictionary(grouping: people) { $0 * 37 % GroupSketch.finestBucketCount }
      for (bucket, some) in buckets.sorted(by: { $0.key < $1.key }) {
        let check = some.reduce(UInt64(0)) { $0 ^ (UInt64($1) &* 0x9e37_79b9_7f4a_7c15 >> 1) }
        builder.add(group: number + 1, bucket: bucket, checks: [check], amounts: [Double(some.count)])
      }
    }
    return ReleasedStage(aggregation: 0, mayShareRows: false, canHide: canHide, sides: [builder.finish()])
  }
}
