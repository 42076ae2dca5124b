import AMCSQL

/// The outcome of an import, item by item: the JSON document of `adyton import --json`. Later versions only add
/// members.
package struct ImportReport: Sendable, Encodable {
  /// The outcome of one item.
  package enum Outcome: String, Sendable, Hashable, CaseIterable, Encodable {
    case created
    case updated
    /// It was there already, just so.
    case unchanged
    /// There is another one of the same id.
    case conflict
    case failed
  }

  /// A problem of a query, and where it is; lines and columns are counted from 1.
  package struct Diagnostic: Sendable, Hashable, Encodable {
    package let code: String
    package let severity: String
    package let line: Int
    package let column: Int
    package let text: String
  }

  /// One item.
  package struct Item: Sendable, Encodable {
    package let kind: ExportedItem.Kind
    package let id: String?
    package let place: String
    package let outcome: Outcome
    /// The reason, where it was not imported.
    package var code: String?
    package var text: String?
    package var diagnostics: [Diagnostic] = []
    /// The members of the export that nothing here has.
    package var leftOut: [String] = []
  }

  package let version = 1
  package let instance: String
  package let dryRun: Bool
  package internal(set) var items: [Item] = []
  package internal(set) var problems: [ImportProblem] = []
  /// The number of items by kind and outcome.
  package var counts: [String: [String: Int]] {
    var counts: [String: [String: Int]] = [:]
    for item in items { counts[item.kind.rawValue, default: [:]][item.outcome.rawValue, default: 0] += 1 }
    return counts
  }

  /// Whether everything is there now.
  package var isWhole: Bool { items.allSatisfy { $0.outcome != .failed && $0.outcome != .conflict } }

  private enum CodingKeys: String, CodingKey {
    case version, instance, dryRun, items, problems, counts
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(instance, forKey: .instance)
    try container.encode(dryRun, forKey: .dryRun)
    try container.encode(items, forKey: .items)
    try container.encode(problems, forKey: .problems)
    try container.encode(counts, forKey: .counts)
  }
}

extension ImportReport.Diagnostic {
  init(_ diagnostic: AMCSQL.Diagnostic) {
    code = diagnostic.code.rawValue
    severity = diagnostic.severity.rawValue
    line = diagnostic.span.start.line
    column = diagnostic.span.start.column
    text = diagnostic.text
  }
}
