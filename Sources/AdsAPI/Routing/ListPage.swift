/// A page of a list: where it begins, how long it may be, and the token of the page after it.
///
///     let page = try request.page()
///     let found = try await schedules.schedules(
///       instanceID: request.instance.id, afterSequence: try page.number(first: 0), limit: page.fetchLimit)
///     let (shown, nextToken) = try page.cut(found) { $0.sequence ?? 0 }
struct ListPage: Sendable {
  /// The most elements of a page where nothing else is documented, and how many there are when the client does not say.
  static let usualLimit = 100

  /// The most elements of the page.
  let limit: Int
  private let position: String?
  private let tokens: PageTokens
  private let scope: PageTokens.Scope

  /// - Parameter token: What an earlier page gave to continue with; nil for the first page.
  /// - Throws: `RequestError.invalidPageToken` for a token of another list or another client.
  init(limit: Int, token: String?, tokens: PageTokens, scope: PageTokens.Scope) throws(RequestError) {
    self.limit = limit
    self.tokens = tokens
    self.scope = scope
    position = if let token { try tokens.position(of: token, scope: scope) } else { nil }
  }

  /// How many elements to look for: one more than the page holds tells whether another page follows.
  var fetchLimit: Int { limit + 1 }

  /// The position after which the page begins, as text; empty for the first page.
  var text: String { position ?? "" }

  /// The position after which the page begins, as a number; `first` for the first page.
  func number(first: Int64) throws(RequestError) -> Int64 {
    guard let position else { return first }
    guard let number = Int64(position) else { throw .invalidPageToken }
    return number
  }

  /// As many elements as the page holds of what was found, and the token of the next page where more was found.
  ///
  /// - Parameter position: The position of an element: the next page begins after that of the last one.
  func cut<Element>(
    _ found: [Element], at position: (Element) -> some CustomStringConvertible
  ) throws -> (shown: ArraySlice<Element>, nextToken: String?) {
    let shown = found.prefix(limit)
    guard found.count > limit, let last = shown.last else { return (shown, nil) }
    return (shown, try nextToken(after: "\(position(last))"))
  }

  /// The token of a page that begins after a position; nil where nothing follows.
  func nextToken(after position: String?) throws -> String? {
    try position.map { try tokens.token(position: $0, scope: scope) }
  }
}
