/// Rows of a statement on their way from a worker: the number of columns, and then each value with a byte for its kind.
enum RowCoding {
  /// The bytes after which a message is sent, and another one begun.
  static let batchByteCount = 1 << 20
  /// The most values of rows that come together in memory. Statements that ask for rows ask for few; the rest is in
  /// files.
  static let valueLimit = 16 << 20

  private enum Kind: UInt8 {
    case null, no, yes, integer, double, text
  }

  /// The rows in messages of about `batchByteCount`.
  static func batches(_ rows: [[EngineValue]]) -> [[UInt8]] {
    var batches: [[UInt8]] = []
    var bytes: [UInt8] = []
    for row in rows {
      append(UInt32(row.count), to: &bytes)
      for value in row { append(value, to: &bytes) }
      if bytes.count >= batchByteCount {
        batches.append(bytes)
        bytes = []
      }
    }
    return bytes.isEmpty ? batches : batches + [bytes]
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ value: EngineValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(Kind.null.rawValue)
    case .boolean(let value): bytes.append(value ? Kind.yes.rawValue : Kind.no.rawValue)
    case .integer(let value):
      bytes.append(Kind.integer.rawValue)
      append(value, to: &bytes)
    case .double(let value):
      bytes.append(Kind.double.rawValue)
      append(value.bitPattern, to: &bytes)
    case .text(let value):
      bytes.append(Kind.text.rawValue)
      append(UInt32(value.utf8.count), to: &bytes)
      bytes.append(contentsOf: value.utf8)
    }
  }

  /// The rows of a message; throws `failed` for bytes that are none.
  static func rows(_ bytes: [UInt8]) throws(EngineError) -> [[EngineValue]] {
    var reader = Reader(bytes: bytes)
    var rows: [[EngineValue]] = []
    while !reader.isAtEnd {
      let count = Int(try reader.number(UInt32.self))
      // Each value has one byte at least, so that no message makes a row larger than itself.
      guard count <= bytes.count else { throw EngineError(.failed) }
      var row: [EngineValue] = []
      row.reserveCapacity(count)
      for _ in 0..<count { row.append(try reader.value()) }
      rows.append(row)
    }
    return rows
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ count: Int) throws(EngineError) -> ArraySlice<UInt8> {
      guard count <= bytes.count - position else { throw EngineError(.failed) }
      defer { position += count }
      return bytes[position..<position + count]
    }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(EngineError) -> Number {
      try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func value() throws(EngineError) -> EngineValue {
      guard let byte = try take(1).first, let kind = Kind(rawValue: byte) else { throw EngineError(.failed) }
      switch kind {
      case .null: return .null
      case .no: return .boolean(false)
      case .yes: return .boolean(true)
      case .integer: return .integer(try number(Int64.self))
      case .double: return .double(Double(bitPattern: try number(UInt64.self)))
      case .text: return .text(String(decoding: try take(Int(try number(UInt32.self))), as: UTF8.self))
      }
    }
  }
}
