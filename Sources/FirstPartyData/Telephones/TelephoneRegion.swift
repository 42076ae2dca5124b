/// The form of telephone numbers of a region, or of a calling code that belongs to no region.
///
/// Source: the metadata of the package `phonenumbers`; see `Resources/README.md`.
struct TelephoneRegion: Sendable {
  /// The calling code, such as 49.
  let callingCode: Int
  /// The prefix before a calling code for calls abroad.
  let internationalPrefix: DigitPattern
  /// The prefix before the area code for calls within the country.
  private let nationalPrefix: DigitPattern
  private let nationalPrefixRule: String
  private let pattern: DigitPattern
  private let assigned: DigitPattern
  private let lengths: [Int]
  private let localLengths: [Int]

  init(_ fields: [Substring]) {
    callingCode = Int(fields[1]) ?? 0
    internationalPrefix = DigitPattern(String(fields[3]))
    nationalPrefix = DigitPattern(String(fields[4]))
    nationalPrefixRule = String(fields[5])
    pattern = DigitPattern(String(fields[6]))
    assigned = DigitPattern(String(fields[7]))
    lengths = fields[8].split(separator: " ").compactMap { Int($0) }
    localLengths = fields[9].split(separator: " ").compactMap { Int($0) }
  }

  /// The meaning of a national number's length.
  enum Length {
    case possible, localOnly, tooShort, tooLong, invalid
  }

  func length(of number: String) -> Length {
    let count = number.utf8.count
    if localLengths.contains(count) { return .localOnly }
    guard let shortest = lengths.first, let longest = lengths.last else { return .invalid }
    if lengths.contains(count) { return .possible }
    return count < shortest ? .tooShort : count > longest ? .tooLong : .invalid
  }

  /// Whether the digits look like a national number of this region.
  func isNational(_ number: String) -> Bool {
    pattern.matchesWhole(number)
  }

  /// Whether all numbers have the same prefix within the country, and the calling code does not begin with it.
  var alwaysHasNationalPrefix: Bool {
    nationalPrefix.literal.map { !String(callingCode).hasPrefix($0) } ?? false
  }

  /// Whether the national number is in a range that is in use.
  func isAssigned(_ number: String) -> Bool {
    assigned.matchesWhole(number)
  }

  /// The number without the prefix for calls within the country. It is unchanged if the prefix is missing, or if the
  /// number looks right with it and not without it.
  func withoutNationalPrefix(_ number: String) -> String {
    guard !number.isEmpty, let rest = nationalPrefix.removed(from: number, rule: nationalPrefixRule) else {
      return number
    }
    return isNational(number) && !isNational(rest) ? number : rest
  }
}

/// All regions.
struct TelephoneRegions: Sendable {
  static let standard = TelephoneRegions()

  private let byRegion: [String: TelephoneRegion]
  private let mainByCallingCode: [Int: TelephoneRegion]
  private let numberPattern: DigitPattern
  private let extensionPattern: DigitPattern

  private init() {
    var byRegion: [String: TelephoneRegion] = [:]
    var main: [Int: TelephoneRegion] = [:]
    for fields in FactsFile.rows(of: "telephone_regions") {
      let region = TelephoneRegion(fields)
      byRegion[String(fields[0])] = region
      if fields[2] == "main" { main[region.callingCode] = region }
    }
    self.byRegion = byRegion
    mainByCallingCode = main
    let patterns = FactsFile.rows(of: "telephone_patterns").map { (String($0[0]), DigitPattern(String($0[1]))) }
    let named = Dictionary(patterns) { first, _ in first }
    guard let number = named["number"], let extensionPattern = named["extension"] else {
      fatalError("The file telephone_patterns.tsv, which is part of the program, lacks a pattern.")
    }
    numberPattern = number
    self.extensionPattern = extensionPattern
  }

  /// The region with a two-letter code; nil if there is none.
  func region(_ code: String) -> TelephoneRegion? {
    code == "001" ? nil : byRegion[code]
  }

  /// The region that stands for all that share a calling code.
  func main(callingCode: Int) -> TelephoneRegion? {
    mainByCallingCode[callingCode]
  }

  /// Whether the text can be a telephone number.
  func isNumber(_ text: String) -> Bool {
    numberPattern.matchesWhole(text)
  }

  /// The number without an extension.
  func withoutExtension(_ text: String) -> String {
    guard let start = extensionPattern.start(in: text) else { return text }
    let number = String(text[..<start])
    return isNumber(number) ? number : text
  }
}
