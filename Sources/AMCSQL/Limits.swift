/// What a query's text may be at most. A text beyond a limit is refused with a diagnostic; none makes the parser crash.
public enum QueryLimits {
  /// UTF-8 bytes of a query's text.
  public static let textBytesMax = 1_048_576
  /// How deep expressions, parentheses and subqueries may be nested in each other, and how many operators or joins may
  /// stand above one another. Chains of AND, of OR and of one kind of UNION count once.
  public static let nestingMax = 128
  /// Tokens of a query.
  public static let tokensMax = 200_000
}
