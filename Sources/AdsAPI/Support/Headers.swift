import Base
import CleanRoom
import HTTPTypes

extension HTTPField.Name {
  static let clientID = Self.named("Amazon-Advertising-API-ClientId")
  static let advertiserID = Self.named("Amazon-Advertising-API-AdvertiserId")
  static let entityID = Self.named("Amazon-Advertising-API-EntityId")
  static let marketplaceID = Self.named("Amazon-Advertising-API-MarketplaceId")
  /// The newer operations of the advertising API have their own headers for client and account.
  static let adsClientID = Self.named("Amazon-Ads-ClientId")
  static let adsAccountID = Self.named("Amazon-Ads-AccountId")
  static let prefer = Self.named("Prefer")
  static let scope = Self.named("Amazon-Advertising-API-Scope")
  static let instanceID = Self.named("Amazon-Marketing-Cloud-Audience-InstanceId")
  static let idempotencyKey = Self.named("Idempotency-Key")
  static let requestID = Self.named("x-amzn-RequestId")
  static let errorType = Self.named("x-amzn-ErrorType")
  /// The names of the parts of a request that were ignored, with commas between them.
  static let ignored = Self.named("Adyton-Ignored")

  /// The headers in which proxies say from where they have a request.
  static let forwarded = Self.named("Forwarded")
  static let forwardedFor = Self.named("X-Forwarded-For")
  static let forwardedProtocol = Self.named("X-Forwarded-Proto")

  /// The headers that requests may have.
  static let ofRequests: [Self] = [
    .accept, .authorization, .contentType, .clientID, .advertiserID, .entityID, .marketplaceID, .adsClientID,
    .adsAccountID, .scope, .instanceID, .idempotencyKey, .prefer,
  ]

  /// The headers of responses that say something to the client.
  static let ofResponses: [Self] = [.requestID, .errorType, .ignored, .retryAfter, .allow, .wwwAuthenticate]

  private static func named(_ name: String) -> Self {
    guard let name = Self(name) else { preconditionFailure("a header's name has a character that none may have") }
    return name
  }
}

extension HTTPFields {
  /// The value of a field that occurs at most once; nil if it is missing.
  func single(_ name: HTTPField.Name) throws(RequestError) -> String? {
    let values = self[values: name]
    guard values.count <= 1 else { throw .repeatedHeader(name.rawName) }
    return values.first
  }

  /// The value of a field that has to occur once, and not be empty.
  func required(_ name: HTTPField.Name) throws(RequestError) -> String {
    guard let value = try single(name), !value.isEmpty else { throw .missingHeader(name.rawName) }
    return value
  }

  /// Whether only the standardised name of a header is there, which is accepted where reading is lenient.
  func names(_ standardised: HTTPField.Name, insteadOf usual: HTTPField.Name) -> Bool {
    RequestReading.current.isLenient && self[usual]?.isEmpty != false && self[standardised]?.isEmpty == false
  }

  /// A required field that is an identifier.
  func requiredIdentifier(_ name: HTTPField.Name) throws(RequestError) -> String {
    let value = try required(name)
    guard IdentifierShape.accepts(value) else {
      throw .malformedHeader(name.rawName, reason: "must be 1 to 64 letters, digits, - and _.")
    }
    return value
  }

  /// The token of `Authorization: Bearer …`.
  func bearerToken() throws(RequestError) -> String {
    guard let value = try single(.authorization), !value.isEmpty else { throw .missingAuthorization }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .malformedAuthorization }
    let token = parts[1].drop { $0 == " " }
    guard !token.isEmpty, !token.contains(" ") else { throw .malformedAuthorization }
    return String(token)
  }
}
