import Dialects
import Foundation
import ObjectStorage

/// A model that tells users of a seed from others: a weight for each feature.
struct LookalikeModel: Sendable {
  /// How many other users a model learns from at most: those whose keys have the least hashes. The more they are, the
  /// longer it takes; beyond this, hardly any weight changes.
  static let negativeLimit = 250_000
  /// Weights are rounded to so many digits, so that what is left of the order of additions does not show.
  static let significantDigits = 9

  /// A feature with the weight of its value as it is in the file.
  struct Term: Sendable, Hashable {
    var feature: FeatureTable.Feature
    var weight: Double
  }

  var terms: [Term]

  /// The log odds of a row but for a constant, as an expression.
  var scoreExpression: String {
    let products = terms.filter { $0.weight != 0 }.map { term in
      "\(Self.literal(term.weight)) * CAST(\(term.feature.column) AS DOUBLE)"
    }
    return products.isEmpty ? "0e0" : products.joined(separator: " + ")
  }

  /// A DOUBLE: without an exponent, the engine would take it for a DECIMAL.
  static func literal(_ value: Double) -> String {
    let text = String(value)
    return text.contains("e") ? text : text + "e0"
  }

  static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return 0 }
    let scale = pow(10, Double(significantDigits - 1) - log10(abs(value)).rounded(.down))
    return scale.isFinite ? (value * scale).rounded() / scale : value
  }
}

/// Learns a model from rows of a table of features.
///
/// The session should have one thread: then sums are always added in the order of the rows, and the same rows always
/// make the same model.
struct LookalikeTraining: Sendable {
  let session: TrustedSession
  /// The rows to learn from, as what stands after FROM. They have `is_seed`, and both kinds are among them.
  let rows: String
  let features: [FeatureTable.Feature]

  private struct Scale {
    var mean: Double
    var deviation: Double
  }

  func model() async throws -> LookalikeModel {
    let (share, scales) = try await scales()
    let used = zip(features, scales).filter { $1.deviation > 0 }
    let fit = try await LogisticRegression().fit(featureCount: used.count, positiveShare: share) { coefficients in
      try Task.checkCancellation()
      return try await sums(used.map { ($0.0, $0.1) }, coefficients)
    }
    let terms = zip(used, fit.coefficients.dropFirst()).map { pair, weight in
      LookalikeModel.Term(feature: pair.0, weight: LookalikeModel.rounded(weight / pair.1.deviation))
    }
    return LookalikeModel(terms: terms)
  }

  /// The share of seeds, and what standardises each feature.
  private func scales() async throws -> (share: Double, [Scale]) {
    let columns = features.flatMap { feature in
      ["avg(CAST(\(feature.column) AS DOUBLE))", "stddev_pop(CAST(\(feature.column) AS DOUBLE))"]
    }
    let select = (["avg(CASE WHEN is_seed THEN 1e0 ELSE 0e0 END)"] + columns).joined(separator: ", ")
    let values = try await session.rows("SELECT \(select) FROM \(rows)").first?.map { $0.double ?? 0 } ?? []
    guard values.count == 2 * features.count + 1 else { throw EngineError(.failed) }
    let scales = features.indices.map { Scale(mean: values[2 * $0 + 1], deviation: values[2 * $0 + 2]) }
    return (values[0], scales)
  }

  /// One pass: everything that a step needs, as one row of sums.
  private func sums(
    _ features: [(FeatureTable.Feature, Scale)], _ coefficients: [Double]
  ) async throws -> LogisticRegression.Sums {
    let names = features.indices.map { "x\($0)" }
    let standardised = zip(names, features).map { name, feature in
      "(CAST(\(feature.0.column) AS DOUBLE) - (\(LookalikeModel.literal(feature.1.mean)))) "
        + "/ \(LookalikeModel.literal(feature.1.deviation)) AS \(name)"
    }
    let logit =
      ([LookalikeModel.literal(coefficients[0])]
      + zip(coefficients.dropFirst(), names).map { "\(LookalikeModel.literal($0)) * \($1)" }).joined(separator: " + ")
    let weighted = names.map { "w * \($0) AS w\($0)" }
    // In triangle order: the row of the intercept, then one for each feature.
    let curvature =
      ["sum(w)"]
      + names.enumerated().flatMap { index, name in
        ["sum(w\(name))"] + names[...index].map { "sum(w\(name) * \($0))" }
      }
    let gradient = ["sum(r)"] + names.map { "sum(r * \($0))" }
    let outcome = "SELECT is_seed, \(standardised.joined(separator: ", ")) FROM \(rows)"
    let scored =
      "SELECT CASE WHEN is_seed THEN 1e0 ELSE 0e0 END AS y, greatest(-700, least(700, \(logit))) AS z, "
      + "* EXCLUDE (is_seed) FROM (\(outcome))"
    let risked = "SELECT *, 1 / (1 + exp(-z)) AS p FROM (\(scored))"
    let weighed =
      "SELECT *, p - y AS r, p * (1 - p) AS w, greatest(z, 0) - y * z + ln(1 + exp(-abs(z))) AS loss FROM (\(risked))"
    let values =
      try await session.rows(
        "SELECT \((["sum(loss)"] + gradient + curvature).joined(separator: ", ")) "
          + "FROM (SELECT \((["*"] + weighted).joined(separator: ", ")) FROM (\(weighed)))"
      ).first?.map { $0.double ?? 0 } ?? []
    return try Self.sums(values, width: names.count + 1)
  }

  private static func sums(_ values: [Double], width: Int) throws -> LogisticRegression.Sums {
    guard values.count == 1 + width + width * (width + 1) / 2 else { throw EngineError(.failed) }
    var triangle: [[Double]] = []
    var next = 1 + width
    for row in 0..<width {
      triangle.append(Array(values[next...(next + row)]))
      next += row + 1
    }
    return LogisticRegression.Sums(loss: values[0], gradient: Array(values[1...width]), curvature: triangle)
  }
}
