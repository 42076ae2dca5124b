import Base
import Crypto
import Foundation

/// Tokens that continue a list. They are sealed, so they reveal nothing, and are valid only for the client that they
/// were made for.
struct PageTokens: Sendable {
  /// The largest number of characters of a token that is looked at.
  static let lengthLimit = 1024
  /// The time for which a list can be continued after the server's key was replaced, in seconds: a day.
  static let lifetimeSeconds = 86_400.0

  private let keys: ServerKeyRing

  init(keys: ServerKeyRing) {
    self.keys = keys
  }

  /// Tokens of one key for good.
  init(key: Data) {
    self.init(keys: ServerKeyRing(present: key))
  }

  /// The list and the client that a token is bound to. All others refuse it.
  struct Scope: Sendable {
    var operation: String
    var clientID: String
    /// The instance, account or profile that is listed, and further properties of the list.
    var subject: [String]

    /// Each part behind its length, so no two scopes give the same bytes.
    var authenticatedData: Data {
      let parts = [operation, clientID] + subject
      return Data(parts.map(\.lengthPrefixed).joined().utf8)
    }
  }

  /// A token for the position in the list after which the next page begins.
  func token(position: String, scope: Scope) throws -> String {
    let box = try AES.GCM.seal(Data(position.utf8), using: keys.present, authenticating: scope.authenticatedData)
    return Self.text(of: box.combined ?? Data())
  }

  /// Base64 that needs no escaping in a URL.
  private static func text(of data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// The position that a token contains.
  ///
  /// - Throws: `RequestError.invalidPageToken` for a token that this list did not give to this client.
  func position(of token: String, scope: Scope) throws(RequestError) -> String {
    guard token.utf8.count <= Self.lengthLimit else { throw .invalidPageToken }
    let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    // Base64 has several spellings of some bytes; only ours is a token.
    guard let data = Data(base64Encoded: base64 + padding), Self.text(of: data) == token,
      let box = try? AES.GCM.SealedBox(combined: data),
      let text = keys.open(box, authenticating: scope.authenticatedData)
    else { throw .invalidPageToken }
    return String(decoding: text, as: UTF8.self)
  }
}
