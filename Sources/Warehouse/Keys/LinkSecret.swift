import Base
import Dialects
import FirstPartyData

/// The secret that turns identifiers into the links of a graph. It stays beside the graph, so that the graph's
/// files alone neither show identifiers nor let anyone try out identifiers on them.
package struct LinkSecret: Sendable, CustomStringConvertible {
  /// The SHA-256 of no text at all: what a client makes of an empty field. It names nobody.
  static let hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private let secret: HashSecret

  init(_ secret: HashSecret) { self.secret = secret }

  /// The one of all sandboxes, whose people are made up. It does not change, so that the same people make the same
  /// files.
  static let synthetic = LinkSecret(HashSecret(known: "synthetic"))

  /// The link of a record under a rule: the keyed hash of the country where the rule needs it, and of the values, as a
  /// UUID, which the engine joins as a number of 128 bits. NULL for a record that lacks something; nil where all
  /// records do. Each rule has its own key.
  ///
  /// Values of the rules with several ones have a fixed length, so that no two records run together.
  func link(_ rule: MatchRule, identifiers: [IdentifierKind: String], country: String) -> String? {
    var parts: [String] = []
    if rule.needsCountry { parts.append(Self.country(country)) }
    for kind in rule.identifiers {
      guard let expression = identifiers[kind] else { return nil }
      parts.append(Self.value(expression, of: kind))
    }
    return KeyedHashFunctions.uuid(
      of: parts.joined(separator: " || ':' || "), key: secret.key(for: "link \(rule.rawValue)"))
  }

  /// The country; NULL when it is not known.
  private static func country(_ expression: String) -> String {
    "nullif(nullif(upper(trim(\(expression))), \(SQLText.string(IdentityGraph.unknownCountry))), '')"
  }

  /// The value that counts; NULL for one that names nobody.
  private static func value(_ expression: String, of kind: IdentifierKind) -> String {
    switch kind {
    case .firstName, .lastName, .email, .phone, .address, .city, .state, .zip:
      "nullif(nullif(\(expression), ''), '\(hashOfNothing)')"
    case .mobileAdvertisingID: device("lower(trim(\(expression)))")
    case .liveRamp, .experian: "nullif(trim(\(expression)), '')"
    }
  }

  /// The device; NULL for what is no UUID, and for a UUID whose digits are all the same, which devices have whose owner
  /// does not want to be tracked (`DeviceID`).
  private static func device(_ text: String) -> String {
    "CASE WHEN regexp_full_match(\(text), '\(DeviceID.pattern)') AND replace(\(text), left(\(text), 1), '') <> '----' "
      + "THEN \(text) END"
  }

  /// Nothing of the secret.
  package var description: String { "LinkSecret(hidden)" }
}
