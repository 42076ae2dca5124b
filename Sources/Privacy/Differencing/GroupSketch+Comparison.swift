import func Foundation.exp

extension GroupSketch {
  /// Whether somebody who knows both rows knows something about fewer users than the stricter of them needs: some
  /// users' parts in two figures differ, but too few users', or one user's part may be most of the difference.
  ///
  /// It errs on the side of true. With as many users as are needed, two of them may share a bucket.
  public func isolatesSomebody(beside other: GroupSketch) -> Bool {
    let count = min(bucketCount, other.bucketCount)
    let others = other.figures.map { ($0, other.spread($0, over: count)) }
    return figures.contains { own in
      let compared = others.filter { own.kind.name == $0.0.kind.name && own.digest != $0.0.digest }
      guard !compared.isEmpty else { return false }
      let left = spread(own, over: count)
      return compared.contains { isIsolating(own, left, $0.0, $0.1, of: other) }
    }
  }

  private func isIsolating(
    _ own: Figure, _ left: Spread, _ theirs: Figure, _ right: Spread, of other: GroupSketch
  ) -> Bool {
    let count = left.checks.count
    let isExact = own.kind.isExact && theirs.kind.isExact
    let isAdditive = own.kind.isAdditive && theirs.kind.isAdditive
    var changed = 0
    var (total, largest) = (0.0, 0.0)
    var isBeyondPrecision = false
    for bucket in 0..<count where left.checks[bucket] != right.checks[bucket] {
      if isAdditive {
        let (one, another) = (left.amounts[bucket], right.amounts[bucket])
        let distance = abs(one - another)
        let size = max(abs(one), abs(another))
        // Sums of doubles differ in their last digits.
        if !isExact, distance <= Self.tolerance * size { continue }
        guard distance.isFinite else { return true }
        total += distance
        largest = max(largest, distance)
        if distance == 0, size >= Self.exactMax { isBeyondPrecision = true }
      }
      changed += 1
    }
    guard changed > 0 else {
      // The digests differ: by somebody whose check is the same by chance, by rows without a user, or by rounding.
      return isExact || own.strangers != theirs.strangers || !isAdditive
    }
    if isBeyondPrecision { return true }
    let least = max(usersMin, other.usersMin)
    guard changed >= Self.bucketsMin(provingUsers: least, of: count) else { return true }
    guard isAdditive else { return false }
    return total * (1 + Self.tolerance) < Double(max(equivalentMin, other.equivalentMin)) * largest
  }

  /// How many buckets must differ. As many as users are needed prove them. Where there are too few buckets for that, so
  /// many that fewer users hardly ever change them: three standard deviations above the mean of linear counting (Whang,
  /// Vander-Zanden and Taylor 1990).
  static func bucketsMin(provingUsers least: Int, of count: Int) -> Int {
    guard least > count / 2 else { return least }
    let buckets = Double(count)
    let load = Double(least) / buckets
    let mean = buckets * (1 - exp(-load))
    let variance = buckets * exp(-load) * (1 - (1 + load) * exp(-load))
    return min(least, Int((mean + 3 * variance.squareRoot()).rounded(.up)))
  }

  /// How far apart two sums of doubles may be and still be of the same numbers, as a part of their size.
  private static let tolerance = 1e-12
  /// From here on doubles leave out whole numbers.
  private static let exactMax = 9_007_199_254_740_992.0

  private struct Spread {
    var checks: [UInt8]
    var amounts: [Double]
  }

  /// The figure in all of so many buckets.
  private func spread(_ figure: Figure, over count: Int) -> Spread {
    var result = Spread(
      checks: Array(repeating: 0, count: count), amounts: Array(repeating: 0, count: figure.amounts.isEmpty ? 0 : count)
    )
    let factor = bucketCount / count
    for (index, bucket) in buckets.enumerated() {
      let target = Int(bucket) / factor
      result.checks[target] ^= figure.checks[index]
      if !figure.amounts.isEmpty { result.amounts[target] += figure.amounts[index] }
    }
    return result
  }
}
