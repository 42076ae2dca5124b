import Foundation

/// The measures that an attacker can take of an answer: how many rows it has, the sum of each column, each cell of each
/// group, and whether there is an answer at all.
enum AnswerFeatures {
  /// The most features that are looked at.
  private static let limit = 60

  static func of(_ answer: Answer) -> [String: Double] {
    switch answer {
    case .refused: return ["refused": 1]
    case .failed: return ["failed": 1]
    case .rows(let lines, _):
      var features = ["rows": Double(lines.count - 1)]
      for line in lines.dropFirst() {
        let cells = line.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        let group = cells.filter { Double($0) == nil }.joined(separator: "|")
        features["row \(group)", default: 0] += 1
        for (index, cell) in cells.enumerated() {
          if let number = Double(cell), number.isFinite {
            features["sum of \(index)", default: 0] += number
            if index == cells.count - 1 { features["last", default: 0] += number }
            features["\(group) \(index)", default: 0] += number
          }
        }
      }
      return features
    }
  }

  /// The feature that tells the worlds apart best, by how far its mean differs, or how often it is there.
  static func best(_ without: [[String: Double]], _ with: [[String: Double]]) -> String {
    var names: [String: Int] = [:]
    for features in without + with { for name in features.keys { names[name, default: 0] += 1 } }
    let common = names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
    return common.max { difference($0, without, with) < difference($1, without, with) } ?? "rows"
  }

  /// The difference of the means in units of the deviation.
  private static func difference(_ name: String, _ without: [[String: Double]], _ with: [[String: Double]]) -> Double {
    let (left, right) = (without.map { $0[name] ?? 0 }, with.map { $0[name] ?? 0 })
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
    func variance(_ values: [Double]) -> Double {
      let middle = mean(values)
      return mean(values.map { ($0 - middle) * ($0 - middle) })
    }
    let spread = (variance(left) + variance(right)).squareRoot()
    let distance = abs(mean(left) - mean(right))
    return distance == 0 ? 0 : distance / (spread + 1e-9)
  }
}
