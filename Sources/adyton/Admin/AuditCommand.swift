import Base
import ArgumentParser
import CleanRoom
import Foundation
import Metadata

/// `adyton admin audit`
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Show who has administered what, oldest first.",
    discussion: """
      Each line has a number, the time, who did it, what was done, to what, for which account, and details. The log \
      can't be changed.
      """)

  /// How many records are read at a time.
  private static let pageSize = 500

  @OptionGroup var options: AdminOptions

  @Option(help: "What concerns one account alone.")
  var account: String?

  @Option(help: "Only what comes after the record of this number.")
  var after: Int64 = 0

  func run() async throws {
    try await options.withStore { store in
      let service = AuditService(store: store)
      var lines: [Line] = []
      var last = after
      while true {
        let page = try await service.records(accountID: account, after: last, limit: Self.pageSize)
        guard let end = page.last?.sequence else { break }
        last = end
        if options.json { lines += page.map(Line.init) } else { for record in page { print(try Line(record).text) } }
      }
      if options.json { try printJSON(lines) }
    }
  }

  private struct Line: Encodable {
    let sequence: Int64
    let happenedAt: String
    let actorType: String
    let actorId: String?
    let accountId: String?
    let action: String
    let subjectId: String
    let details: JSONValue

    init(_ record: AuditRecord) {
      sequence = record.sequence ?? 0
      happenedAt = Timestamp.text(of: record.happenedAt)
      actorType = record.actor.rawValue
      actorId = record.actorID
      accountId = record.accountID
      action = record.action
      subjectId = record.subjectID
      details = (try? JSONValue(parsing: Data(record.details.utf8))) ?? .object([:])
    }

    var text: String {
      get throws {
        let actor = actorId.map { "\(actorType) \($0)" } ?? actorType
        return [String(sequence), happenedAt, actor, action, subjectId, accountId ?? "-", try details.text]
          .joined(separator: "\t")
      }
    }
  }
}
