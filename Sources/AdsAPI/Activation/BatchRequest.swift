import Base
import CleanRoom
import HTTPTypes

/// Requests that change many things at once.
extension AuthorizedRequest {
  /// The most bytes of such a request.
  static var batchSizeLimit: Int { 2 << 20 }

  /// The elements of the one list that a body holds.
  func batch(_ name: String, counts: ClosedRange<Int>) async throws -> [JSONValue] {
    var fields = try await batchFields()
    guard let elements = try fields.array(name) else { throw RequestError.missingField(name) }
    try fields.finish()
    guard counts.contains(elements.count) else {
      throw RequestError.wrongType(name, expected: "an array of \(counts.lowerBound) to \(counts.upperBound) elements")
    }
    return elements
  }

  /// The elements of a body that is a list.
  func batch(limit: Int) async throws -> [JSONValue] {
    try BodyReader.requireJSONType(of: http)
    guard case .array(let elements) = try BodyReader.value(of: try await data(limit: Self.batchSizeLimit)),
      elements.count <= limit
    else { throw RequestError.bodyNotAnArray(limit: limit) }
    return elements
  }

  /// The fields of a body that may be as large as a batch.
  func batchFields(isRequired: Bool = true) async throws -> FieldReader {
    try await fields(limit: Self.batchSizeLimit, isRequired: isRequired)
  }
}

extension FieldReader {
  /// The values of a filter `{"include": […]}`; nil where there is none.
  mutating func included(_ name: String, limit: Int) throws(RequestError) -> [String]? {
    guard let members = try object(name) else { return nil }
    var fields = FieldReader(members, path: "\(name).")
    let values = try fields.strings("include")
    try fields.finish()
    guard let values else { return nil }
    guard values.count <= limit else {
      throw .wrongType("\(name).include", expected: "an array of at most \(limit) strings")
    }
    return values
  }

  /// The values of a filter that are an enum's.
  mutating func included(_ name: String, among known: [String]) throws(RequestError) -> Set<String>? {
    guard let values = try included(name, limit: filterValueLimit) else { return nil }
    guard values.allSatisfy(known.contains) else {
      throw .wrongType("\(name).include", expected: "an array of \(known.joined(separator: ", "))")
    }
    return Set(values)
  }

  /// The most values of a filter that are an enum's: some may come twice.
  private var filterValueLimit: Int { 100 }

  /// How many elements a page is to have.
  mutating func pageCount(in range: ClosedRange<Int>, default usual: Int) throws(RequestError) -> Int {
    guard let count = try integer("maxResults") else { return usual }
    guard range.contains(count) else {
      throw .wrongType("maxResults", expected: "from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }
}

extension HTTPResponse.Status {
  /// Each element of the request has a status of its own in the response (RFC 4918).
  static let multiStatus = Self(code: 207, reasonPhrase: "Multi-Status")
}
