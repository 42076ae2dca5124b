public import DifferentialPrivacy
public import ObjectStorage

/// A search for users who are like those of a seed, over files that queries have written.
public struct LookalikeSearch: Sendable {
  /// The rows of a feature query.
  public struct Input: Sendable {
    public var query: FeatureQuery
    public var file: EngineLocation

    public init(query: FeatureQuery, file: EngineLocation) {
      self.query = query
      self.file = file
    }
  }

  /// The keys of the seed's users, as an audience query writes them.
  public var seed: EngineLocation
  public var inputs: [Input]
  /// How many users of the seed need signals.
  public var minimumSeedSize: Int
  public var sizing: LookalikeSizing
  /// The noise of all sizes that decide or are told; nil for exact ones.
  public var sizes: SizeNoise?
  /// The size of the seed as it was told; nil without noise.
  public var toldSeedSize: Int?
  /// Where files of the search are until it ends, and where `output` is. Its owner discards it.
  public var area: StagingArea
  /// The file with the members' keys, as an audience query writes them.
  public var output: EngineLocation

  public init(
    seed: EngineLocation, inputs: [Input], minimumSeedSize: Int, sizing: LookalikeSizing, area: StagingArea,
    output: EngineLocation
  ) {
    self.seed = seed
    self.inputs = inputs
    self.minimumSeedSize = minimumSeedSize
    self.sizing = sizing
    self.area = area
    self.output = output
  }
}

/// The outcome of a search for lookalikes.
public enum LookalikeOutcome: Sendable, Hashable {
  /// So many members were kept.
  case members(Int)
  /// The seed has fewer users with signals than can be learnt from.
  case seedTooSmall
  /// The seed has more users than allowed.
  case seedTooLarge
  /// No signal tells other users apart, so that none is nearer to the seed than another.
  case nothingToLearn
}
