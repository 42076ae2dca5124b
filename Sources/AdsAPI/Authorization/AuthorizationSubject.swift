package import Activation
import Base
import CleanRoom
import HTTPTypes
import Metadata

/// The subject of a request: the account, instance, profile or advertiser that it is about. It is found by the names in
/// the request, and only for callers who may act for it.
protocol AuthorizationSubject: Sendable {
  /// The words of `endpoints.tsv` for this kind of subject.
  static var declarations: Set<Endpoint.Subject> { get }

  /// Finds the subject that the request names.
  ///
  /// - Throws: `RequestError` if the request does not name it properly; `CleanRoomError` if it does not exist, or the
  ///   principal may not use the operation there.
  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> Self

  /// The identifiers that page tokens of the subject's lists are bound to.
  var listIdentity: [String] { get }

  /// The instance that the log names; nil for a subject that is none. None by default.
  var loggedInstanceID: String? { get }
}

extension AuthorizationSubject {
  var loggedInstanceID: String? { nil }
}

/// The parts of a request that name its subject.
struct SubjectQuery: Sendable {
  let headers: HTTPFields
  let query: QueryParameters
  let context: APIRequestContext
  let declaration: Endpoint.Subject
  let principal: Principal

  /// The account that the two headers of administration and reporting name.
  func account(in authorizer: Authorizer) async throws -> AccountRecord {
    if headers.names(.adsAccountID, insteadOf: .advertiserID) {
      return try await standardisedAccount(in: authorizer)
    }
    let id = try headers.requiredIdentifier(.advertiserID)
    return try await authorizer.instances.account(
      id: id, marketplaceID: try headers.requiredIdentifier(.marketplaceID), principal: principal)
  }

  /// The account that the standardised header names. The marketplace then comes from the query, as published, or is
  /// left out: an account has only one.
  private func standardisedAccount(in authorizer: Authorizer) async throws -> AccountRecord {
    let marketplaceID =
      headers[.marketplaceID]?.isEmpty == false
      ? try headers.requiredIdentifier(.marketplaceID) : try query.filledString("marketplaceId")
    return try await authorizer.instances.account(
      id: try headers.requiredIdentifier(.adsAccountID), marketplaceID: marketplaceID, principal: principal)
  }
}

/// The caller's own things. Services that know these better take the principal.
struct CallerSubject: AuthorizationSubject {
  static let declarations: Set<Endpoint.Subject> = [.caller]

  let listIdentity: [String] = []

  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> CallerSubject {
    CallerSubject()
  }
}

/// An account that the caller may act for.
extension AccountRecord: AuthorizationSubject {
  static let declarations: Set<Endpoint.Subject> = [.account, .adsAccount]

  var listIdentity: [String] { [id] }

  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> AccountRecord {
    guard query.declaration == .adsAccount else { return try await query.account(in: authorizer) }
    let id = try query.headers.requiredIdentifier(.adsAccountID)
    return try await authorizer.instances.account(id: id, principal: query.principal)
  }
}

/// An instance whose account the caller may act for.
extension InstanceRecord: AuthorizationSubject {
  static let declarations: Set<Endpoint.Subject> = [.instance, .instanceInAnyState, .instanceInHeaders]

  var listIdentity: [String] { [id] }
  var loggedInstanceID: String? { id }

  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> InstanceRecord {
    let id: String
    let accountID: String?
    if query.declaration == .instanceInHeaders {
      (id, accountID) = try names(in: query.headers)
    } else {
      accountID = try await query.account(in: authorizer).id
      id = query.context.parameters.get("instanceId") ?? ""
    }
    return try await authorizer.instances.instance(
      id: id, accountID: accountID, principal: query.principal,
      mayBeUnfinished: query.declaration == .instanceInAnyState)
  }

  /// The headers of audiences. The account may be named as the advertiser, or not at all: the instance has only one.
  private static func names(in headers: HTTPFields) throws(RequestError) -> (instanceID: String, accountID: String?) {
    if RequestReading.current.isLenient {
      let given = [HTTPField.Name.entityID, .advertiserID, .adsAccountID].first { headers[$0]?.isEmpty == false }
      return (
        try headers.requiredIdentifier(.instanceID),
        try given.map { name throws(RequestError) in try headers.requiredIdentifier(name) }
      )
    }
    guard let accept = headers[.accept], !accept.isEmpty else { throw .missingHeader("Accept") }
    let isEntity = headers.contains(.entityID) || !headers.contains(.advertiserID)
    let accountID = try headers.requiredIdentifier(isEntity ? .entityID : .advertiserID)
    return (try headers.requiredIdentifier(.instanceID), accountID)
  }
}

/// A profile that the caller may act with, and its account.
extension SponsoredScope: AuthorizationSubject {
  static let declarations: Set<Endpoint.Subject> = [.profile, .profileInPath]

  var listIdentity: [String] { [profile.id] }

  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> SponsoredScope {
    let isInPath = query.declaration == .profileInPath
    let id = isInPath ? query.context.parameters.get("profileId") ?? "" : try query.headers.requiredIdentifier(.scope)
    do {
      let account = try await authorizer.instances.account(profileID: id, principal: query.principal)
      return SponsoredScope(profile: try await authorizer.directory.profile(id: id, of: account), account: account)
    } catch CleanRoomError.profileForbidden where isInPath {
      // As published, another account's profile looks like one that does not exist.
      throw CleanRoomError.unknownProfile
    }
  }
}

/// An advertiser of Amazon DSP, and an account of the caller that has it.
extension DSPScope: AuthorizationSubject {
  static let declarations: Set<Endpoint.Subject> = [.dspAdvertiser]

  var listIdentity: [String] { [account.id, advertiserID] }

  static func authorized(_ query: SubjectQuery, by authorizer: Authorizer) async throws -> DSPScope {
    let advertiserID = try query.headers.requiredIdentifier(.adsAccountID)
    var refusal = CleanRoomError.advertiserForbidden
    for accountID in try await authorizer.directory.accountIDs(displayAdvertiserID: advertiserID) {
      do {
        let account = try await authorizer.instances.account(id: accountID, principal: query.principal)
        return DSPScope(account: account, advertiserID: advertiserID)
      } catch CleanRoomError.accountForbidden {
        continue
      } catch CleanRoomError.onboardingIncomplete {
        // Another account of the caller may have it as well.
        refusal = .onboardingIncomplete
      }
    }
    throw refusal
  }
}

// MARK: What handlers say

extension AuthorizedRequest where Subject == AccountRecord {
  var account: AccountRecord { subject }
}

extension AuthorizedRequest where Subject == InstanceRecord {
  var instance: InstanceRecord { subject }
}

extension AuthorizedRequest where Subject == SponsoredScope {
  var profile: ProfileRecord { subject.profile }
  var account: AccountRecord { subject.account }
}
