import Base
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Metadata

/// What was administered in an account: `/adyton/audit`. The published API has nothing of the kind.
struct AuditRoutes: Sendable {
  let entrance: AdministrationEntrance
  let audit: AuditService

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.get("/adyton/audit") { request, _ in try await self.list(request) }
  }

  private func list(_ request: Request) async throws -> Response {
    let caller = try await entrance.gate.admit(request, to: .listAuditRecords)
    let account = try await entrance.account(of: request, caller)
    let page = try AdministrationRequests.page(request)
    let scope = PageTokens.Scope(
      operation: .listAuditRecords, clientID: caller.clientID, subject: [account.id])
    let after = try entrance.pageTokens.number(of: page.token, scope: scope, start: 0)
    let found = try await audit.records(accountID: account.id, after: after, limit: page.limit + 1)
    let token = try entrance.nextToken(
      found.map { String($0.sequence ?? 0) }, limit: page.limit, scope: scope)
    return try Response.json(List(auditRecords: found.prefix(page.limit).map(Record.init), nextToken: token))
  }

  struct List: Encodable {
    let auditRecords: [Record]
    let nextToken: String?
  }

  struct Record: Encodable {
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
