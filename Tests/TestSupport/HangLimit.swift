package import Testing

/// The limit that ends a test that hangs.
///
/// It is far above what any test takes on the slowest and busiest machine, so that no test depends on speed. All limits
/// of tests are this one.
package enum HangLimit {
  package static let minutes = 45
}

extension Trait where Self == TimeLimitTrait {
  /// Ends a test case that hangs; see `HangLimit`. The time in which it waits for its turn does not count.
  package static var hangLimit: Self { .timeLimit(.minutes(HangLimit.minutes)) }
}
