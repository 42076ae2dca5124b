/// A path with places for values: `/prod/workflows/{workflowId}`.
package struct PathTemplate: Sendable, Hashable {
  /// A part of a path between slashes.
  enum Segment: Sendable, Hashable {
    case literal(String)
    /// A place for a value, by its name.
    case parameter(String)
  }

  let segments: [Segment]
  /// As it is written.
  package let text: String

  /// Reads a template; names in braces are places.
  init(_ text: String) {
    self.text = text
    segments = Self.split(text).map { part in
      part.hasPrefix("{") && part.hasSuffix("}")
        ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  /// The parts of a path. Slashes at its end and double ones say nothing.
  static func split(_ path: some StringProtocol) -> [Substring] {
    Substring(path).split(separator: "/", omittingEmptySubsequences: true)
  }

  /// The values of the places, when a path is of this form; nil otherwise.
  func match(_ parts: [Substring]) -> [String: String]? {
    guard parts.count == segments.count else { return nil }
    var values: [String: String] = [:]
    for (segment, part) in zip(segments, parts) {
      switch segment {
      case .literal(let text): guard text == part else { return nil }
      case .parameter(let name): values[name] = String(part)
      }
    }
    return values
  }

  /// The path with values in its places. Places without one stay as they are written.
  package func filled(_ values: [String: String]) -> String {
    segments.map { segment in
      switch segment {
      case .literal(let text): "/\(text)"
      case .parameter(let name): "/\(values[name] ?? "{\(name)}")"
      }
    }.joined()
  }
}
