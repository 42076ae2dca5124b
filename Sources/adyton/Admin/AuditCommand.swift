import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// `adyton admin audit`
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The log of all administrative acts.", subcommands: [List.self])

  /// `adyton admin audit list`
  struct List: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List who has administered what, oldest first.",
      discussion: """
          adyton admin audit list --account ENTITY1AA1AA11AAA1 --after 120 --json

        Each line has a number, the time, who did it, what was done, to what, for which account, and details. The log \
        can't be changed.
        """)

    /// The number of records that are read at a time.
    private static let pageSize = 500

    @OptionGroup var options: AdminOptions

    @Option(help: "The id of one account; all if not given.")
    var account: String?

    @Option(help: "The number of the last record that is not listed.")
    var after: Int64 = 0

    func run(in store: MetadataStore) async throws {
      let service = AuditService(store: store)
      var entries: [AuditEntry] = []
      var last = after
      while true {
        let page = try await service.records(accountID: account, after: last, limit: Self.pageSize)
        guard let end = page.last?.sequence else { break }
        last = end
        if options.json { entries += page.map(AuditEntry.init) }
        if !options.json { for record in page { Output.line(try AuditEntry(record).text) } }
      }
      if options.json { try Output.json(entries) }
    }
  }
}

/// A record of the audit log, as it is printed.
private struct AuditEntry: Encodable {
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
