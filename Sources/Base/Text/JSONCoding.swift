package import Foundation

extension JSONEncoder {
  /// For what machines read and what is stored: the same value always gives the same bytes.
  ///
  /// Keys are in order, and slashes stay as they are, so that URLs can be read.
  package static var canonical: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// For what people read: like `canonical`, with a line for each member.
  package static var pretty: JSONEncoder {
    let encoder = canonical
    encoder.outputFormatting.insert(.prettyPrinted)
    return encoder
  }

  /// The value as a JSON text.
  ///
  /// - Throws: `EncodingError` where the value has no form in JSON, such as a number that is not finite.
  package func text(of value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }
}
