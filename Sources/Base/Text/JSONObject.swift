/// A JSON object that is only written: names with values of any kind that can be. A member whose value is nil is left
/// out.
///
///     let object: JSONObject = ["id": record.id, "reason": record.reason, "days": [1, 2]]
package struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
  private var members: [(name: String, value: any Encodable)]

  package init(dictionaryLiteral elements: (String, (any Encodable)?)...) {
    members = elements.compactMap { name, value in value.map { (name, $0) } }
  }

  /// The object with one more member.
  package func adding(_ name: String, _ value: some Encodable) -> JSONObject {
    var object = self
    object.members.append((name, value))
    return object
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: MemberName.self)
    for (name, value) in members { try container.encode(value, forKey: MemberName(stringValue: name)) }
  }
}

private struct MemberName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) { nil }
}
