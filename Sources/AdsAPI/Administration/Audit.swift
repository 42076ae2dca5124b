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
      return try request.respond(
        object: page.list("auditRecords", of: found, at: { $0.sequence ?? 0 }, Self.record))
    }
  }

  private static func record(_ record: AuditRecord) -> JSONObject {
    [
      "action": record.action,
      "actorId": record.actorID,
      "actorType": record.actor.rawValue,
      "details": (try? JSONValue(parsing: Data(record.details.utf8))) ?? .object([:]),
      "happenedAt": Timestamp.text(of: record.happenedAt),
      "sequence": record.sequence ?? 0,
      "subjectId": record.subjectID,
    ]
  }
}
