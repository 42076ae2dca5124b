import CCodecs
import Foundation

/// Rewrites a text file in UTF-8, piece by piece.
struct TextDecoder {
  private static let outputByteCount = 4 * PackedFile.pieceByteCount

  /// Why a file could not be decoded.
  enum Failure: Error, Hashable {
    /// The machine does not know the encoding.
    case unknownEncoding
    /// The text in this line, from 1, is not of the encoding.
    case malformed(line: Int)
  }

  /// Writes the text of a file to another one. Throws `Failure`, `UnpackFailure.cancelled`, and what the system does.
  static func decode(_ input: PackedFile, _ encoding: TextEncoding, to output: UnpackedFile) throws {
    var rest = try input.next()
    guard let name = encoding.decoderName(head: rest.prefix(2)), let decoder = adyton_decoder_make(name) else {
      throw Failure.unknownEncoding
    }
    defer { adyton_decoder_destroy(decoder) }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: outputByteCount, alignment: 16)
    defer { room.deallocate() }
    var lines = LineCounter()
    while !rest.isEmpty {
      var (used, made) = (0, 0)
      let state = rest.withUnsafeBytes { bytes in
        adyton_decoder_step(
          decoder, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count,
          room.bindMemory(to: UInt8.self).baseAddress, room.count, &used, &made)
      }
      let text = UnsafeRawBufferPointer(rebasing: room[..<made])
      lines.add(text)
      try output.append(text)
      rest = Data(rest.dropFirst(used))
      if state == ADYTON_CODEC_DAMAGED { throw Failure.malformed(line: lines.line) }
      guard used == 0 || rest.count < maximumCharacterByteCount else { continue }
      let more = try input.next()
      if more.isEmpty, used == 0 { throw Failure.malformed(line: lines.line) }
      rest.append(more)
    }
  }

  /// More bytes than any encoding has for one character.
  private static let maximumCharacterByteCount = 16
}
