import Activation
import CleanRoom
import Foundation
import HTTPTypes
import Hummingbird
import Metadata

/// What the operations of advertiser accounts pass first.
struct ActivationEntrance: Sendable {
  let gate: Gate
  let instances: InstanceService
  let directory: ProfileDirectory
  let pageTokens: PageTokens

  /// A client that acts with a profile.
  struct Visitor: Sendable {
    var clientID: String
    var profile: ProfileRecord
    var account: AccountRecord

    var scope: SponsoredScope { SponsoredScope(profile: profile, account: account) }
  }

  /// Lets a request in whose header `Amazon-Advertising-API-Scope` names a profile that its client may act with.
  func enter(_ request: Request, _ operation: Operation) async throws -> Visitor {
    let caller = try await gate.admit(request, to: operation)
    let profileID = try request.headers.requiredIdentifier(.scope)
    let account = try await instances.account(profileID: profileID, principal: caller.principal)
    return Visitor(
      clientID: caller.clientID, profile: try await directory.profile(id: profileID, of: account), account: account)
  }

  /// Lets a request in whose header `Amazon-Ads-AccountId` names an advertiser of Amazon DSP that its client may act for.
  func enterAdvertiser(
    _ request: Request, _ operation: Operation
  ) async throws -> (clientID: String, scope: LineItemService.Scope) {
    // The gate knows the client by the older name, which will do as well.
    var head = request.head
    if request.headers[.adsClientID] != nil || request.headers[.clientID] == nil {
      head.headerFields[.clientID] = try request.headers.required(.adsClientID)
    }
    let caller = try await gate.admit(Request(head: head, body: request.body), to: operation)
    let advertiserID = try request.headers.requiredIdentifier(.adsAccountID)
    for accountID in try await directory.accountIDs(displayAdvertiserID: advertiserID) {
      do {
        let account = try await instances.account(id: accountID, principal: caller.principal)
        return (caller.clientID, LineItemService.Scope(account: account, advertiserID: advertiserID))
      } catch CleanRoomError.accountForbidden {
        continue
      }
    }
    throw CleanRoomError.advertiserForbidden
  }

  /// What a token of a list is bound to.
  func tokenScope(_ operation: Operation, _ clientID: String, _ subject: [String]) -> PageTokens.Scope {
    PageTokens.Scope(operation: operation, clientID: clientID, subject: subject)
  }
}

/// Requests that change many things at once.
enum BatchBody {
  /// The most bytes of such a request.
  static let sizeLimit = 2 << 20

  /// The elements of the one list that a body holds.
  static func elements(
    _ name: String, of request: Request, counts: ClosedRange<Int>, mediaType: String? = nil
  ) async throws -> [JSONValue] {
    var fields = try await fields(of: request, mediaType: mediaType)
    guard let elements = try fields.array(name) else { throw RequestError.missingField(name) }
    try fields.finish()
    guard counts.contains(elements.count) else {
      throw RequestError.wrongType(name, expected: "an array of \(counts.lowerBound) to \(counts.upperBound) elements")
    }
    return elements
  }

  /// The elements of a body that is a list.
  static func elements(of request: Request, limit: Int) async throws -> [JSONValue] {
    try BodyReader.requireJSONType(of: request)
    let data = try await BodyReader.data(of: request, limit: sizeLimit)
    guard case .array(let elements) = try BodyReader.value(of: data), elements.count <= limit else {
      throw RequestError.bodyNotAnArray(limit: limit)
    }
    return elements
  }

  /// The fields of a body that is an object; none where there is no body.
  static func fields(of request: Request, mediaType: String? = nil, isRequired: Bool = true) async throws -> FieldReader
  {
    try BodyReader.requireJSONType(of: request, or: mediaType)
    let data = try await BodyReader.data(of: request, limit: sizeLimit)
    return FieldReader(data.isEmpty && !isRequired ? [:] : try BodyReader.members(of: data))
  }
}

extension FieldReader {
  /// The values of a filter `{"include": […]}`; nil where there is none.
  mutating func included(_ name: String, limit: Int) throws(RequestError) -> [String]? {
    guard let members = try object(name) else { return nil }
    var fields = FieldReader(members, path: "\(name).")
    let values = try fields.strings("include")
    try fields.finish()
    guard let values else { return nil }
    guard values.count <= limit else {
      throw .wrongType("\(name).include", expected: "an array of at most \(limit) strings")
    }
    return values
  }

  /// The values of a filter that are an enum's.
  mutating func included(_ name: String, among known: [String]) throws(RequestError) -> Set<String>? {
    guard let values = try included(name, limit: filterValueLimit) else { return nil }
    guard values.allSatisfy(known.contains) else {
      throw .wrongType("\(name).include", expected: "an array of \(known.joined(separator: ", "))")
    }
    return Set(values)
  }

  /// The most values of a filter that are an enum's: some may come twice.
  private var filterValueLimit: Int { 100 }

  /// How many elements a page is to have.
  mutating func pageCount(in range: ClosedRange<Int>, default usual: Int) throws(RequestError) -> Int {
    guard let count = try integer("maxResults") else { return usual }
    guard range.contains(count) else {
      throw .wrongType("maxResults", expected: "from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }
}

extension HTTPResponse.Status {
  /// Each element of the request has a status of its own in the answer.
  static let multiStatus = Self(code: 207, reasonPhrase: "Multi-Status")
}

extension Request {
  /// The media type of an answer: the operation's own, unless plain JSON is asked for first.
  func mediaType(_ own: String) -> String {
    let wanted = headers[.accept].flatMap { MediaRange.list($0).first?.type }
    return wanted == "application/json" ? "application/json" : own
  }
}
