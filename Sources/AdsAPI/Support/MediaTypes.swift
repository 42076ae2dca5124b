/// One element of an `Accept` header.
struct MediaRange: Hashable, Sendable {
  /// In lower case, without parameters.
  var type: String
  /// 0…1
  var quality: Double

  /// The elements of a header, most wanted first; those of equal quality stay in their order.
  static func list(_ header: String) -> [MediaRange] {
    let ranges = header.split(separator: ",").map { element -> MediaRange in
      let parts = element.split(separator: ";", omittingEmptySubsequences: false).map {
        $0.filter { !$0.isWhitespace }.lowercased()
      }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      return MediaRange(type: parts.first ?? "", quality: quality)
    }
    return ranges.enumerated().sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }
      .map(\.element)
  }
}

/// The media types of an area, and which of them an operation speaks when the client leaves it open.
struct MediaTypes<Version: CaseIterable & RawRepresentable & Sendable>: Sendable where Version.RawValue == String {
  /// What `application/json` means.
  let newest: Version

  /// What to answer with.
  struct Choice: Sendable {
    var version: Version
    var mediaType: String
  }

  /// The choice that a header leaves.
  ///
  /// - Parameters:
  ///   - header: The value of `Accept`; a missing one leaves everything open.
  ///   - preferred: What the operation answers with when several versions would do.
  func choose(for header: String?, preferred: Version) throws(RequestError) -> Choice {
    guard let header else { return Choice(version: preferred, mediaType: preferred.rawValue) }
    for range in MediaRange.list(header) where range.quality > 0 {
      switch range.type {
      case "*/*", "application/*": return Choice(version: preferred, mediaType: preferred.rawValue)
      case "application/json": return Choice(version: newest, mediaType: range.type)
      default:
        if let version = Version(rawValue: range.type) { return Choice(version: version, mediaType: range.type) }
      }
    }
    let known = Version.allCases.map(\.rawValue).joined(separator: ", ")
    throw .malformedHeader("Accept", reason: "must allow one of: application/json, \(known).")
  }
}
