import AMCSQL
import Catalog

/// Which tables a query may read, by what it is for.
enum TableRules {
  /// The text that AMC's guide on rule-based audiences documents for a table that audiences may not use.
  static let audienceTableReason = "Invalid tables in the SQL query: Use audience-specific tables in the query."

  static func problems(in query: BoundQuery, for purpose: Purpose) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    RelationWalk.visit(query) { relation in
      guard case .scan(let scan) = relation, let problem = problem(scan, purpose) else { return }
      problems.append(problem)
    }
    return problems.sorted { $0.span.start < $1.span.start }
  }

  private static func problem(_ scan: Relation.Scan, _ purpose: Purpose) -> Diagnostic? {
    let source = scan.source
    switch purpose {
    case .measurement:
      guard source.isForAudiences else { return nil }
      return Diagnostic(
        .audienceTableInMeasurement, "`\(source.name)` is for audience queries only.", at: scan.span,
        hint: "Use `\(source.baseName)` here.")
    case .audience(let type), .features(let type):
      // What an advertiser uploaded has no twin for audiences: it is there for them as it is.
      if source.owner == .customer { return nil }
      guard source.isForAudiences else {
        return Diagnostic(
          .audienceTableRequired, audienceTableReason, at: scan.span, hint: twin(of: source))
      }
      guard source.advertiserTypes.contains(type) else {
        return Diagnostic(
          .audienceTableNotAllowed,
          "`\(source.name)` can't be used for an audience of an advertiser of type \(type.rawValue).",
          at: scan.span)
      }
      return nil
    }
  }

  private static func twin(of source: DataSource) -> String? {
    let name = source.name + DataSource.audienceSuffix
    guard Catalogue.standard.dataSource(named: name) != nil else { return nil }
    return "Use `\(name)` instead of `\(source.name)`."
  }
}
