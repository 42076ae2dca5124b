/// The functions that the rewriting of queries in noise mode needs. They are no part of the catalogue, so that no query
/// can name them.
///
/// Those whose name ends in `Slot` stand for numbers that are known only when the whole query is: the plan of the noise
/// puts the others in their place. No dialect can write a slot.
package enum NoiseFunctions {
  /// `(aggregation, figure, total, key…)`: a total of users' parts that is to get noise.
  package static let noisedSlot = signature("ADYTON_NOISED_SLOT")
  /// `(place, numerator, denominator, total, key…)`: the total, or 0 for NULL, plus a discrete Gaussian whose variance
  /// is the fraction. The noise belongs to the seed of the run, to the place and to the keys.
  package static let noised = signature("ADYTON_NOISED")
  /// `(aggregation)`: the number of users that a group needs, with noise.
  package static let thresholdSlot = signature("ADYTON_THRESHOLD_SLOT")
  /// `(place, value…)`: a number that belongs to the seed of the run, to the place and to the values. Nobody can tell
  /// it without the seed. It orders the groups of a user.
  package static let choice = signature("ADYTON_CHOICE")
  /// `(place, value…)`: such a number from 0 to 1, as a DOUBLE, in place of RANDOM.
  package static let draw = signature("ADYTON_DRAW", result: .type(.double))
  /// `(value, unit, most)`: a number in units of a power of two, rounded, and cut to `most` units in either direction.
  package static let units = signature("ADYTON_UNITS")
  /// `(cell, count)`: an aggregate. The counts of cells, as a map.
  package static let cellCounts = signature("ADYTON_CELL_COUNTS", kind: .aggregate, result: .any)
  /// `(aggregation, figure, counts, cells, fraction, key…)`: a cell that is to be chosen.
  package static let chosenCellSlot = signature("ADYTON_CHOSEN_CELL_SLOT")
  /// `(place, numerator, denominator, counts, cells, fraction, key…)`: the number of the cell, from 0, that the
  /// exponential mechanism chooses near the fraction of all counts, with the epsilon that is the fraction of two texts.
  /// A cell that the counts do not have counts 0.
  package static let chosenCell = signature("ADYTON_CHOSEN_CELL")

  private static func signature(
    _ name: String, kind: FunctionSignature.Kind = .scalar, result: FunctionSignature.Result = .type(.bigint)
  ) -> FunctionSignature {
    FunctionSignature(
      name: name, kind: kind, parameters: [.any], optionalCount: 0, repeatsLast: true, result: result,
      argumentFlow: .control)
  }
}
