/// The stable codes of diagnostics. `docs/errors.md` lists them with an example each.
public enum DiagnosticCode: String, Hashable, Sendable, CaseIterable, Codable {
  // Text and grammar
  case invalidCharacter = "invalid_character"
  case unterminatedText = "unterminated_text"
  case syntaxError = "syntax_error"
  case queryTooLong = "query_too_long"
  case nestingTooDeep = "nesting_too_deep"
  case notSupportedInAMC = "not_supported_in_amc"
  // Names and types
  case unknownTable = "unknown_table"
  case subscriptionRequired = "subscription_required"
  case unknownColumn = "unknown_column"
  case ambiguousColumn = "ambiguous_column"
  case unknownFunction = "unknown_function"
  case wrongArguments = "wrong_arguments"
  case typeMismatch = "type_mismatch"
  case duplicateName = "duplicate_name"
  case invalidGrouping = "invalid_grouping"
  case invalidAggregate = "invalid_aggregate"
  case invalidWindow = "invalid_window"
  case columnCountMismatch = "column_count_mismatch"
  case invalidLiteral = "invalid_literal"
  case invalidTimeWindow = "invalid_time_window"
  case unknownParameter = "unknown_parameter"
  case parameterNotGiven = "parameter_not_given"
  case queryTooComplex = "query_too_complex"
  // Privacy
  case columnNeverShown = "column_never_shown"
  case literalComparison = "literal_comparison"
  case userLevelOutput = "user_level_output"
  case singleUserValue = "single_user_value"
  case unsupported = "unsupported"
  // Audiences
  case audienceTableRequired = "audience_table_required"
  case audienceTableNotAllowed = "audience_table_not_allowed"
  case audienceTableInMeasurement = "audience_table_in_measurement"
  case userIdNotSelected = "user_id_not_selected"
}
