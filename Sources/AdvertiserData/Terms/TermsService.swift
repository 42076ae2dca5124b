package import Base
import CleanRoom
import Crypto
import Foundation
package import Metadata

/// The terms that a client accepts once, before it brings data.
package struct TermsService: Sendable {
  /// The terms as a client sees them.
  package struct Terms: Sendable, Hashable {
    /// HTML.
    package var content: String
    /// Proves that the client has fetched this text; valid for this client and this text alone.
    package var agreementToken: String
    package var hasAccepted: Bool
  }

  private let store: MetadataStore
  private let clock: any WallClock

  package init(store: MetadataStore, clock: any WallClock) {
    self.store = store
    self.clock = clock
  }

  /// The present terms, and whether the client has accepted them.
  package func terms(clientID: String) async throws -> Terms {
    let token = Self.agreementToken(clientID: clientID)
    let accepted = try await store.read { try $0.find(TermsAcceptanceRecord.self, id: clientID) }
    return Terms(content: TermsText.content, agreementToken: token, hasAccepted: accepted?.agreementToken == token)
  }

  /// Accepts the terms, or withdraws the acceptance.
  ///
  /// - Throws: `invalidField` for a token of another text or client.
  package func setAcceptance(
    _ hasAccepted: Bool, agreementToken: String, clientID: String, by administrator: Administrator
  ) async throws {
    guard agreementToken == Self.agreementToken(clientID: clientID) else {
      throw CleanRoomError.invalidField(
        name: "agreementToken", reason: "is not the one of the present terms; fetch them again.")
    }
    let now = clock.now
    let acceptance = TermsAcceptanceRecord(clientID: clientID, agreementToken: agreementToken, acceptedAt: now)
    try await store.write { transaction in
      try transaction.audit(
        hasAccepted ? .acceptTerms : .declineTerms, of: clientID, accountID: nil, by: administrator, at: now)
      if hasAccepted {
        try transaction.save(acceptance)
      } else {
        try transaction.delete(TermsAcceptanceRecord.self, id: clientID)
      }
    }
  }

  /// Accepts the present terms for a client, as the operator at the machine does. Returns false if there is no such
  /// client.
  package func accept(clientID: String) async throws -> Bool {
    guard try await store.read({ try $0.find(ClientRecord.self, id: clientID) }) != nil else { return false }
    try await setAcceptance(
      true, agreementToken: Self.agreementToken(clientID: clientID), clientID: clientID, by: .operatorAtMachine)
    return true
  }

  /// Checks that the client has accepted the present terms.
  ///
  /// - Throws: `termsNotAccepted`.
  package func requireAccepted(clientID: String) async throws {
    guard try await terms(clientID: clientID).hasAccepted else { throw CleanRoomError.termsNotAccepted }
  }

  private static func agreementToken(clientID: String) -> String {
    let text = "\(TermsText.version)\n\(clientID)\n\(TermsText.content)"
    return Hexadecimal.text(of: SHA256.hash(data: Data(text.utf8)))
  }
}
