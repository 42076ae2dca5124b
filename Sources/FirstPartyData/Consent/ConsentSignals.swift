/// The consent signals of a record. A value is missing if it is nil, empty or blank.
public struct ConsentSignals: Sendable, Hashable {
  /// A string of the Transparency and Consent Framework.
  public var tcf: String?
  /// A string of the Global Privacy Platform.
  public var gpp: String?
  /// Amazon Consent Signal for the use of personal data: GRANTED or DENIED.
  public var amazonUserData: String?
  /// Amazon Consent Signal for cookies: GRANTED or DENIED. A missing one counts as granted.
  public var amazonAdStorage: String?

  /// Signals of these values.
  public init(
    tcf: String? = nil, gpp: String? = nil, amazonUserData: String? = nil, amazonAdStorage: String? = nil
  ) {
    self.tcf = tcf
    self.gpp = gpp
    self.amazonUserData = amazonUserData
    self.amazonAdStorage = amazonAdStorage
  }
}
