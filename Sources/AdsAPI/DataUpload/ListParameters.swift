import Base
import CleanRoom
import Metadata

/// The parameters of a list: in the query, as in the published API, or in a JSON body.
struct ListParameters: Sendable {
  private let query: QueryParameters
  private let members: [String: JSONValue]

  /// - Parameter names: The parameters of the list besides those of its pages.
  init(_ request: AuthorizedRequest<InstanceRecord>, names: [String]) async throws {
    query = request.query
    var fields = try await request.fields(isRequired: false)
    members = Dictionary(
      uniqueKeysWithValues: (["nextToken", "maxResults"] + names).compactMap { name in
        fields.value(name).map { (name, $0) }
      })
    try fields.finish()
  }

  /// The value of a parameter; the query takes precedence.
  func string(_ name: String) throws(RequestError) -> String? {
    if let text = try query.string(name) { return text }
    // An empty text in the body counts as missing, like one in the query.
    var fields = FieldReader(members)
    return RequestReading.current.isLenient ? try fields.filledString(name) : try fields.string(name)
  }

  /// A number; in the body it may be a text, as in the published API.
  func integer(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws(RequestError) -> Int {
    var number: Int?
    if case .integer(let value) = members[name], try query.string(name) == nil {
      number = Int(value)
    } else {
      guard let text = try string(name) else { return defaultValue }
      number = Int(text)
    }
    guard let number, range.contains(number) else {
      throw .invalidQueryParameter(name, reason: "must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }
}

extension AuthorizedRequest<InstanceRecord> {
  /// The page of the list that the parameters ask for. AMC does not document the number of elements.
  func page(_ parameters: ListParameters, filters: [String] = []) throws(RequestError) -> ListPage {
    let limit = try parameters.integer("maxResults", in: 1...ListPage.usualLimit, default: ListPage.usualLimit)
    // Clients send an empty token for the first page.
    let token = try parameters.string("nextToken").flatMap { $0.isEmpty ? nil : $0 }
    return try page(limit: limit, token: token, filters: filters)
  }
}
