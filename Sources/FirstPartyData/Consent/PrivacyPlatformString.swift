/// A string of the Global Privacy Platform: a header that lists sections, and the sections.
///
/// Source: IAB Tech Lab, "Global Privacy Platform: Core" and "Section information".
public struct PrivacyPlatformString: Sendable, Hashable {
  /// The largest number of characters of a string that is read.
  public static let characterLimit = 65_536
  /// The id of the section with a string of the Transparency and Consent Framework, version 2, for the European Union.
  public static let europeanSection = 2

  private static let headerType = 3
  private static let headerVersion = 1
  /// The largest number of sections of a string. The platform has some thirty.
  private static let sectionLimit = 256

  /// The ids of the sections, ascending.
  public let sectionIDs: [Int]
  private let sections: [Substring]

  /// Reads the header; nil if it can't be read, or if the number of sections differs from it.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Self.characterLimit else { return nil }
    let parts = Substring(text).split(separator: "~", omittingEmptySubsequences: false)
    guard let header = parts.first, var bits = BitReader(header.utf8),
      bits.number(6) == Self.headerType, bits.number(6) == Self.headerVersion, let ids = Self.ids(&bits),
      ids.count == parts.count - 1, parts.dropFirst().allSatisfy({ !$0.isEmpty })
    else { return nil }
    sectionIDs = ids
    sections = Array(parts.dropFirst())
  }

  /// The text of a section; nil if no section has the id.
  public func section(_ id: Int) -> Substring? {
    sectionIDs.firstIndex(of: id).map { sections[$0] }
  }

  /// Single ids and ranges of ids, each written as the distance from the one before.
  private static func ids(_ bits: inout BitReader) -> [Int]? {
    guard let count = bits.number(12), count <= sectionLimit else { return nil }
    var ids: [Int] = []
    var last = 0
    for _ in 0..<count {
      guard let isRun = bits.flag(), let distance = bits.fibonacciNumber() else { return nil }
      let first = last + distance
      last = first
      if isRun {
        guard let length = bits.fibonacciNumber() else { return nil }
        last += length
      }
      guard ids.count + last - first < sectionLimit else { return nil }
      ids.append(contentsOf: first...last)
    }
    return ids
  }
}
