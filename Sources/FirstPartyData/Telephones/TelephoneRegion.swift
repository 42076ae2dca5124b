import Base

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

  fileprivate init(_ row: TabSeparatedTable<RegionColumn>.Row) throws(TabSeparatedTableError) {
    callingCode = try row.value(.callingCode, { Int($0) })
    internationalPrefix = DigitPattern(row[.internationalPrefix] ?? "")
    nationalPrefix = DigitPattern(row[.nationalPrefix] ?? "")
    nationalPrefixRule = row[.nationalPrefixRule] ?? ""
    pattern = DigitPattern(row[.pattern] ?? "")
    assigned = DigitPattern(row[.assigned] ?? "")
    lengths = (row[.lengths] ?? "").split(separator: " ").compactMap { Int($0) }
    localLengths = (row[.localLengths] ?? "").split(separator: " ").compactMap { Int($0) }
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
  static let standard = ProgramResources.load(TelephoneRegions.init)

  private let byRegion: [String: TelephoneRegion]
  private let mainByCallingCode: [Int: TelephoneRegion]
  private let numberPattern: DigitPattern
  private let extensionPattern: DigitPattern

  private init() throws {
    var byRegion: [String: TelephoneRegion] = [:]
    var main: [Int: TelephoneRegion] = [:]
    for row in try TabSeparatedTable<RegionColumn>(resource: "telephone_regions", in: .module).rows {
      let region = try TelephoneRegion(row)
      byRegion[try row.text(.region)] = region
      if row[.main] == "main" { main[region.callingCode] = region }
    }
    self.byRegion = byRegion
    mainByCallingCode = main
    let table = try TabSeparatedTable<PatternColumn>(resource: "telephone_patterns", in: .module)
    let patterns = Dictionary(
      try table.rows.map { (try $0.text(.name), try $0.text(.pattern)) }, uniquingKeysWith: { first, _ in first })
    guard let number = patterns["number"], let extensionPattern = patterns["extension"] else {
      throw TabSeparatedTableError(file: "telephone_patterns.tsv", problem: .incomplete)
    }
    numberPattern = DigitPattern(number)
    self.extensionPattern = DigitPattern(extensionPattern)
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

private enum RegionColumn: String, CaseIterable {
  case region
  case callingCode = "calling_code"
  case main
  case internationalPrefix = "international_prefix"
  case nationalPrefix = "national_prefix"
  case nationalPrefixRule = "national_prefix_rule"
  case pattern, assigned, lengths
  case localLengths = "local_lengths"
}

private enum PatternColumn: String, CaseIterable {
  case name, pattern
}
