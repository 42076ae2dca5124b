/// The places in an index at which figures meet that differ by few users, whatever their keys and queries.
///
/// Where few users differ, most buckets are the same. An address is therefore the content of some buckets: two figures
/// that share one are compared. The more users a figure has, the fewer buckets make an address:
///
/// - from 50 occupied buckets on, single ones: 4 of them, or 16 where a difference needs a hundred users;
/// - from 12 to 75, quarters of all buckets;
/// - up to 15, the first and the last occupied one, beside the number of occupied ones.
///
/// One user who differs changes one bucket, so one address at most, and the other ones are found. That a hundred users
/// change all sixteen is improbable (0.3 % where a row has a hundred users, far less where it has more).
struct SketchAddresses {
  struct Content {
    var bucket: UInt8
    var check: UInt64
  }

  private(set) var addresses: [UInt64] = []
  private(set) var neighbours: [UInt64] = []

  /// - Parameter contents: The occupied ones of the finest buckets, in order.
  init(_ contents: [Content], of kind: GroupSketch.Kind, usersMin: Int) {
    guard let first = contents.first, let last = contents.last else { return }
    var seed: UInt64 = 1
    for byte in kind.name.utf8 { seed = GroupSketch.mixed(seed ^ UInt64(byte)) }
    if contents.count >= 50 {
      let count = usersMin > 32 ? 16 : 4
      for start in 0..<count {
        let position = start * GroupSketch.finestBucketCount / count
        let found = contents.first { Int($0.bucket) >= position } ?? first
        add(Self.address(seed ^ 3, found))
      }
    }
    if (12...75).contains(contents.count) {
      var quarters: [UInt64] = [0, 0, 0, 0]
      for content in contents {
        let quarter = Int(content.bucket) / (GroupSketch.finestBucketCount / 4)
        quarters[quarter] = quarters[quarter] &+ Self.address(seed ^ 2, content)
      }
      for quarter in quarters where quarter != 0 { add(quarter) }
    }
    if contents.count <= 15 {
      for (place, content) in [(4, first), (5, last)] as [(UInt64, Content)] {
        func address(_ count: Int) -> UInt64 {
          Self.address(seed ^ place ^ UInt64(count << 8), content)
        }
        addresses.append(address(contents.count))
        neighbours += (contents.count - 1...contents.count + 1).map(address)
      }
    }
  }

  private mutating func add(_ address: UInt64) {
    addresses.append(address)
    neighbours.append(address)
  }

  private static func address(_ seed: UInt64, _ content: Content) -> UInt64 {
    GroupSketch.mixed(GroupSketch.mixed(seed ^ (UInt64(content.bucket) << 32)) ^ content.check)
  }
}
