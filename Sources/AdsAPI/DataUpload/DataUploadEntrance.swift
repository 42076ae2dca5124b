import AdvertiserData
import CleanRoom
import Foundation
import Hummingbird
import Metadata

/// What every request of the data upload API passes, and what its lists share.
struct DataUploadEntrance: Sendable {
  /// The most elements of a page, and how many there are when the client does not say. AMC documents no number.
  static let pageCountLimit = 100

  let reporting: ReportingEntrance
  let terms: TermsService

  typealias Entry = ReportingEntrance.Entry

  /// Lets a request in whose client may act for the instance and has accepted the terms.
  func enter(
    _ request: Request, _ context: APIRequestContext, _ operation: Operation, _ mediaType: DataUploadMediaType
  ) async throws -> Entry {
    let caller = try await reporting.gate.admit(request, to: operation)
    let answer = try mediaType.answer(for: request.headers[.accept])
    let entry = try await reporting.enter(request, context, operation, caller, mediaType: answer)
    try await terms.requireAccepted(clientID: entry.caller.clientID)
    return entry
  }

  /// The members of a body that has to be there.
  func body(of request: Request, limit: Int = BodyReader.sizeLimit) async throws -> [String: JSONValue] {
    try BodyReader.object(try await BodyReader.data(of: request, limit: limit), of: request)
  }

  /// The page of a list that a request asks for.
  func page(
    _ parameters: ListParameters, _ entry: Entry, filters: [String] = []
  ) throws(RequestError) -> ReportingEntrance.Page {
    let scope = PageTokens.Scope(
      operation: entry.operation, clientID: entry.caller.clientID, subject: [entry.instance.id] + filters)
    return ReportingEntrance.Page(
      limit: try parameters.integer("maxResults", in: 1...Self.pageCountLimit, default: Self.pageCountLimit),
      token: try parameters.string("nextToken").flatMap { $0.isEmpty ? nil : $0 }, scope: scope)
  }
}

/// What a list goes by: parameters of the query, as the published API has them, or members of a JSON body.
struct ListParameters: Sendable {
  private let query: QueryParameters
  private let members: [String: JSONValue]

  /// - Parameter names: Every parameter of the list.
  init(_ request: Request, names: [String]) async throws {
    query = QueryParameters(request)
    let data = try await BodyReader.data(of: request)
    guard !data.isEmpty else {
      members = [:]
      return
    }
    members = try BodyReader.object(data, of: request)
    var fields = FieldReader(members)
    for name in names { _ = fields.value(name) }
    try fields.finish()
  }

  /// The query goes first.
  func string(_ name: String) throws(RequestError) -> String? {
    if let text = try query.string(name) { return text }
    var fields = FieldReader(members)
    return try fields.string(name)
  }

  /// A number, in the body also as the text that the published API has.
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
