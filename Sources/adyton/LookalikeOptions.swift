import ArgumentParser
import CleanRoom

/// What an operator can set about lookalike audiences.
struct LookalikeOptions: ParsableArguments {
  @Option(help: "The fewest users that the seed of a lookalike audience may have (ADYTON_LOOKALIKE_SMALLEST_SEED).")
  var lookalikeSmallestSeed =
    Environment.number("ADYTON_LOOKALIKE_SMALLEST_SEED") ?? CleanRoomSettings().lookalikeSeedSizes.lowerBound

  @Option(help: "The most users that the seed of a lookalike audience may have (ADYTON_LOOKALIKE_LARGEST_SEED).")
  var lookalikeLargestSeed =
    Environment.number("ADYTON_LOOKALIKE_LARGEST_SEED") ?? CleanRoomSettings().lookalikeSeedSizes.upperBound

  @Option(
    help: """
      What the documented sizes of lookalike audiences are multiplied by, such as 0.01 (ADYTON_LOOKALIKE_SCALE). \
      (default: what fits the users of the instance)
      """)
  var lookalikeScale: Double?

  /// nil for what fits the users of the instance.
  private var scale: Double? { lookalikeScale ?? Environment.text("ADYTON_LOOKALIKE_SCALE").flatMap { Double($0) } }

  func validate() throws {
    guard lookalikeSmallestSeed >= 1, lookalikeSmallestSeed <= lookalikeLargestSeed else {
      throw ValidationError("--lookalike-smallest-seed must be from 1 to --lookalike-largest-seed.")
    }
    if let scale, !(scale > 0 && scale <= 100) {
      throw ValidationError("--lookalike-scale must be more than 0 and at most 100.")
    }
  }

  func apply(to settings: inout CleanRoomSettings) {
    settings.lookalikeSeedSizes = lookalikeSmallestSeed...lookalikeLargestSeed
    settings.lookalikeScale = scale
  }
}
