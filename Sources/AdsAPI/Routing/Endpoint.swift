package import Base
import CleanRoom
import Foundation
package import HTTPTypes
package import Metadata

/// An operation of the server, as one line of `Resources/endpoints.tsv` declares it. The table is the only source of
/// the operations and their authorisation.
package struct Endpoint: Sendable, Hashable {
  /// The callers who may use an operation.
  package enum Role: String, Sendable, CaseIterable {
    /// Everybody, without a token.
    case everybody = "public"
    /// Anyone who reaches the operator's own address, without a token. The address of clients does not have the
    /// operation.
    case `operator`
    /// Everybody with a role; the operation changes nothing.
    case view
    /// Users who may change things.
    case change
    /// The same, although the operation changes nothing.
    case administrator

    /// The intent of the caller; nil without a caller.
    var intent: Principal.Intent? {
      switch self {
      case .everybody, .operator: nil
      case .view: .view
      case .change: .change
      case .administrator: .administer
      }
    }
  }

  /// The subject in which the caller must have a role, and the way in which a request names it.
  package enum Subject: String, Sendable, CaseIterable {
    /// Nothing: the operation is public.
    case nothing = ""
    /// The client's and its user's own things.
    case caller
    /// The account in the headers `…-AdvertiserId` and `…-MarketplaceId`.
    case account
    /// The account in the header `Amazon-Ads-AccountId`.
    case adsAccount = "ads_account"
    /// The instance in the path, of the account in the headers.
    case instance
    /// The same, also while the instance is being made or after that has failed.
    case instanceInAnyState = "instance_in_any_state"
    /// The instance and its account in the headers of audiences.
    case instanceInHeaders = "instance_in_headers"
    /// The profile in the header `Amazon-Advertising-API-Scope`.
    case profile
    /// The profile in the path.
    case profileInPath = "profile_in_path"
    /// The advertiser of Amazon DSP in the header `Amazon-Ads-AccountId`.
    case dspAdvertiser = "dsp_advertiser"

    /// The word in the table.
    var name: String { self == .nothing ? "no subject" : rawValue }

    /// The part of the path that names the subject, if the path does.
    var pathParameter: String? {
      switch self {
      case .instance, .instanceInAnyState: "{instanceId}"
      case .profileInPath: "{profileId}"
      case .nothing, .caller, .account, .adsAccount, .instanceInHeaders, .profile, .dspAdvertiser: nil
      }
    }
  }

  /// The name of the operation in the published OpenAPI file, unique in the table.
  package var operation: String
  package var method: HTTPRequest.Method
  /// The path, with `{name}` for variable parts.
  package var path: String
  /// The scope that a token must have; nil for public operations.
  package var scope: Scope?
  package var role: Role
  package var subject: Subject
  /// Whether the client must have accepted the terms of bringing data.
  package var requiresTerms: Bool
  var errors: ErrorFormat
  var mediaTypes: MediaTypes
  /// The rate of each client, and of each network address where the operation is public; nil for none.
  package var rateLimit: RateLimit?
}

/// The rate at which a client, or a network address, may call an operation.
package struct RateLimit: Sendable, Hashable {
  /// The number of calls that become available each second.
  package var perSecond: Double
  /// The largest number of calls at once.
  package var burst: Double
}

/// The table of all operations, by name.
package enum EndpointTable {
  /// The columns of the file, whose head explains them.
  fileprivate enum Column: String, CaseIterable {
    case operation, method, path, scope, role, subject, terms, errors
    case mediaTypes = "media_types"
    case perSecond = "rate_per_s"
    case burst
  }

  /// Reads the file that came with the program.
  package static func load() throws(TabSeparatedTableError) -> [String: Endpoint] {
    try endpoints(of: try TabSeparatedTable(resource: "endpoints", in: .module))
  }

  static func parse(_ text: String) throws(TabSeparatedTableError) -> [String: Endpoint] {
    try endpoints(of: try TabSeparatedTable(text, file: "endpoints.tsv"))
  }

  private static func endpoints(
    of table: TabSeparatedTable<Column>
  ) throws(TabSeparatedTableError) -> [String: Endpoint] {
    var endpoints: [String: Endpoint] = [:]
    var paths: Set<String> = []
    for row in table.rows {
      let endpoint = try Endpoint(row)
      guard endpoints.updateValue(endpoint, forKey: endpoint.operation) == nil else { throw row.unfit(.operation) }
      guard paths.insert("\(endpoint.method) \(endpoint.path)").inserted else { throw row.unfit(.path) }
    }
    guard !endpoints.isEmpty else { throw TabSeparatedTableError(file: "endpoints.tsv", problem: .incomplete) }
    return endpoints
  }
}

extension Endpoint {
  fileprivate init(_ row: TabSeparatedTable<EndpointTable.Column>.Row) throws(TabSeparatedTableError) {
    operation = try row.text(.operation)
    method = try row.value(.method) { HTTPRequest.Method($0) }
    path = try row.value(.path) { $0.hasPrefix("/") ? $0 : nil }
    scope = try row.optional(.scope, Scope.init(rawValue:))
    role = try row.value(.role, Role.init(rawValue:))
    subject = try row.optional(.subject, Subject.init(rawValue:)) ?? .nothing
    requiresTerms = try row.optional(.terms) { $0 == "accepted" ? true : nil } ?? false
    errors = try row.value(.errors, ErrorFormat.init(rawValue:))
    mediaTypes = MediaTypes(row[.mediaTypes] ?? "")
    if let perSecond = try row.optional(.perSecond, Double.init) {
      let burst = try row.value(.burst, Double.init)
      guard perSecond > 0 else { throw row.unfit(.perSecond) }
      guard burst >= 1 else { throw row.unfit(.burst) }
      rateLimit = RateLimit(perSecond: perSecond, burst: burst)
    }
    // An operation without a token has no scope, subject and terms; every other operation has the first two.
    let isPublic = role.intent == nil
    guard isPublic == (scope == nil) else { throw row.unfit(.scope) }
    guard isPublic == (subject == .nothing) else { throw row.unfit(.subject) }
    guard !(isPublic && requiresTerms) else { throw row.unfit(.terms) }
    if let name = subject.pathParameter, !path.split(separator: "/").contains(Substring(name)) {
      throw row.unfit(.path)
    }
  }
}
