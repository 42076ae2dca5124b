/// The belief of an adversary after several responses: the weighted sum of their numbers.
///
/// An exact count tells nothing about one user to somebody who does not know all others. The difference of two counts
/// does.
enum Belief {
  /// The weighted sum for each key of the rows, or of all rows together if keys differ; nil if a response is missing.
  static func of(_ answers: [Answer], weights: [Double]) -> [String: Double]? {
    let tables = answers.map(numbers)
    guard tables.count == weights.count, tables.allSatisfy({ !$0.isEmpty }) else { return nil }
    let keys = Set(tables[0].keys)
    let haveSameKeys = tables.allSatisfy { Set($0.keys) == keys }
    let comparable = haveSameKeys ? tables : tables.map { ["": $0.values.reduce(0, +)] }
    return comparable[0].keys.reduce(into: [:]) { belief, key in
      belief[key] = zip(comparable, weights).map { ($0[key] ?? 0) * $1 }.reduce(0, +)
    }
  }

  /// The last column of each row, by the columns before it.
  private static func numbers(_ answer: Answer) -> [String: Double] {
    Dictionary(
      answer.data.compactMap { row in
        let parts = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return parts.last.flatMap { Double($0) }.map { (parts.dropLast().joined(separator: ","), $0) }
      }, uniquingKeysWith: +)
  }
}
