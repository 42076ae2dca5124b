import ArgumentParser
import CleanRoom

/// The settings of lookalike audiences.
struct LookalikeOptions: ParsableArguments {
  @Option(help: "The fewest users that the seed of a lookalike audience may have (ADYTON_LOOKALIKE_SMALLEST_SEED).")
  var lookalikeSmallestSeed = Setting(
    "ADYTON_LOOKALIKE_SMALLEST_SEED", default: CleanRoomSettings().lookalikeSeedSizes.lowerBound)

  @Option(help: "The most users that the seed of a lookalike audience may have (ADYTON_LOOKALIKE_LARGEST_SEED).")
  var lookalikeLargestSeed = Setting(
    "ADYTON_LOOKALIKE_LARGEST_SEED", default: CleanRoomSettings().lookalikeSeedSizes.upperBound)

  @Option(
    help: """
      The factor for the documented sizes of lookalike audiences, such as 0.01 (ADYTON_LOOKALIKE_SCALE). \
      (default: one that fits the users of the instance)
      """)
  var lookalikeScale = OptionalSetting<Double>("ADYTON_LOOKALIKE_SCALE")

  func validate() throws {
    _ = try (seedSizes, scale)
  }

  func apply(to settings: inout CleanRoomSettings) throws {
    settings.lookalikeSeedSizes = try seedSizes
    settings.lookalikeScale = try scale
  }

  private var seedSizes: ClosedRange<Int> {
    get throws {
      let largest = try lookalikeLargestSeed.value
      let smallest = try lookalikeSmallestSeed.value(
        "--lookalike-smallest-seed", "from 1 to the value of --lookalike-largest-seed"
      ) { $0 >= 1 && $0 <= largest }
      return smallest...largest
    }
  }

  /// nil for one that fits the users of the instance.
  private var scale: Double? {
    get throws {
      try lookalikeScale.value("--lookalike-scale", "more than 0 and at most 100") { $0 > 0 && $0 <= 100 }
    }
  }
}
