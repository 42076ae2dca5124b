/// A JSON text as it is written: members in their order, numbers with all of their digits.
package indirect enum JSONNode: Sendable, Hashable {
  /// A member of an object.
  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: JSONNode

    /// A member of that name.
    package init(_ name: String, _ value: JSONNode) {
      self.name = name
      self.value = value
    }
  }

  case null
  case boolean(Bool)
  /// As it is written.
  case number(String)
  case string(String)
  case array([JSONNode])
  case object([Member])

  /// The value of an object's last member of that name; nil for anything else.
  package subscript(_ name: String) -> JSONNode? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var elements: [JSONNode]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The texts of a list of texts, or the one of a text.
  var strings: [String]? {
    switch self {
    case .string(let text): [text]
    case .array(let elements):
      elements.allSatisfy { $0.string != nil } ? elements.compactMap(\.string) : nil
    case .null, .boolean, .number, .object: nil
    }
  }

  /// The object with another value for a member, which comes last where it is new. Anything else stays as it is.
  func setting(_ name: String, to value: JSONNode) -> JSONNode {
    guard case .object(var members) = self else { return self }
    if let index = members.lastIndex(where: { $0.name == name }) {
      members[index].value = value
    } else {
      members.append(Member(name, value))
    }
    return .object(members)
  }
}
