/// A loss of privacy: δ-approximate ρ-zero-concentrated differential privacy (Bun and Steinke 2016).
///
/// ρ counts in steps of 2^-40 and δ, that of selecting groups, in steps of 2^-60, so that sums are exact: losses of
/// several mechanisms over the same people are added, whatever order they run in and whatever earlier answers were.
///
///     let query = PrivacyLoss.allowed(epsilon: 1, delta: 1e-8) + PrivacyLoss(selectionDelta: 1e-9)
///     query.epsilon(delta: 1e-8)      // 1, or a little less; δ is then 1e-8 + 1e-9
///
/// The proofs of what a loss guarantees are in `docs/differential-privacy/accounting.md`.
public struct PrivacyLoss: Hashable, Codable, Sendable {
  /// ρ as a multiple of 2^-40. Not negative.
  public var ticks: Int64
  /// The δ of selecting groups as a multiple of 2^-60. Not negative.
  public var deltaTicks: Int64

  /// ρ is `ticks` times this.
  static let tick = 0x1p-40
  /// δ is `deltaTicks` times this.
  static let deltaTick = 0x1p-60

  /// No loss: an answer that does not depend on anybody.
  public static let zero = PrivacyLoss(ticks: 0)

  /// A loss of so many steps; negative numbers count as 0.
  public init(ticks: Int64, deltaTicks: Int64 = 0) {
    self.ticks = max(ticks, 0)
    self.deltaTicks = max(deltaTicks, 0)
  }

  /// A loss of δ alone, rounded down; 0 ≤ δ < 1.
  public init(selectionDelta: Double) {
    self.init(ticks: 0, deltaTicks: Int64((selectionDelta / Self.deltaTick).rounded(.down)))
  }

  /// ρ, exactly or as the next `Double`.
  public var rho: Double { Double(ticks) * Self.tick }

  /// δ of the selections, exactly or as the next `Double`.
  public var selectionDelta: Double { Double(deltaTicks) * Self.deltaTick }

  /// The loss of two mechanisms over the same people. A sum beyond the greatest number stays there, so that no budget
  /// is ever exceeded unseen.
  public static func + (left: PrivacyLoss, right: PrivacyLoss) -> PrivacyLoss {
    PrivacyLoss(
      ticks: saturated(left.ticks.addingReportingOverflow(right.ticks)),
      deltaTicks: saturated(left.deltaTicks.addingReportingOverflow(right.deltaTicks)))
  }

  public static func += (left: inout PrivacyLoss, right: PrivacyLoss) { left = left + right }

  /// Whether this loss is within another, in both parts.
  public func isWithin(_ budget: PrivacyLoss) -> Bool {
    ticks <= budget.ticks && deltaTicks <= budget.deltaTicks
  }

  /// The rest of this budget after a loss; nothing where the loss is larger.
  public func remaining(after loss: PrivacyLoss) -> PrivacyLoss {
    PrivacyLoss(ticks: ticks - min(ticks, loss.ticks), deltaTicks: deltaTicks - min(deltaTicks, loss.deltaTicks))
  }

  /// One of `parts` equal parts, rounded down, so that all parts together are within this loss.
  public func divided(into parts: Int) -> PrivacyLoss {
    precondition(parts > 0)
    return PrivacyLoss(ticks: ticks / Int64(parts), deltaTicks: deltaTicks / Int64(parts))
  }

  private static func saturated(_ sum: (partialValue: Int64, overflow: Bool)) -> Int64 {
    sum.overflow ? .max : sum.partialValue
  }
}
