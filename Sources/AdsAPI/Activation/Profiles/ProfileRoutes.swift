import Activation
import CleanRoom
import Hummingbird
import Metadata

/// The profiles that a client can act with: `/v2/profiles`.
struct ProfileRoutes: Sendable {
  /// How many accounts are read at once.
  private static let accountPageCount = 100
  /// The most profiles of an answer. Source: the published OpenAPI file.
  private static let profileCountLimit = 5000

  let gate: Gate
  let instances: InstanceService
  let directory: ProfileDirectory

  func add(to router: some RouterMethods<APIRequestContext>) {
    router.group("/v2/profiles").add(middleware: ErrorMiddleware(bodies: GeneralErrors()))
      .get { request, _ in try await self.list(request) }
      .get("{profileId}") { request, context in try await self.show(request, context) }
  }

  private enum Access: String, CaseIterable {
    case edit
    case view
  }

  private enum Program: String, CaseIterable {
    case billing, campaign, paymentMethod, store, report, account, posts
  }

  private func list(_ request: Request) async throws -> Response {
    let caller = try await gate.admit(request, to: .listProfiles)
    let parameters = QueryParameters(request)
    let access = try parameters.choice("accessLevel", Access.self) ?? .view
    let kind = try parameters.choice("profileTypeFilter", ProfileRecord.Kind.self)
    // Whoever may act for an account may do so in every program.
    _ = try parameters.choice("apiProgram", Program.self)
    let hasPaymentMethod = try parameters.string("validPaymentMethodFilter").map { _ throws(RequestError) in
      try parameters.boolean("validPaymentMethodFilter", default: true)
    }
    var principal = caller.principal
    if access == .edit { principal.intent = .change }
    // Nothing is paid for here, so that no payment method is missing.
    let profiles = hasPaymentMethod == false ? [] : try await self.profiles(of: principal)
    return try Response.json(
      profiles.filter { kind == nil || $0.record.kind == kind }.prefix(Self.profileCountLimit).map(Shown.init))
  }

  /// The profiles of all accounts that the actor may see, or change where that is what it wants to do.
  private func profiles(of principal: Principal) async throws -> [ProfileDirectory.Profile] {
    var profiles: [ProfileDirectory.Profile] = []
    var viewer = principal
    viewer.intent = .view
    var afterID = ""
    while profiles.count < Self.profileCountLimit {
      let accounts = try await instances.accounts(of: viewer, afterID: afterID, limit: Self.accountPageCount)
      for account in accounts where try await mayAct(principal, for: account) {
        profiles += try await directory.profiles(of: account)
      }
      guard let last = accounts.last, accounts.count == Self.accountPageCount else { break }
      afterID = last.id
    }
    return profiles
  }

  private func mayAct(_ principal: Principal, for account: AccountRecord) async throws -> Bool {
    guard principal.intent == .change else { return true }
    do {
      _ = try await instances.account(id: account.id, principal: principal)
      return true
    } catch let error as CleanRoomError where error.kind == .forbidden {
      return false
    }
  }

  private func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let caller = try await gate.admit(request, to: .getProfileById)
    let id = context.pathParameter("profileId")
    let account: AccountRecord
    do {
      account = try await instances.account(profileID: id, principal: caller.principal)
    } catch CleanRoomError.profileForbidden {
      // A profile of somebody else looks like one that there is not.
      throw CleanRoomError.unknownProfile
    }
    guard let profile = try await directory.profiles(of: account).first(where: { $0.record.id == id }) else {
      throw CleanRoomError.unknownProfile
    }
    return try Response.json(Shown(profile))
  }

  /// A profile, as the published OpenAPI file and the guide "Profiles" have it.
  private struct Shown: Encodable {
    struct AccountInfo: Encodable {
      let marketplaceStringId: String
      let id: String
      let type: String
      let name: String
      let validPaymentMethod = true
    }

    let profileId: JSONValue
    let countryCode: String?
    let currencyCode: String?
    let timezone: String?
    let accountInfo: AccountInfo

    init(_ profile: ProfileDirectory.Profile) {
      let record = profile.record
      // Ids are numbers in this answer alone; one that an operator has given in letters stays as it is.
      profileId = Int64(record.id).map(JSONValue.integer) ?? .string(record.id)
      let marketplace = profile.marketplace
      countryCode = marketplace?.profileCountryCode
      currencyCode = marketplace?.currencyCode
      timezone = marketplace?.timeZoneName
      accountInfo = AccountInfo(
        marketplaceStringId: profile.account.marketplaceID, id: profile.entityID, type: record.kind.rawValue,
        name: profile.name)
    }
  }
}

extension QueryParameters {
  /// A parameter that is one of an enum's texts.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type
  ) throws(RequestError) -> Choice? where Choice.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidQueryParameter(name, reason: "must be one of \(known).")
    }
    return choice
  }
}
