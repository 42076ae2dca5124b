/// The countries that records can come from.
public enum CountryCode {
  /// The word for an unknown country.
  public static let unknown = "UNKNOWN"

  /// All two-letter codes that the published API of advertiser audiences accepts, without `UNKNOWN`: ISO 3166-1
  /// alpha-2, and also AN, which ISO withdrew, and XK, which it leaves to users.
  public static let all: Set<String> = Set(
    """
    AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO \
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR \
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV \
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split(separator: " ").map(String.init))

  /// The countries in which the use of personal data for advertising needs consent: the European Economic Area with the
  /// regions of its members that have their own code (Åland and France overseas), and the United Kingdom.
  public static let requiringConsent: Set<String> = Set(
    """
    AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK \
    AX GF GP MF MQ RE YT \
    GB
    """.split(separator: " ").map(String.init))

  /// The code in the form of `all`, of a code of two or three letters in any case, with points or without, or of a
  /// name in one of `CountryNames.languages`. It is nil if the text is none of them, is `UNKNOWN`, or is empty.
  ///
  ///     CountryCode.standardised("deu")            // "DE"
  ///     CountryCode.standardised("United States")  // "US"
  ///
  /// UK, which ISO 3166-1 reserves for the United Kingdom, becomes GB.
  public static func standardised(_ text: String?) -> String? {
    guard let text else { return nil }
    if all.contains(text) { return text }
    let code = String(text.filter { !$0.isWhitespace && $0 != "." }).uppercased()
    if code.isEmpty || code == unknown { return nil }
    if code.utf8.count == 2 { return all.contains(code) ? code : code == "UK" ? "GB" : nil }
    return CountryNames.standard.code(of: text)
  }

  /// Whether the text says no country: it is missing, blank, or the word for an unknown one.
  public static func isUnstated(_ text: String?) -> Bool {
    guard let text else { return true }
    let word = text.filter { !$0.isWhitespace }
    return word.isEmpty || word.uppercased() == unknown
  }

  /// Whether records of the country need consent. An unknown country counts as one that requires it, as AMC's guide on
  /// data preparation says.
  public static func requiresConsent(_ text: String?) -> Bool {
    guard let code = standardised(text) else { return true }
    return requiringConsent.contains(code)
  }
}
