/// How far a long piece of work is, for a progress bar.
package struct WorkProgress: Sendable, Hashable {
  /// The present step, as in `copying objects`.
  package var step: String
  /// The share of the step that is done, from 0 to 1.
  package var fraction: Double

  package init(_ step: String, _ fraction: Double) {
    (self.step, self.fraction) = (step, min(max(fraction, 0), 1))
  }

  /// Called with each change, on any thread.
  package typealias Observer = @Sendable (WorkProgress) -> Void
}
