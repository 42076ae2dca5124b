package import CleanRoom

extension NoiseSettings {
  /// Lets so many queries, and no more, be charged in a period: each takes that share of the delta for choosing groups.
  package mutating func limitCharges(to count: Int) {
    selectionDelta = 5e-7 / (Double(count) + 0.5)
  }
}
