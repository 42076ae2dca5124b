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
      return try request.respond(with: outcomes.map(Self.status), status: .multiStatus)
    }
    routes.profile("updateTargetingClauses") { request in
      let elements = try await request.batch(limit: DisplayTargetService.requestLimit)
      let outcomes = try await targets.update(elements, in: request.subject)
      return try request.respond(with: outcomes.map(Self.status), status: .multiStatus)
    }
    routes.profile("archiveTargetingClause", archive)
    routes.profile("listTargetingClauses") { try await list($0, isExtended: false) }
    routes.profile("listTargetingClausesEx") { try await list($0, isExtended: true) }
    routes.profile("getTargets") { request in
      guard let id = Int64(request.path("targetId")),
        let target = try await targets.target(id: id, in: request.subject)
      else { throw CleanRoomError.unknownTarget }
      let names = try await targets.audienceNames(of: [target], in: request.subject)
      return try request.respond(with: Self.target(target, names, isExtended: false))
    }
  }

  // MARK: Changing

  private func archive(_ request: AuthorizedRequest<SponsoredScope>) async throws -> Response {
    guard let id = Int64(request.path("targetId")) else { throw CleanRoomError.unknownTarget }
    switch try await targets.archive(id: id, in: request.subject) {
    case .success(let target): return try request.respond(with: Self.status(of: .success(target)))
    case .failure(let failure):
      // A target that is archived already stays so; repeating the request changes nothing.
      guard failure.problems.first?.reason == .archived else { throw CleanRoomError.unknownTarget }
      return try request.respond(
        with: JSONValue.object(["code": .string("200"), "description": .string("SUCCESS"), "targetId": .integer(id)]))
    }
  }

  /// The outcome of one element.
  private static func status(of outcome: DisplayTargetService.Outcome) -> JSONValue {
    switch outcome {
    case .success(let target):
      return .object([
        "code": .string("200"), "description": .string("SUCCESS"), "targetId": .integer(target.id),
      ])
    case .failure(let failure):
      let isMissing = failure.problems.contains { $0.reason == .notFound }
      let texts = failure.problems.map { "\($0.path): \($0.message)" }
      return .object([
        "code": .string(isMissing ? "404" : "400"), "description": .string(texts.joined(separator: " ")),
      ])
    }
  }

  // MARK: Showing

  private func list(_ request: AuthorizedRequest<SponsoredScope>, isExtended: Bool) async throws -> Response {
    let query = request.query
    var filter = DisplayTargetFilter()
    filter.ids = try Self.numbers("targetIdFilter", query)
    filter.adGroupIDs = try Self.numbers("adGroupIdFilter", query)
    filter.states = try Self.states(query)
    // Targets have no campaign here, so none belongs to the requested one.
    let hasCampaigns = try Self.numbers("campaignIdFilter", query) != nil
    let start = try query.integer("startIndex", in: 0...Self.startLimit, default: 0)
    let count = try query.integer("count", in: 1...Self.pageCountLimit, default: Self.pageCountLimit)
    let found =
      hasCampaigns
      ? [] : try await targets.targets(matching: filter, in: request.subject, start: start, count: count)
    let names = try await targets.audienceNames(of: found, in: request.subject)
    return try request.respond(with: found.map { try Self.target($0, names, isExtended: isExtended) })
  }

  /// A target: the client's own members, and those that the server adds.
  private static func target(
    _ target: DisplayTargetRecord, _ names: [String: String], isExtended: Bool
  ) throws -> JSONValue {
    var members = try target.members()
    members["targetId"] = .integer(target.id)
    members["state"] = .string(target.state.rawValue)
    members["resolvedExpression"] = resolved(members["expression"] ?? .array([]), names)
    guard isExtended else { return .object(members) }
    members["creationDate"] = .integer(Int64(target.createdAt.timeIntervalSince1970 * 1000))
    members["lastUpdatedDate"] = .integer(Int64(target.updatedAt.timeIntervalSince1970 * 1000))
    let status =
      switch target.state {
      case .enabled: "TARGET_STATUS_LIVE"
      case .paused: "TARGET_STATUS_PAUSED"
      case .archived: "TARGET_STATUS_ARCHIVED"
      }
    members["servingStatus"] = .string(status)
    return .object(members)
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

  private static func numbers(
    _ name: String, _ parameters: QueryParameters
  ) throws(RequestError) -> Set<Int64>? {
    guard let text = try parameters.string(name) else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
    let numbers = parts.compactMap { Int64($0) }
    guard numbers.count == parts.count, numbers.count <= filterCountLimit else {
      throw .invalidQueryParameter(name, reason: "must be numbers with commas between them.")
    }
    return Set(numbers)
  }

  private static func states(
    _ parameters: QueryParameters
  ) throws(RequestError) -> Set<DisplayTargetRecord.State>? {
    guard let text = try parameters.string("stateFilter") else { return nil }
    let parts = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
    let states = parts.compactMap(DisplayTargetRecord.State.init)
    guard states.count == parts.count, !states.isEmpty else {
      throw .invalidQueryParameter("stateFilter", reason: "must be of enabled, paused and archived.")
    }
    return Set(states)
  }
}
