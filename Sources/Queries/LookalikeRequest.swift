public import Warehouse

/// A request to make a lookalike audience.
public struct LookalikeRequest: Sendable, Hashable {
  /// The audience query of the seed.
  public var seed: QueryRequest
  /// The possible numbers of users of the seed.
  public var seedSizes: ClosedRange<Int>
  /// The number of members.
  public var sizing: LookalikeSizing

  public init(seed: QueryRequest, seedSizes: ClosedRange<Int>, sizing: LookalikeSizing) {
    self.seed = seed
    self.seedSizes = seedSizes
    self.sizing = sizing
  }
}
