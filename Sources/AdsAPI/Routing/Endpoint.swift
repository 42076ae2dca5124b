import CleanRoom
import Foundation
package import HTTPTypes
package import Metadata

/// An operation of the server, as one line of `Resources/endpoints.tsv` declares it. There is nothing else that says
/// what the server answers and who may ask.
package struct Endpoint: Sendable, Hashable {
  /// Who may ask.
  package enum Role: String, Sendable, CaseIterable {
    /// Everybody; no token is asked for.
    case everybody = "public"
    /// Everybody with a role; nothing changes.
    case view
    /// Those who may change things.
    case change
    /// The same, although nothing changes.
    case administrator

    /// The intent of the caller; nil where there is none.
    var intent: Principal.Intent? {
      switch self {
      case .everybody: nil
      case .view: .view
      case .change: .change
      case .administrator: .administer
      }
    }
  }

  /// The thing that the caller must have a role in, and how a request names it.
  package enum Subject: String, Sendable, CaseIterable {
    /// Nothing: the operation is public.
    case nothing = "-"
    /// The client's and its user's own things.
    case caller
    /// The account in the headers `…-AdvertiserId` and `…-MarketplaceId`.
    case account
    /// The account in the header `Amazon-Ads-AccountId`.
    case adsAccount = "ads_account"
    /// The instance in the path, of the account in the headers.
    case instance
    /// The same, also while the instance is still being made or could not be made.
    case instanceInAnyState = "instance_in_any_state"
    /// The instance and its account in the headers of audiences.
    case instanceInHeaders = "instance_in_headers"
    /// The profile in the header `Amazon-Advertising-API-Scope`.
    case profile
    /// The profile in the path.
    case profileInPath = "profile_in_path"
    /// The advertiser of Amazon DSP in the header `Amazon-Ads-AccountId`.
    case dspAdvertiser = "dsp_advertiser"

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
  /// With `{name}` for what differs.
  package var path: String
  /// The scope that a token must have; nil for public operations.
  package var scope: Scope?
  package var role: Role
  package var subject: Subject
  /// Whether the client must have accepted the terms of bringing data.
  package var requiresTerms: Bool
  var errors: ErrorFormat
  var mediaTypes: MediaTypes
  /// nil where there is no client to count for.
  package var rateLimit: RateLimit?
}

/// How often a client may call an operation.
package struct RateLimit: Sendable, Hashable {
  /// How many calls come back each second.
  package var perSecond: Double
  /// How many calls can come at once.
  package var burst: Double

  package init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }
}

/// The table of all operations, by name.
package enum EndpointTable {
  /// A line of the table that can't be used. Lines count from 1; 0 stands for the file itself.
  package struct Damaged: Error, CustomStringConvertible {
    let line: Int
    let reason: String
    package var description: String { "endpoints.tsv, line \(line): \(reason)" }
  }

  private static let columns = [
    "operation", "method", "path", "scope", "role", "subject", "terms", "errors", "media_types", "rate_per_s", "burst",
  ]

  /// Reads the file that came with the program.
  ///
  /// - Throws: `Damaged`.
  package static func load() throws -> [String: Endpoint] {
    guard let url = Bundle.module.url(forResource: "endpoints", withExtension: "tsv", subdirectory: "Resources") else {
      throw Damaged(line: 0, reason: "the file is missing")
    }
    return try parse(String(contentsOf: url, encoding: .utf8))
  }

  static func parse(_ text: String) throws(Damaged) -> [String: Endpoint] {
    var endpoints: [String: Endpoint] = [:]
    var places: Set<String> = []
    var hasHeader = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      func damaged(_ reason: String) -> Damaged { Damaged(line: index + 1, reason: reason) }
      guard fields.count == columns.count else { throw damaged("there must be \(columns.count) columns") }
      guard hasHeader else {
        guard fields == columns else { throw damaged("the columns must be \(columns.joined(separator: ", "))") }
        hasHeader = true
        continue
      }
      let row = Dictionary(uniqueKeysWithValues: zip(columns, fields))
      let endpoint: Endpoint
      do throws(Problem) { endpoint = try Endpoint(row) } catch { throw damaged(error.text) }
      guard endpoints.updateValue(endpoint, forKey: endpoint.operation) == nil else {
        throw damaged("the operation is there twice")
      }
      guard places.insert("\(endpoint.method) \(endpoint.path)").inserted else {
        throw damaged("another operation has the same method and path")
      }
    }
    guard !endpoints.isEmpty else { throw Damaged(line: 0, reason: "there are no operations") }
    return endpoints
  }

  /// A mistake in a line.
  fileprivate struct Problem: Error {
    let text: String
  }
}

extension Endpoint {
  fileprivate init(_ row: [String: String]) throws(EndpointTable.Problem) {
    func text(_ column: String) throws(EndpointTable.Problem) -> String {
      guard let text = row[column], !text.isEmpty else { throw EndpointTable.Problem(text: "\(column) is empty") }
      return text
    }
    func choice<Choice: RawRepresentable<String>>(
      _ column: String, _ type: Choice.Type
    ) throws(EndpointTable.Problem) -> Choice {
      guard let choice = Choice(rawValue: try text(column)) else {
        throw EndpointTable.Problem(text: "\(column) has a word that is not known")
      }
      return choice
    }
    operation = try text("operation")
    guard let method = HTTPRequest.Method(try text("method")) else {
      throw EndpointTable.Problem(text: "method is none")
    }
    self.method = method
    path = try text("path")
    scope = try text("scope") == "-" ? nil : choice("scope", Scope.self)
    role = try choice("role", Role.self)
    subject = try choice("subject", Subject.self)
    requiresTerms = try text("terms") == "accepted"
    errors = try choice("errors", ErrorFormat.self)
    mediaTypes = MediaTypes(try text("media_types"))
    if try text("rate_per_s") != "-" {
      guard let perSecond = Double(try text("rate_per_s")), let burst = Double(try text("burst")), perSecond > 0,
        burst >= 1
      else { throw EndpointTable.Problem(text: "the rate is none") }
      rateLimit = RateLimit(perSecond: perSecond, burst: burst)
    }
    try check()
  }

  /// Throws where columns contradict each other, or the path does not name the subject.
  private func check() throws(EndpointTable.Problem) {
    let isPublic = role == .everybody
    guard isPublic == (scope == nil), isPublic == (subject == .nothing), !(isPublic && requiresTerms) else {
      throw EndpointTable.Problem(text: "a public operation has no scope, subject or terms, and every other has them")
    }
    guard path.hasPrefix("/") else { throw EndpointTable.Problem(text: "path must begin with a slash") }
    if let name = subject.pathParameter, !path.split(separator: "/").contains(Substring(name)) {
      throw EndpointTable.Problem(text: "path must have \(name)")
    }
  }
}
