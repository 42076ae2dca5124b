import GRDB

/// Comparisons of texts in queries by Swift's rules: by characters, without regard to case.
///
/// SQLite's own comparisons see bytes, and the case of ASCII letters only.
enum TextFunctions {
  /// Whether the first text contains the second.
  static let contains = function("textContains") { $0.contains($1) }
  /// Whether two texts are equal.
  static let equals = function("textEquals", ==)

  /// Makes the functions known to a connection.
  static func add(to database: Database) {
    for function in [contains, equals] { database.add(function: function) }
  }

  private static func function(
    _ name: String, _ compare: @escaping @Sendable (String, String) -> Bool
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 2, pure: true) { values in
      guard let first = String.fromDatabaseValue(values[0]), let second = String.fromDatabaseValue(values[1]) else {
        return nil
      }
      return compare(first.lowercased(), second.lowercased())
    }
  }
}
