/// The function that turns values of a customer file into those of its result.
enum HashingFunction {
  /// `adyton_hash(column, row, value, country)`: the hash of the value, or the text that stays; the column is that of
  /// the plan, by its index.
  static let name = "adyton_hash"

  /// There is no such column in the plan.
  private struct NoSuchColumn: Error {}

  static func function(_ tally: HashingTally) -> ScalarFunction {
    ScalarFunction(name, [.integer, .integer, .text, .text], .text) { arguments, results in
      // The column is the same in all rows of a chunk, as each call in a statement has its own.
      guard let column = arguments.integers(0).first.map(Int.init) else { return }
      guard tally.uses.indices.contains(column) else { throw NoSuchColumn() }
      let rows = arguments.integers(1)
      let (values, countries) = (arguments.texts(2), arguments.texts(3))
      var hashing = ValueHashing(use: tally.uses[column])
      results.fillTexts { row in
        hashing.result(of: values[row], countryCode: countries[row], row: Int(rows[row]))
      }
      tally.add(hashing.counts, column: column)
    }
  }
}
