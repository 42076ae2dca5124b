package import Foundation
import Synchronization

/// The way in which the parts of the present request are read: as strictly as the API is published, or as leniently as
/// AMC reads them.
///
/// The parts of a request are read in many places, from its headers to the definition of a workflow inside its body. So
/// the setting goes with the task that answers the request, and no place can be forgotten. Outside a request, as for
/// files and stored texts, reading is strict.
///
///     try await RequestReading.$current.withValue(.lenient()) {
///       let response = try await respond(request)
///       print(RequestReading.current.ignoredNames)  // the fields that nobody asked for
///     }
package struct RequestReading: Sendable {
  /// The reading of the present task.
  @TaskLocal package static var current = RequestReading.strict

  /// Accepts only what the API is published to accept.
  package static let strict = RequestReading(notes: nil)

  /// The largest number of names that are noted for a request.
  package static let nameCountLimit = 20

  /// The largest numbers of characters and of digits of a noted name. Anything beyond could be data instead of a name.
  private static let nameLengthLimit = 40
  private static let nameDigitLimit = 4

  private let notes: Notes?

  /// Accepts what is untidy without being ambiguous, and takes note of what it ignores.
  package static func lenient() -> RequestReading { RequestReading(notes: Notes()) }

  package var isLenient: Bool { notes != nil }

  /// The names of the ignored parts, in the order in which they were found, each once.
  package var ignoredNames: [String] { notes?.names.withLock { $0 } ?? [] }

  /// Takes note of an ignored part of the request. Further ones than `nameCountLimit` are not noted.
  package func ignore(_ name: String) {
    notes?.names.withLock { names in
      if names.count < Self.nameCountLimit, !names.contains(name) { names.append(name) }
    }
  }

  /// Takes note of an ignored member of an object.
  ///
  /// - Parameters:
  ///   - name: The member's name as the client wrote it. One that could be data is noted as `*`.
  ///   - path: The path of the object with a point at its end; empty for the outermost one.
  package func ignore(member name: String, at path: String) {
    let isName =
      IdentifierShape.accepts(name) && name.utf8.count <= Self.nameLengthLimit
      && name.count(where: \.isNumber) <= Self.nameDigitLimit
    ignore(path + (isName ? name : "*"))
  }

  // MARK: Query parameters

  /// Takes note of a query parameter that the operation knows.
  package func expect(parameter name: String) {
    notes?.expectedParameters.withLock { _ = $0.insert(name) }
  }

  /// Takes note of the query parameters that nobody asked for.
  package func ignoreUnexpected(parameters names: [String]) {
    guard let expected = notes?.expectedParameters.withLock({ $0 }) else { return }
    for name in names where !expected.contains(name) { ignore(member: name, at: "") }
  }

  // MARK: Scalars

  /// A whole number, which clients may write as a text: `"86400"`.
  package func integer(_ value: JSONValue) -> Int64? {
    switch value {
    case .integer(let number): number
    case .string(let text) where isLenient && Self.isNumber(text): Int64(text)
    case .null, .boolean, .decimal, .string, .array, .object: nil
    }
  }

  /// A boolean, which clients may write as a text in any letter case: `"True"`.
  package func boolean(_ value: JSONValue) -> Bool? {
    switch value {
    case .boolean(let flag): flag
    case .string(let text) where isLenient: Self.boolean(text)
    case .null, .integer, .decimal, .string, .array, .object: nil
    }
  }

  /// `true` or `false` in any letter case; nil for any other text.
  package static func boolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// A number, which clients may write as a text.
  package func number(_ value: JSONValue) -> Decimal? {
    switch value {
    case .integer(let number): return Decimal(number)
    case .decimal(let number): return number
    case .string(let text):
      guard isLenient, Self.isNumber(text), let value = try? JSONValue(parsing: Data(text.utf8)) else { return nil }
      return RequestReading.strict.number(value)
    case .null, .boolean, .array, .object: return nil
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= numberLengthLimit else { return false }
    return first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
  }

  /// The largest number of characters of a number.
  private static let numberLengthLimit = 64

  private final class Notes: Sendable {
    let names = Mutex<[String]>([])
    let expectedParameters = Mutex<Set<String>>([])
  }
}
