import Base
import HTTPTypes

/// The media types that an operation answers with: a cell of `endpoints.tsv`.
struct MediaTypes: Sendable, Hashable {
  /// The types, the oldest first; empty for an operation that always answers with `application/json`.
  let versions: [String]
  /// The type for a client that leaves it open.
  private let preferred: String
  /// Whether a client that accepts none of the types gets a response.
  private let answersAnyClient: Bool

  /// - Parameter cell: The types with commas between them. One with a star behind it is preferred, else the last. `*/*`
  ///   among them answers any client.
  init(_ cell: String) {
    let names = cell.split(separator: ",").map(String.init)
    answersAnyClient = names.isEmpty || names.contains("*/*")
    let own = names.filter { $0 != "*/*" }
    versions = own.map { $0.hasSuffix("*") ? String($0.dropLast()) : $0 }
    preferred = (own.first { $0.hasSuffix("*") }?.dropLast()).map(String.init) ?? versions.last ?? "application/json"
  }

  /// The operation's own type; nil if it has none.
  var own: String? { versions.first }

  /// The type for a client's `Accept`.
  ///
  /// - Parameter header: The value of `Accept`; a missing one accepts everything.
  /// - Throws: `RequestError.malformedHeader` if the client accepts none of the types. Where reading is lenient, such a
  ///   header is ignored.
  func choose(for header: String?) throws(RequestError) -> MediaType {
    let reading = RequestReading.current
    guard let header, let newest = versions.last, !(reading.isLenient && header.isEmpty) else {
      return MediaType(name: preferred, version: preferred)
    }
    for range in MediaRange.list(header) where range.quality > 0 {
      switch range.type {
      case "*/*", "application/*": return MediaType(name: preferred, version: preferred)
      case "application/json": return MediaType(name: range.type, version: newest)
      default:
        if let version = versions.first(where: { $0.lowercased() == range.type }) {
          return MediaType(name: version, version: version)
        }
      }
    }
    if reading.isLenient { reading.ignore(HTTPField.Name.accept.rawName) }
    guard answersAnyClient || reading.isLenient else {
      let known = versions.joined(separator: ", ")
      throw .malformedHeader("Accept", reason: "must allow one of: application/json, \(known).")
    }
    return MediaType(name: preferred, version: preferred)
  }
}

/// The media type of a response.
struct MediaType: Sendable, Hashable {
  static let json = MediaType(name: "application/json", version: "application/json")

  /// The type that the response names.
  let name: String
  /// The version of the response. For `application/json` it is the newest one.
  let version: String
}

/// One element of an `Accept` header.
struct MediaRange: Hashable, Sendable {
  /// In lower case, without parameters.
  var type: String
  /// 0…1
  var quality: Double

  /// The elements of a header, the most preferred first. Those of equal quality stay in their order.
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
