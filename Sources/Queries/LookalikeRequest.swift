public import Warehouse

/// A lookalike audience with all that it needs to be made.
public struct LookalikeRequest: Sendable, Hashable {
  /// The audience query whose users the members are to be like.
  public var seed: QueryRequest
  /// How many users the seed may have.
  public var seedSizes: ClosedRange<Int>
  /// How many members there are to be.
  public var sizing: LookalikeSizing

  public init(seed: QueryRequest, seedSizes: ClosedRange<Int>, sizing: LookalikeSizing) {
    self.seed = seed
    self.seedSizes = seedSizes
    self.sizing = sizing
  }
}
