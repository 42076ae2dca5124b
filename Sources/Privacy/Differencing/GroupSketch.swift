/// A summary of the users' parts in the figures of one row that a result shows. Two summaries tell whether the rows
/// differ by too few users, whatever queries they are from.
///
/// Users are spread over buckets by a keyed hash. For each bucket there is a check of who has which part in a figure,
/// and the sum of these parts. A user whose part differs changes one bucket, so the number of buckets that differ is
/// never larger than the number of users who do: enough buckets *prove* enough users. The sums tell whether one bucket,
/// and so perhaps one user, is most of a difference.
///
/// `docs/decisions/differencing.md` explains the choice and its numbers.
public struct GroupSketch: Hashable, Sendable {
  /// The kind of a figure. Figures of the same name are compared.
  public struct Kind: Hashable, Sendable {
    /// The aggregate, and the type of its values where they are no numbers.
    public var name: String
    /// Whether users' parts add up to the figure.
    public var isAdditive: Bool
    /// Whether parts are whole or decimal numbers, which add up to the same sum in any order.
    public var isExact: Bool

    public init(name: String, isAdditive: Bool, isExact: Bool) {
      self.name = name
      self.isAdditive = isAdditive
      self.isExact = isExact
    }
  }

  /// The users' parts in one figure.
  public struct Figure: Hashable, Sendable {
    public var kind: Kind
    /// The same for the same parts of the same users, whatever the number of buckets.
    public var digest: UInt64
    /// The check of each occupied bucket; 0 where nobody in it has a part.
    var checks: [UInt8]
    /// The sum of each occupied bucket; empty where parts do not add up.
    var amounts: [Double]
    /// The check of rows without a known user; 0 for none.
    var strangers: UInt64
  }

  /// The number of buckets: a power of two, at most `finestBucketCount`.
  public let bucketCount: Int
  /// How many users a row like this one needs, and so a difference from it.
  public let usersMin: Int
  /// How often the largest change of one user must fit into a difference.
  public let equivalentMin: Int
  /// The buckets that have known users, in order.
  let buckets: [UInt8]
  public let figures: [Figure]

  /// The number of buckets while a sketch is made.
  public static let finestBucketCount = 256

  /// The number of buckets of rows that need so many users. Few users are told apart by few buckets; a hundred need
  /// more than a hundred.
  static func bucketCount(usersMin: Int) -> Int { usersMin <= 32 ? 64 : finestBucketCount }

  /// The same for rows that show the same of the same users.
  public var digest: UInt64 {
    var result = UInt64(truncatingIfNeeded: usersMin) &* 31 &+ UInt64(truncatingIfNeeded: equivalentMin)
    for figure in figures {
      for byte in figure.kind.name.utf8 { result = Self.mixed(result ^ UInt64(byte)) }
      result = Self.mixed(result ^ figure.digest)
    }
    return result
  }

  /// A bijection whose results look random (the finalizer of SplitMix64; Steele, Lea and Flood 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9e37_79b9_7f4a_7c15
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
