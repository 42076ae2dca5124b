import RegularExpressions

/// The functions that the dialect calls for regular expressions which RE2 can't run as Java does. NULL in any argument
/// gives NULL.
enum RegularExpressionFunctions {
  /// The functions for one database. They end with an error, which says nothing of the values, once `isStopped`.
  static func functions(isStopped: @escaping @Sendable () -> Bool) -> [ScalarFunction] {
    let runner = PatternRunner(isStopped: isStopped)
    return [
      ScalarFunction("adyton_regexp_matches", [.text, .text], .boolean) { arguments, results in
        let rows = Rows(arguments, runner)
        try results.fill { row in
          try rows.values(row).flatMap { text, pattern in try runner.matches(text, pattern) }
        }
      },
      ScalarFunction("adyton_regexp_substr", [.text, .text], .text) { arguments, results in
        let rows = Rows(arguments, runner)
        try results.fillTexts { row in
          try rows.values(row).flatMap { text, pattern in try runner.first(in: text, pattern) }
        }
      },
      ScalarFunction("adyton_regexp_replace", [.text, .text, .text], .text) { arguments, results in
        let rows = Rows(arguments, runner)
        let replacements = arguments.texts(2)
        try results.fillTexts { row in
          guard let (text, pattern) = try rows.values(row), let replacement = replacements[row] else { return nil }
          return try runner.replacing(text, pattern, by: replacement)
        }
      },
      ScalarFunction("adyton_regexp_split", [.text, .text], .texts) { arguments, results in
        let rows = Rows(arguments, runner)
        try results.fillLists { row in
          try rows.values(row).flatMap { text, pattern in try runner.parts(of: text, pattern) }
        }
      },
    ]
  }

  /// The texts and patterns of a chunk.
  private struct Rows {
    /// Rows between two looks at whether to stop.
    private static let rowsBetweenLooks = 64

    private let texts: TextColumn
    private let patterns: TextColumn
    private let runner: PatternRunner

    init(_ arguments: FunctionArguments, _ runner: PatternRunner) {
      texts = arguments.texts(0)
      patterns = arguments.texts(1)
      self.runner = runner
    }

    /// A row's text and pattern; nil where one of them is NULL.
    func values(_ row: Int) throws(PatternRunner.Stopped) -> (text: String, pattern: String)? {
      if row.isMultiple(of: Self.rowsBetweenLooks) { try runner.checkStop() }
      guard let text = texts[row], let pattern = patterns[row] else { return nil }
      return (text, pattern)
    }
  }
}
