import Testing

@testable import Warehouse

@Suite struct LookalikeSizingTests {
  private static let full = [1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000]

  private func targets(_ population: Int, scale: Double? = nil, minimum: Int = 2_000) -> [Int] {
    Self.full.indices.map { place in
      LookalikeSizing(fullSizes: Self.full, index: place, scale: scale, minimumSize: minimum)
        .target(population: population)
    }
  }

  @Test func aLargeInstanceHasTheDocumentedSizes() {
    #expect(targets(100_000_000) == Self.full)
    #expect(targets(5_000_000) == [600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000])
  }

  /// A sandbox of some ten thousand users: five sizes that differ, none below the minimum.
  @Test func aSmallInstanceHasFiveSizes() {
    #expect(targets(17_000) == [2_040, 4_080, 6_120, 8_160, 10_200])
    #expect(targets(10_000) == [2_000, 3_000, 4_000, 5_000, 6_000])
    #expect(targets(50_000) == [6_000, 12_000, 18_000, 24_000, 30_000])
  }

  @Test func theOperatorsScaleIsApplied() {
    #expect(targets(17_000, scale: 0.001) == [1_000, 2_000, 3_000, 4_000, 5_000])
    #expect(targets(17_000, scale: 1) == Self.full)
  }

  /// Too small for any size: the handler reports it, as for every audience below the minimum.
  @Test func aTinyInstanceHasTheMinimumSize() {
    #expect(targets(100) == [2_000, 2_000, 2_000, 2_000, 2_000])
  }

  /// If a seed leaves few users, the size goes down in twenty steps.
  @Test func sizesDecreaseInCoarseSteps() {
    let sizing = LookalikeSizing(fullSizes: Self.full, index: 4, scale: 0.002, minimumSize: 1)
    #expect(sizing.size(population: 20_000, candidates: 10_000) == 10_000)
    #expect(sizing.size(population: 20_000, candidates: 15_000) == 10_000)
    #expect(sizing.size(population: 20_000, candidates: 9_999) == 9_500)
    #expect(sizing.size(population: 20_000, candidates: 9_500) == 9_500)
    #expect(sizing.size(population: 20_000, candidates: 499) == 0)
    #expect(Set((0...12_000).map { sizing.size(population: 20_000, candidates: $0) }).count == 21)
  }
}
