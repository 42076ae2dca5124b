import Base

/// A page of a list: where it begins, how long it may be, and the token of the page after it.
///
///     let page = try request.page()
///     let found = try await schedules.schedules(
///       instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
///     let (shown, nextToken) = try page.cut(found) { $0.sequence ?? 0 }
struct ListPage: Sendable {
  /// The largest and default number of elements of a page, unless another one is documented.
  static let usualLimit = 100

  /// The largest number of elements of the page.
  let limit: Int
  private let position: String?
  private let tokens: PageTokens
  private let scope: PageTokens.Scope

  /// - Parameter token: The token of an earlier page; nil for the first page.
  /// - Throws: `RequestError.invalidPageToken` for a token of another list or another client.
  init(limit: Int, token: String?, tokens: PageTokens, scope: PageTokens.Scope) throws(RequestError) {
    self.limit = limit
    self.tokens = tokens
    self.scope = scope
    position = if let token { try tokens.position(of: token, scope: scope) } else { nil }
  }

  /// The number of elements to fetch: one more than the page has shows whether another page follows.
  var fetchLimit: Int { limit + 1 }

  /// The position after which the page begins, as text; empty for the first page.
  var text: String { position ?? "" }

  /// The position after which the page begins, as a number; `first` for the first page.
  func number(first: Int64) throws(RequestError) -> Int64 {
    try value(Int64.self) ?? first
  }

  /// The position after which the page begins, as a value that its text stands for; nil for the first page.
  func value<Value: LosslessStringConvertible>(_ type: Value.Type) throws(RequestError) -> Value? {
    guard let position else { return nil }
    guard let value = Value(position) else { throw .invalidPageToken }
    return value
  }

  /// The elements of the page, and the token of the next page if more were found.
  ///
  /// - Parameter position: The position of an element. The next page begins after that of the last one.
  func cut<Element>(
    _ found: [Element], at position: (Element) -> some CustomStringConvertible
  ) throws -> (shown: ArraySlice<Element>, nextToken: String?) {
    let shown = found.prefix(limit)
    guard found.count > limit, let last = shown.last else { return (shown, nil) }
    return (shown, try nextToken(after: "\(position(last))"))
  }

  /// The page as a response: its elements under `name`, and the token of the next page if more were found.
  func list<Element>(
    _ name: String, of found: [Element], at position: (Element) -> some CustomStringConvertible,
    _ shown: (Element) throws -> some Encodable
  ) throws -> JSONObject {
    let (elements, nextToken) = try cut(found, at: position)
    return [name: try elements.map(shown), "nextToken": nextToken]
  }

  /// The token of a page that begins after a position; nil if nothing follows.
  func nextToken(after position: String?) throws -> String? {
    try position.map { try tokens.token(position: $0, scope: scope) }
  }
}
