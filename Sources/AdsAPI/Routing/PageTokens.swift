import Crypto
import Foundation

/// Tokens that continue a list: sealed, so that they tell nothing, and good only for whom they were made.
struct PageTokens: Sendable {
  /// The most characters of a token that is looked at.
  static let lengthLimit = 1024

  private let key: SymmetricKey

  init(key: Data) {
    self.key = SymmetricKey(data: key)
  }

  /// The list and the client that a token is bound to: every other one refuses it.
  struct Scope: Sendable {
    var operation: String
    var clientID: String
    /// The instance, account or profile that is listed, and what else the list depends on.
    var subject: [String]

    /// Each part with its length before it, so that no two scopes read the same.
    var authenticatedData: Data {
      let parts = [operation, clientID] + subject
      return Data(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8)
    }
  }

  /// A token for the position in the list after which the next page begins.
  func token(position: String, scope: Scope) throws -> String {
    let box = try AES.GCM.seal(Data(position.utf8), using: key, authenticating: scope.authenticatedData)
    return Self.text(of: box.combined ?? Data())
  }

  /// Base64 that needs no escaping in a URL.
  private static func text(of data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// The position that a token stands for.
  ///
  /// - Throws: `RequestError.invalidPageToken` for one that this list did not give to this client.
  func position(of token: String, scope: Scope) throws(RequestError) -> String {
    guard token.utf8.count <= Self.lengthLimit else { throw .invalidPageToken }
    let base64 = token.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
    // Base64 has several spellings of some bytes; only ours is a token.
    guard let data = Data(base64Encoded: base64 + padding), Self.text(of: data) == token,
      let box = try? AES.GCM.SealedBox(combined: data),
      let text = try? AES.GCM.open(box, using: key, authenticating: scope.authenticatedData)
    else { throw .invalidPageToken }
    return String(decoding: text, as: UTF8.self)
  }
}
