import Activation
import Base
import CleanRoom
import HTTPTypes
import Hummingbird
import Metadata

/// Targets of Sponsored Display that are audiences: `/sd/targets`.
struct DisplayTargetRoutes {
  /// The largest and default number of targets of a page.
  private static let pageCountLimit = 5000
  /// The largest index at which a page may begin: there are no more targets.
  private static let startLimit = DisplayTargetService.targetCountLimit * 10
  /// The largest number of ids of a filter.
  private static let filterCountLimit = 1000

  let targets: DisplayTargetService

  func add(to routes: Routes) {
    routes.profile("createTargetingClauses") { request in
      let elements = try await request.batch(limit: DisplayTargetService.requestLimit)
      let outcomes = try await targets.create(elements, in: request.subject)
      return try Self.respond(to: request, outcomes)
    }
    routes.profile("updateTargetingClauses") { request in
      let elements = try await request.batch(limit: DisplayTargetService.requestLimit)
      let outcomes = try await targets.update(elements, in: request.subject)
      return try Self.respond(to: request, outcomes)
    }
    routes.profile("archiveTargetingClause", archive)
    routes.profile("listTargetingClauses") { try await list($0, isExtended: false) }
    routes.profile("listTargetingClausesEx") { try await list($0, isExtended: true) }
    routes.profile("getTargets") { try await show($0, isExtended: false) }
    routes.profile("getTargetsEx") { try await show($0, isExtended: true) }
  }

  private typealias Incoming = AuthorizedRequest<SponsoredScope>

  // MARK: Changing

  private func archive(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    guard let id = Int64(request.path("targetId")) else { throw CleanRoomError.unknownTarget }
    let outcome = try await targets.archive(id: id, in: request.subject)
    return try request.respond(
      with: try DisplayStatuses.archived(outcome.map(\.id), id: id, idName: "targetId", unknown: .unknownTarget))
  }

  private static func respond(to request: Incoming, _ outcomes: [DisplayTargetService.Outcome]) throws -> Response {
    let statuses = outcomes.map { DisplayStatuses.status(of: $0.map(\.id), idName: "targetId") }
    return try request.respond(with: statuses, status: .multiStatus)
  }

  // MARK: Showing

  private func list(_ request: AuthorizedRequest<SponsoredScope>, isExtended: Bool) async throws -> Response {
    let query = request.query
    var filter = DisplayTargetFilter()
    filter.ids = try query.numbers("targetIdFilter", countLimit: Self.filterCountLimit)
    filter.adGroupIDs = try query.numbers("adGroupIdFilter", countLimit: Self.filterCountLimit)
    filter.states = try query.choices("stateFilter", DisplayTargetRecord.State.self)
    filter.campaignIDs = try query.numbers("campaignIdFilter", countLimit: Self.filterCountLimit)
    let start = try query.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try query.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let found = try await targets.targets(matching: filter, in: request.subject, start: start, count: count)
    return try request.respond(with: try await shown(found, in: request.subject, isExtended: isExtended))
  }

  private func show(_ request: Incoming, isExtended: Bool) async throws -> Response {
    guard let id = Int64(request.path("targetId")),
      let target = try await targets.target(id: id, in: request.subject)
    else { throw CleanRoomError.unknownTarget }
    return try request.respond(with: try await shown([target], in: request.subject, isExtended: isExtended)[0])
  }

  private func shown(
    _ found: [DisplayTargetRecord], in scope: SponsoredScope, isExtended: Bool
  ) async throws -> [JSONValue] {
    let names = try await targets.audienceNames(of: found, in: scope)
    let campaigns = isExtended ? try await targets.campaignIDs(of: found, in: scope) : [:]
    return try found.map { target in
      var members = try Self.target(target, names, isExtended: isExtended)
      if isExtended { members["campaignId"] = campaigns[target.adGroupID].map(JSONValue.integer) }
      return .object(members)
    }
  }

  /// A target: the client's own members, and those that the server adds.
  private static func target(
    _ target: DisplayTargetRecord, _ names: [String: String], isExtended: Bool
  ) throws -> [String: JSONValue] {
    var members = try target.members()
    members["targetId"] = .integer(target.id)
    members["state"] = .string(target.state.rawValue)
    members["resolvedExpression"] = resolved(members["expression"] ?? .array([]), names)
    guard isExtended else { return members }
    members["creationDate"] = .integer(Int64(target.createdAt.timeIntervalSince1970 * 1000))
    members["lastUpdatedDate"] = .integer(Int64(target.updatedAt.timeIntervalSince1970 * 1000))
    let status =
      switch target.state {
      case .enabled: "TARGET_STATUS_LIVE"
      case .paused: "TARGET_STATUS_PAUSED"
      case .archived: "TARGET_STATUS_ARCHIVED"
      }
    members["servingStatus"] = .string(status)
    return members
  }

  /// The expression with names instead of the audiences' ids.
  private static func resolved(_ expression: JSONValue, _ names: [String: String]) -> JSONValue {
    switch expression {
    case .array(let elements): .array(elements.map { resolved($0, names) })
    case .object(let members): .object(members.mapValues { resolved($0, names) })
    case .string(let text): .string(names[text] ?? text)
    case .null, .boolean, .integer, .decimal: expression
    }
  }
}
