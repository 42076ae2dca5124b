import Foundation
import TestSupport
import Testing

@testable import Migration

/// Random texts, read by our reader and by Foundation's: both accept the same texts, and find the same in them.
@Suite(.hangLimit) struct JSONReaderFuzzTests {
  static let seed = SeededGenerator.seed(standard: 20_261_104)

  @Test func randomDocumentsAreReadAsFoundationReadsThem() throws {
    var random = SeededGenerator(seed: Self.seed)
    for _ in 0..<3_000 {
      let document = RandomJSON.document(using: &random)
      let node = try #require(
        try? JSONReader.read(Array(document.text.utf8)), "seed \(Self.seed): \(document.text)")
      #expect(
        Reference(node) == Reference(parsing: document.withoutLoneSurrogates),
        "seed \(Self.seed): \(document.text)")
      #expect(try JSONReader.read(Array(node.text.utf8)) == node, "seed \(Self.seed): \(document.text)")
    }
  }

  @Test func changedDocumentsAreAcceptedAsFoundationAcceptsThem() {
    var random = SeededGenerator(seed: Self.seed &+ 1)
    var refusals = 0
    for _ in 0..<6_000 {
      let text = RandomJSON.changing(RandomJSON.document(using: &random).withoutLoneSurrogates, using: &random)
      // Foundation refuses numbers that no Double holds, and half surrogates.
      guard !text.contains(#/[eE][-+]?\d{3}|\d{300}|\\u[dD][89a-fA-F]/#) else { continue }
      let ours = (try? JSONReader.read(Array(text.utf8))).map(Reference.init)
      let foundations = Reference(parsing: text)
      #expect(ours == foundations, "seed \(Self.seed): \(text)")
      if ours == nil { refusals += 1 }
    }
    #expect(refusals > 1_000, "Most changes make a text that is no JSON.")
  }
}

/// A JSON value as Foundation reads it.
private indirect enum Reference: Equatable, Decodable {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([Reference])
  case object([String: Reference])

  init?(parsing text: String) {
    guard let value = try? JSONDecoder().decode(Reference.self, from: Data(text.utf8)) else { return nil }
    self = value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Reference].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: Reference].self))
    }
  }

  init(_ node: JSONNode) {
    switch node {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .number(let digits): self = .number(Double(digits) ?? .nan)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .array(elements.map(Reference.init))
    case .object(let members):
      self = .object(Dictionary(members.map { ($0.name, Reference($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }
}

/// Random JSON texts, with every form that strings and numbers may have.
private enum RandomJSON {
  struct Document {
    var text = ""
    /// The same text with `\ufffd` for each half of a surrogate pair that stands alone.
    var withoutLoneSurrogates = ""

    mutating func append(_ text: String) {
      self.text += text
      withoutLoneSurrogates += text
    }
  }

  static func document(using random: inout some RandomNumberGenerator) -> Document {
    var document = Document()
    write(to: &document, depth: 0, using: &random)
    return document
  }

  private static func write(to document: inout Document, depth: Int, using random: inout some RandomNumberGenerator) {
    document.append(space(using: &random))
    switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &random) {
    case 0: document.append(["null", "true", "false"].randomElement(using: &random) ?? "")
    case 1, 2: document.append(number(using: &random))
    case 3, 4: writeString(to: &document, using: &random)
    case 5, 6: writeElements(between: ("{", "}"), to: &document, depth: depth, using: &random)
    default: writeElements(between: ("[", "]"), to: &document, depth: depth, using: &random)
    }
    document.append(space(using: &random))
  }

  private static func writeElements(
    between brackets: (String, String), to document: inout Document, depth: Int,
    using random: inout some RandomNumberGenerator
  ) {
    document.append(brackets.0 + space(using: &random))
    for index in 0..<Int.random(in: 0...3, using: &random) {
      if index > 0 { document.append("," + space(using: &random)) }
      if brackets.0 == "{" {
        // Names differ by their beginning: which of two members of one name counts is nobody's rule.
        document.append("\"\(index)")
        writeCharacters(to: &document, using: &random)
        document.append("\"" + space(using: &random) + ":")
      }
      write(to: &document, depth: depth + 1, using: &random)
    }
    document.append(brackets.1)
  }

  private static func number(using random: inout some RandomNumberGenerator) -> String {
    var text = Bool.random(using: &random) ? "-" : ""
    text += String(Int.random(in: 0...9_999, using: &random))
    if Bool.random(using: &random) { text += ".\(Int.random(in: 0...999, using: &random))" }
    if Int.random(in: 0..<3, using: &random) == 0 {
      text += ["e", "E", "e+", "E-"].randomElement(using: &random) ?? ""
      text += String(Int.random(in: 0...30, using: &random))
    }
    return text
  }

  private static func space(using random: inout some RandomNumberGenerator) -> String {
    [" ", "\n", "\t", "\r\n", "", "", "", ""].randomElement(using: &random) ?? ""
  }

  private static func writeString(to document: inout Document, using random: inout some RandomNumberGenerator) {
    document.append("\"")
    writeCharacters(to: &document, using: &random)
    document.append("\"")
  }

  private static let pieces = [
    "a", "B", "é", "😀", "\u{2028}", "\u{7F}", "/", "\\/", "\\\\", "\\\"", "\\b", "\\f", "\\n", "\\r", "\\t",
    "\\u0041", "\\u00e9", "\\u001F", "\\uFFFD", "\\ud83d\\ude00",
  ]

  private static func writeCharacters(to document: inout Document, using random: inout some RandomNumberGenerator) {
    var mayPair = false
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        document.text += "\\uD83D"
        document.withoutLoneSurrogates += "\\ufffd"
        mayPair = true
      case 1 where !mayPair:
        document.text += "\\ude00"
        document.withoutLoneSurrogates += "\\ufffd"
      default:
        document.append(pieces.randomElement(using: &random) ?? "")
        mayPair = false
      }
    }
  }

  private static let insertions = Array("{}[]:,\"\\u+-.eE019afntbx \n\u{1}\u{B}")

  /// The text with one to three characters left out, put in or exchanged.
  static func changing(_ text: String, using random: inout some RandomNumberGenerator) -> String {
    var characters = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !characters.isEmpty {
      let index = Int.random(in: 0..<characters.count, using: &random)
      let insertion = insertions.randomElement(using: &random)?.unicodeScalars.first ?? " "
      switch Int.random(in: 0..<3, using: &random) {
      case 0: characters.remove(at: index)
      case 1: characters[index] = insertion
      default: characters.insert(insertion, at: index)
      }
    }
    var changed = String.UnicodeScalarView()
    changed.append(contentsOf: characters)
    return String(changed)
  }
}
