/// How a result is written as CSV. Each is one ASCII character.
///
/// Source: `outputFormat` of a workflow in the published reporting API.
public struct CSVFormat: Hashable, Sendable, Codable {
  public var separator: Character { Character(separatorText) }
  public var quote: Character { Character(quoteText) }
  public var escape: Character { Character(escapeText) }

  private var separatorText: String
  private var quoteText: String
  private var escapeText: String

  public init(separator: Character = ",", quote: Character = "\"", escape: Character = "\"") {
    separatorText = String(separator)
    quoteText = String(quote)
    escapeText = String(escape)
  }
}
