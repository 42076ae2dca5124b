/// A kind of consent signal, with the names of AMC's guide on consent.
public enum ConsentKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// A string of the IAB's Transparency and Consent Framework.
  case tcf = "TCF"
  /// A string of the IAB's Global Privacy Platform.
  case gpp = "GPP"
  /// Amazon Consent Signal: GRANTED or DENIED for the use of personal data.
  case amazonUserData = "amzn_user_data"
  /// Amazon Consent Signal: GRANTED or DENIED for cookies.
  case amazonAdStorage = "amzn_ad_storage"
}
