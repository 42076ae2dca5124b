/// The limits of a query's text. A text beyond one is refused with a diagnostic; no text makes the parser crash.
public enum QueryLimits {
  /// The largest length of a query's text, in UTF-8 bytes.
  public static let textBytesMax = 1_048_576
  /// The largest depth of expressions, parentheses and subqueries in each other, and of operators or joins above one
  /// another. Chains of AND, of OR and of one kind of UNION count once.
  public static let nestingMax = 128
  /// The largest number of columns of a result, and of columns and aggregates of one SELECT, unless an operator says
  /// otherwise. The widest data source has 218 columns.
  public static let columnsMax = 250
  /// The largest number of tokens of a query.
  public static let tokensMax = 200_000
}
