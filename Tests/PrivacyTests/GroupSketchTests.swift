import Privacy
import Testing

/// Sketches of rows tell how many users differ, and whether one of them is most of the difference.
@Suite struct GroupSketchTests {
  private static let usersOfWorlds = 100_000

  /// A number that looks random, the same each time (SplitMix64).
  private static func mixed(_ value: Int) -> UInt64 {
    var value = UInt64(bitPattern: Int64(value)) &+ 0x9e37_79b9_7f4a_7c15
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// A row of these users, each with a row of data and a part in a sum.
  private static func row(
    _ users: some Sequence<Int>, usersMin: Int = 2, exact: Bool = true, part: (Int) -> Double = { _ in 100 }
  ) -> ReleasedGroup {
    let kinds = [
      GroupSketch.Kind(name: "rows", isAdditive: true, isExact: true),
      GroupSketch.Kind(name: "SUM", isAdditive: true, isExact: exact),
    ]
    var checks: [Int: [UInt64]] = [:]
    var amounts: [Int: [Double]] = [:]
    for user in users {
      let bucket = Int(mixed(user) >> 56)
      for (index, value) in [1, part(user)].enumerated() where value != 0 {
        checks[bucket, default: [0, 0]][index] ^= mixed(user ^ Int(truncatingIfNeeded: value.bitPattern)) >> 1
        amounts[bucket, default: [0, 0]][index] += value
      }
    }
    var builder = ReleasedGroupBuilder(kinds: kinds, usersMin: usersMin, equivalentMin: 2)
    for bucket in checks.keys.sorted() {
      builder.add(group: 1, bucket: bucket, checks: checks[bucket] ?? [], amounts: amounts[bucket] ?? [])
    }
    return builder.finish()[0]
  }

  private static func world(_ number: Int, _ count: Int) -> Range<Int> {
    number * usersOfWorlds..<number * usersOfWorlds + count
  }

  /// Whether one row is found from the other and hidden.
  private static func isHidden(_ row: ReleasedGroup, beside other: ReleasedGroup) -> Bool {
    !Set(row.neighbours).isDisjoint(with: other.addresses) && row.sketch.isolatesSomebody(beside: other.sketch)
  }

  @Test(arguments: [3, 8, 13, 40, 70, 300, 3000]) func oneUserMoreIsFoundInRowsOfAnySize(_ size: Int) {
    for number in 0..<40 {
      let users = Self.world(number, size + 1)
      let (less, more) = (Self.row(users.dropLast()), Self.row(users))
      #expect(Self.isHidden(more, beside: less) && Self.isHidden(less, beside: more), "world \(number)")
    }
  }

  @Test func theSameUsersWithTheSamePartsAreNoDifference() {
    let (one, other) = (Self.row(0..<500), Self.row((0..<500).reversed()))
    #expect(one.sketch.digest == other.sketch.digest)
    #expect(!one.sketch.isolatesSomebody(beside: other.sketch))
  }

  @Test func oneUserWithAnotherPartIsFound() {
    let (one, other) = (Self.row(0..<500), Self.row(0..<500) { $0 == 77 ? 4711 : 100 })
    #expect(Self.isHidden(other, beside: one))
  }

  @Test func manyUsersMoreAreShown() {
    for number in 0..<40 {
      let (less, more) = (Self.row(Self.world(number, 500)), Self.row(Self.world(number, 520)))
      #expect(!more.sketch.isolatesSomebody(beside: less.sketch), "world \(number)")
    }
  }

  /// Buckets never count more users than there are: with fewer than are needed a row is never shown.
  @Test(arguments: [100, 590, 3000]) func ninetyNineUsersMoreAreNeverEnoughForAHundred(_ size: Int) {
    for number in 0..<20 {
      let less = Self.row(Self.world(number, size), usersMin: 100)
      let more = Self.row(Self.world(number, size + 99), usersMin: 100)
      #expect(more.sketch.isolatesSomebody(beside: less.sketch), "world \(number)")
      let many = Self.row(Self.world(number, size + 160), usersMin: 100)
      #expect(!many.sketch.isolatesSomebody(beside: less.sketch), "world \(number)")
    }
  }

  @Test func rowsOfDifferentClassesAreComparedByTheStricterOne() {
    let plain = Self.row(0..<3000)
    #expect(Self.isHidden(Self.row(50..<3000, usersMin: 100), beside: plain))
    #expect(!Self.row(500..<3000, usersMin: 100).sketch.isolatesSomebody(beside: plain.sketch))
  }

  /// Everybody's part is a little larger, and one user's much.
  @Test func oneUserWhoIsMostOfADifferenceIsFound() {
    let one = Self.row(0..<3000)
    let dominated = Self.row(0..<3000) { $0 == 77 ? 4711 : 100.0001 }
    #expect(Self.isHidden(dominated, beside: one))
    #expect(!Self.row(0..<3000) { $0 % 2 == 0 ? 105 : 104 }.sketch.isolatesSomebody(beside: one.sketch))
  }

  @Test func sumsOfDoublesInAnotherOrderAreTheSame() {
    let one = Self.row(0..<500, exact: false) { Double($0) / 7 }
    let other = Self.row(0..<500, exact: false) { Double($0) / 7 * (1 + 1e-16 * Double($0 % 3)) }
    #expect(!other.sketch.isolatesSomebody(beside: one.sketch))
  }

  /// Rows without a user may be one person's: they change something, and prove nobody.
  @Test func rowsWithoutAUserProveNobody() {
    let kind = GroupSketch.Kind(name: "rows", isAdditive: true, isExact: true)
    func row(_ strangers: UInt64) -> GroupSketch {
      var builder = ReleasedGroupBuilder(kinds: [kind], usersMin: 2, equivalentMin: 2)
      builder.add(group: 1, bucket: ReleasedGroupBuilder.strangers, checks: [strangers], amounts: [1])
      for bucket in 0..<20 { builder.add(group: 1, bucket: bucket * 9, checks: [UInt64(bucket + 1)], amounts: [1]) }
      return builder.finish()[0].sketch
    }
    #expect(row(1).isolatesSomebody(beside: row(2)))
    #expect(!row(1).isolatesSomebody(beside: row(1)))
  }

  @Test(arguments: [2, 100]) func aSketchIsReadAsItWasWritten(_ usersMin: Int) throws {
    for part in [{ _ in 100.0 }, { Double($0) / 7 }, { -1e300 * Double($0) }] as [(Int) -> Double] {
      let sketch = Self.row(0..<700, usersMin: usersMin, part: part).sketch
      let data = sketch.data
      #expect(GroupSketch(data: data) == sketch)
      #expect(data.count < 6_000)
      for length in stride(from: 0, to: data.count, by: 97) { #expect(GroupSketch(data: data.prefix(length)) == nil) }
    }
  }

  @Test func aSketchOfARowThatCountsTakesAFewHundredBytes() {
    #expect(Self.row(0..<3000).sketch.data.count < 500)
  }
}
