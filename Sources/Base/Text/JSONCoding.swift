package import Foundation

extension JSONEncoder {
  /// The form for machines and for storage: the same value always gives the same bytes.
  ///
  /// Keys are in order, and slashes are not escaped, so URLs can be read.
  package static var canonical: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The form for people: like `canonical`, with a line for each member.
  package static var pretty: JSONEncoder {
    let encoder = canonical
    encoder.outputFormatting.insert(.prettyPrinted)
    return encoder
  }

  /// The value as a JSON text.
  ///
  /// - Throws: `EncodingError` if the value has no form in JSON, such as a number that is not finite.
  package func text(of value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }
}
