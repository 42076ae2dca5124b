import CleanRoom
import Foundation

/// Where the parts of a request with records are: a look at brackets, quotes and commas that decodes nothing, so that
/// the records can be decoded a few at a time. What lies between is checked when it is decoded.
struct RecordOffsets: Sendable {
  /// From the opening bracket of `records` to the byte behind its closing one; nil where there is no such array.
  private(set) var array: Range<Int>?
  /// The elements of `records`, in order.
  private(set) var elements: [Range<Int>] = []

  /// - Throws: `bodyNotJSON`, `bodyNotAnObject`, `bodyTooDeep`; `wrongType` where `records` is there more than once.
  init(_ body: Data, elementLimit: Int) throws(RequestError) {
    let result: Result<RecordOffsets, RequestError> = body.withUnsafeBytes { bytes in
      Result { () throws(RequestError) in
        var reader = Reader(bytes: bytes, elementLimit: elementLimit)
        try reader.readBody()
        return reader.offsets
      }
    }
    self = try result.get()
  }

  fileprivate init() {}

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    let elementLimit: Int
    var index = 0
    var offsets = RecordOffsets()

    /// The byte at the index; nil at the end.
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func readBody() throws(RequestError) {
      skipSpace()
      guard next == UInt8(ascii: "{") else { throw next == nil ? .bodyMissing : .bodyNotAnObject }
      index += 1
      skipSpace()
      if next == UInt8(ascii: "}") { return }
      while true {
        skipSpace()
        let key = try skipString()
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw .bodyNotJSON }
        index += 1
        skipSpace()
        if bytes[key].elementsEqual("\"records\"".utf8), next == UInt8(ascii: "[") {
          guard offsets.array == nil else { throw .wrongType("records", expected: "there once") }
          try readElements()
        } else {
          try skipValue()
        }
        skipSpace()
        switch next {
        case UInt8(ascii: ","): index += 1
        case UInt8(ascii: "}"): return
        default: throw .bodyNotJSON
        }
      }
    }

    private mutating func readElements() throws(RequestError) {
      let start = index
      index += 1
      skipSpace()
      if next == UInt8(ascii: "]") {
        index += 1
        offsets.array = start..<index
        return
      }
      while true {
        skipSpace()
        let first = index
        try skipValue()
        offsets.elements.append(first..<index)
        guard offsets.elements.count <= elementLimit else {
          throw .wrongType("records", expected: "an array of at most \(elementLimit) objects")
        }
        skipSpace()
        switch next {
        case UInt8(ascii: ","): index += 1
        case UInt8(ascii: "]"):
          index += 1
          offsets.array = start..<index
          return
        default: throw .bodyNotJSON
        }
      }
    }

    private mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    /// Goes behind a string and returns where it was, quotes included.
    private mutating func skipString() throws(RequestError) -> Range<Int> {
      let start = index
      guard next == UInt8(ascii: "\"") else { throw .bodyNotJSON }
      index += 1
      while let byte = next {
        index += 1
        if byte == UInt8(ascii: "\"") { return start..<index }
        if byte == UInt8(ascii: "\\") { index += 1 }
      }
      throw .bodyNotJSON
    }

    /// Goes behind a value, whatever it is.
    private mutating func skipValue() throws(RequestError) {
      let start = index
      var depth = 0
      while let byte = next {
        switch byte {
        case UInt8(ascii: "\""):
          _ = try skipString()
          if depth == 0 { return }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          guard depth <= BodyReader.depthLimit else { throw .bodyTooDeep }
          index += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          // The bracket of what is around a value without brackets.
          guard depth > 0 else { return try requireValue(from: start) }
          depth -= 1
          index += 1
          if depth == 0 { return }
        case UInt8(ascii: ",") where depth == 0, 0x20, 0x0A, 0x0D, 0x09:
          guard depth > 0 else { return try requireValue(from: start) }
          index += 1
        default: index += 1
        }
      }
      throw .bodyNotJSON
    }

    private func requireValue(from start: Int) throws(RequestError) {
      guard index > start else { throw .bodyNotJSON }
    }
  }
}
