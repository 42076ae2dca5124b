import Crypto
import Foundation
import Login

/// The state of a consent from one step to the next. It is sealed, so nobody else can make one, and bound to the
/// browser by a cookie.
struct ConsentForm: Codable, Sendable, Hashable {
  /// A secret that tells the form from all others: it can be allowed once.
  var id: String
  var request: AuthorizationRequest
  /// The user who has signed in; nil before.
  var userID: String?
  /// The value of the browser's cookie.
  var browser: String
  var madeAt: Date

  /// The time from which the form is too old.
  var expiresAt: Date { madeAt.addingTimeInterval(SealedForms.lifetimeSeconds) }
}

/// Seals and opens forms.
struct SealedForms: Sendable {
  /// The time within which a form can be sent, in seconds.
  static let lifetimeSeconds = 600.0
  /// The largest number of characters of a form that is looked at.
  static let lengthLimit = 16_384

  private let keys: ServerKeyRing

  init(keys: ServerKeyRing) {
    self.keys = keys
  }

  func seal(_ form: ConsentForm) throws -> String {
    let box = try AES.GCM.seal(try JSONEncoder().encode(form), using: keys.present, authenticating: Self.purpose)
    return (box.combined ?? Data()).base64EncodedString()
  }

  /// The form, if it was sealed here, for the browser with the cookie, and is not too old; nil otherwise.
  func open(_ text: String, browser: String?, at now: Date) -> ConsentForm? {
    guard text.utf8.count <= Self.lengthLimit, let data = Data(base64Encoded: text),
      let box = try? AES.GCM.SealedBox(combined: data),
      let opened = keys.open(box, authenticating: Self.purpose),
      let form = try? JSONDecoder().decode(ConsentForm.self, from: opened)
    else { return nil }
    let age = now.timeIntervalSince(form.madeAt)
    return form.browser == browser && (0..<Self.lifetimeSeconds).contains(age) ? form : nil
  }

  private static let purpose = Data("consent".utf8)
}
