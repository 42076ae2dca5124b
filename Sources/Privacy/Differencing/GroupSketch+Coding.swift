public import struct Foundation.Data

extension GroupSketch {
  /// The version of the form below.
  private static let version: UInt8 = 1

  /// The sketch as bytes: about 2 to 4 for each figure and occupied bucket.
  public var data: Data {
    var writer = Writer()
    writer.bytes = [Self.version, UInt8(bucketCount.trailingZeroBitCount)]
    writer.write(UInt64(usersMin))
    writer.write(UInt64(equivalentMin))
    var map = [UInt8](repeating: 0, count: bucketCount / 8)
    for bucket in buckets { map[Int(bucket) / 8] |= 1 << (bucket % 8) }
    writer.bytes += map
    writer.write(UInt64(figures.count))
    for figure in figures { write(figure, to: &writer) }
    return Data(writer.bytes)
  }

  private func write(_ figure: Figure, to writer: inout Writer) {
    let whole = figure.amounts.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
    let flags: [Bool] = [figure.kind.isAdditive, figure.kind.isExact, whole, figure.strangers != 0]
    writer.bytes.append(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << $1.offset : 0) })
    writer.write(UInt64(figure.kind.name.utf8.count))
    writer.bytes += Array(figure.kind.name.utf8)
    writer.writeFixed(figure.digest)
    if figure.strangers != 0 { writer.writeFixed(figure.strangers) }
    writer.bytes += figure.checks
    for amount in figure.amounts {
      if whole {
        let number = Int64(amount)
        writer.write(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
      } else {
        writer.writeFixed(amount.bitPattern)
      }
    }
  }

  /// nil for bytes that are no sketch.
  public init?(data: Data) {
    var reader = Reader(bytes: [UInt8](data))
    guard reader.byte() == Self.version, let power = reader.byte(), power <= 8, let usersMin = reader.number(),
      let equivalentMin = reader.number(), let map = reader.take(max(1 << Int(power), 8) / 8),
      let count = reader.number(), count <= 1 << 20
    else { return nil }
    var buckets: [UInt8] = []
    for bucket in 0..<(1 << Int(power)) where map[bucket / 8] & (1 << UInt8(bucket % 8)) != 0 {
      buckets.append(UInt8(bucket))
    }
    var figures: [Figure] = []
    for _ in 0..<count {
      guard let figure = Self.figure(of: buckets.count, from: &reader) else { return nil }
      figures.append(figure)
    }
    self.init(
      bucketCount: 1 << Int(power), usersMin: Int(truncatingIfNeeded: usersMin),
      equivalentMin: Int(truncatingIfNeeded: equivalentMin), buckets: buckets, figures: figures)
  }

  private static func figure(of count: Int, from reader: inout Reader) -> Figure? {
    guard let flags = reader.byte(), let length = reader.number(), let name = reader.take(Int(clamping: length)),
      let digest = reader.fixed()
    else { return nil }
    let kind = Kind(
      name: String(decoding: name, as: UTF8.self), isAdditive: flags & 1 != 0, isExact: flags & 2 != 0)
    guard let strangers = flags & 8 == 0 ? 0 : reader.fixed(), let checks = reader.take(count) else { return nil }
    var amounts: [Double] = []
    if kind.isAdditive {
      for _ in 0..<count {
        if flags & 4 != 0 {
          guard let number = reader.number() else { return nil }
          amounts.append(Double(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)))
        } else {
          guard let bits = reader.fixed() else { return nil }
          amounts.append(Double(bitPattern: bits))
        }
      }
    }
    return Figure(kind: kind, digest: digest, checks: Array(checks), amounts: amounts, strangers: strangers)
  }

  private struct Writer {
    var bytes: [UInt8] = []

    /// Seven bits a byte, the lowest first.
    mutating func write(_ number: UInt64) {
      var rest = number
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    mutating func writeFixed(_ number: UInt64) {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift * 8))) }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    mutating func byte() -> UInt8? {
      guard position < bytes.count else { return nil }
      defer { position += 1 }
      return bytes[position]
    }

    mutating func take(_ count: Int) -> [UInt8]? {
      guard count >= 0, count <= bytes.count - position else { return nil }
      defer { position += count }
      return Array(bytes[position..<position + count])
    }

    mutating func number() -> UInt64? {
      var (result, shift): (UInt64, UInt64) = (0, 0)
      while let byte = byte(), shift < 64 {
        result |= UInt64(byte & 0x7f) << shift
        if byte & 0x80 == 0 { return result }
        shift += 7
      }
      return nil
    }

    mutating func fixed() -> UInt64? {
      guard let own = take(8) else { return nil }
      return own.enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64($1.offset * 8) }
    }
  }
}
