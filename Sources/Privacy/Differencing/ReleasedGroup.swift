/// The rows of one aggregation that a result is about to show.
public struct ReleasedStage: Sendable {
  /// The number of the aggregation in its query.
  public var aggregation: Int
  /// Whether its rows are compared with each other.
  public var mayShareRows: Bool
  /// Whether rows can be left out.
  public var canHide: Bool
  /// The rows by each of the users that they belong to: one list, or two of the same rows.
  public var sides: [[ReleasedGroup]]

  public init(aggregation: Int, mayShareRows: Bool, canHide: Bool, sides: [[ReleasedGroup]]) {
    self.aggregation = aggregation
    self.mayShareRows = mayShareRows
    self.canHide = canHide
    self.sides = sides
  }
}

/// A row that a result is about to show: its sketch, and where to look for others that are nearly the same.
public struct ReleasedGroup: Sendable {
  /// The number of the row among those of its aggregation, from 1.
  public var number: Int
  public var sketch: GroupSketch
  /// The addresses under which others find this row.
  public var addresses: [UInt64]
  /// The addresses under which rows are found that may differ from this one by few users.
  public var neighbours: [UInt64]
}

/// Makes the rows of one aggregation from what the engine counted, bucket by bucket.
///
///     var builder = ReleasedGroupBuilder(kinds: kinds, usersMin: 2, equivalentMin: 2)
///     builder.add(group: 1, bucket: 17, checks: [0x5eed], amounts: [3])
///     let groups = builder.finish()
public struct ReleasedGroupBuilder: Sendable {
  /// The bucket of rows without a known user.
  public static let strangers = -1

  private let kinds: [GroupSketch.Kind]
  private let usersMin: Int
  private let equivalentMin: Int
  private var groups: [ReleasedGroup] = []
  private var number: Int?
  private var buckets: [UInt8] = []
  private var checks: [[UInt64]]
  private var amounts: [[Double]]
  private var strangers: [UInt64]

  /// - Parameter kinds: The figures of each row.
  public init(kinds: [GroupSketch.Kind], usersMin: Int, equivalentMin: Int) {
    self.kinds = kinds
    self.usersMin = usersMin
    self.equivalentMin = equivalentMin
    checks = Array(repeating: [], count: kinds.count)
    amounts = Array(repeating: [], count: kinds.count)
    strangers = Array(repeating: 0, count: kinds.count)
  }

  /// Adds a bucket of a row. Rows come one after the other, and their buckets in order.
  ///
  /// - Parameters:
  ///   - bucket: From 0 to 255, or `strangers`.
  ///   - checks: For each figure, the check of users' parts; 0 for none.
  ///   - amounts: For each figure, the sum of the parts; anything where they do not add up.
  public mutating func add(group: Int, bucket: Int, checks own: [UInt64], amounts sums: [Double]) {
    if group != number { close() }
    number = group
    guard bucket >= 0 else {
      strangers = own
      return
    }
    buckets.append(UInt8(truncatingIfNeeded: bucket))
    for index in kinds.indices {
      checks[index].append(own[index])
      amounts[index].append(sums[index])
    }
  }

  /// The rows in the order in which they came.
  public mutating func finish() -> [ReleasedGroup] {
    close()
    return groups
  }

  private mutating func close() {
    guard let number else { return }
    let sketch = folded()
    var addresses: Set<UInt64> = []
    var neighbours: Set<UInt64> = []
    for (index, kind) in kinds.enumerated() {
      let occupied = zip(buckets, checks[index]).filter { $0.1 != 0 }
      let own = SketchAddresses(occupied.map { .init(bucket: $0.0, check: $0.1) }, of: kind, usersMin: usersMin)
      addresses.formUnion(own.addresses)
      neighbours.formUnion(own.neighbours)
    }
    groups.append(
      ReleasedGroup(number: number, sketch: sketch, addresses: addresses.sorted(), neighbours: neighbours.sorted()))
    self.number = nil
    buckets = []
    for index in kinds.indices {
      checks[index] = []
      amounts[index] = []
      strangers[index] = 0
    }
  }

  /// The sketch with as many buckets as the row needs.
  private func folded() -> GroupSketch {
    let count = GroupSketch.bucketCount(usersMin: usersMin)
    let factor = UInt8(GroupSketch.finestBucketCount / count)
    var targets: [UInt8] = []
    for bucket in buckets where targets.last != bucket / factor { targets.append(bucket / factor) }
    let figures = kinds.enumerated().map { index, kind in
      var digest = GroupSketch.mixed(strangers[index] == 0 ? 0 : strangers[index] ^ 0xffff)
      var folded: [UInt8] = []
      var sums: [Double] = []
      for (position, bucket) in buckets.enumerated() {
        let check = checks[index][position]
        if check != 0 { digest = digest &+ GroupSketch.mixed(check ^ UInt64(bucket)) }
        let isNew = position == 0 || buckets[position - 1] / factor != bucket / factor
        if isNew {
          folded.append(0)
          sums.append(0)
        }
        folded[folded.count - 1] ^= UInt8(truncatingIfNeeded: check)
        sums[sums.count - 1] += amounts[index][position]
      }
      return GroupSketch.Figure(
        kind: kind, digest: digest, checks: folded, amounts: kind.isAdditive ? sums : [], strangers: strangers[index])
    }
    return GroupSketch(
      bucketCount: count, usersMin: usersMin, equivalentMin: equivalentMin, buckets: targets, figures: figures)
  }
}
