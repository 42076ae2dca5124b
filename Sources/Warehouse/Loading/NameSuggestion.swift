/// Finds what someone may have meant.
public enum NameSuggestion {
  /// The name nearest to a misspelled one, letter case aside; nil when none is near: more than a third of its letters
  /// would have to change.
  public static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
    let letters = Array(name.lowercased().utf8.prefix(lengthLimit))
    let scored = candidates.map { ($0, distance(letters, Array($0.lowercased().utf8.prefix(lengthLimit)))) }
    guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(1, letters.count / 3) else { return nil }
    return best.0
  }

  /// Longer names are compared by this many of their first bytes.
  private static let lengthLimit = 100

  /// The fewest insertions, deletions and replacements that turn one into the other.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
