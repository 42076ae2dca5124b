/// How many members a lookalike audience is to have.
///
/// The size depends on the reach that was asked for and on how many users have signals at all, never on the seed, so
/// that it tells nothing of it.
public struct LookalikeSizing: Sendable, Hashable {
  /// The part of the users with signals that the broadest reach takes where no scale is set: enough for five reaches
  /// that differ, with as many users left as show what the model is for.
  public static let broadestShare = 0.6

  /// How many members each reach has at full scale, ascending.
  public var fullSizes: [Int]
  /// The index of the wanted reach among them.
  public var index: Int
  /// The factor of the full sizes; nil for a scale that fits the users there are.
  public var scale: Double?
  /// The fewest members that an audience may have.
  public var minimumSize: Int

  /// Sizes of these values; `index` counts from 0.
  public init(fullSizes: [Int], index: Int, scale: Double?, minimumSize: Int) {
    precondition(fullSizes.indices.contains(index), "There is no such reach.")
    self.fullSizes = fullSizes
    self.index = index
    self.scale = scale
    self.minimumSize = minimumSize
  }

  /// The wanted number of members where so many users have signals.
  ///
  /// Without a scale, the broadest reach has its full size or `broadestShare` of the users, whichever is less, and the
  /// others are in proportion. Where that leaves the narrowest below the minimum, the reaches are spread evenly from
  /// the minimum to the broadest.
  public func target(population: Int) -> Int {
    if let scale { return Int((Double(fullSizes[index]) * scale).rounded(.down)) }
    let (narrowest, broadest) = (Double(fullSizes[0]), Double(fullSizes[fullSizes.count - 1]))
    let largest = min(broadest, Self.broadestShare * Double(population))
    let proportional = largest / broadest
    if narrowest * proportional >= Double(minimumSize) || fullSizes.count == 1 {
      return Int((Double(fullSizes[index]) * proportional).rounded(.down))
    }
    let step = max(0, largest - Double(minimumSize)) / Double(fullSizes.count - 1)
    return minimumSize + Int((step * Double(index)).rounded(.down))
  }

  /// How many parts of the target a smaller audience can have.
  static let partCount = 20

  /// The number of members where so many users can be members. Where they are fewer than the target, it goes down by
  /// whole twentieths of it: that a seed took the others shows in no finer steps.
  public func size(population: Int, candidates: Int) -> Int {
    let target = target(population: population)
    guard candidates < target else { return target }
    return candidates * Self.partCount / max(target, 1) * target / Self.partCount
  }
}
