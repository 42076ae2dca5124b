import Base
import CleanRoom
import Foundation
import Metadata

/// The record of administration in an account: `/adyton/audit`. The published API has nothing of the kind.
struct AuditRoutes {
  let audit: AuditService

  func add(to routes: Routes) {
    routes.account("listAuditRecords") { request in
      let page = try request.page()
      let found = try await audit.records(
        accountID: request.account.id, after: try page.number(first: 0), limit: page.fetchLimit)
      let (shown, nextToken) = try page.cut(found) { $0.sequence ?? 0 }
      return try request.respond(with: List(auditRecords: shown.map(Record.init), nextToken: nextToken))
    }
  }

  private struct List: Encodable {
    let auditRecords: [Record]
    let nextToken: String?
  }

  private struct Record: Encodable {
    let action: String
    let actorId: String?
    let actorType: String
    let details: JSONValue
    let happenedAt: String
    let sequence: Int64
    let subjectId: String

    init(_ record: AuditRecord) {
      action = record.action
      actorId = record.actorID
      actorType = record.actor.rawValue
      details = (try? JSONValue(parsing: Data(record.details.utf8))) ?? .object([:])
      happenedAt = Timestamp.text(of: record.happenedAt)
      sequence = record.sequence ?? 0
      subjectId = record.subjectID
    }
  }
}
