import CCodecs
import Foundation

/// A stream of zlib's or libbz2's.
final class StreamCodec {
  private let unpacker: OpaquePointer
  private var buffer = [UInt8](repeating: 0, count: PackedFile.pieceByteCount)

  init(_ codec: adyton_codec) throws(UnpackFailure) {
    guard let made = adyton_unpacker_make(codec) else { throw .tooLarge }
    unpacker = made
  }

  deinit { adyton_unpacker_destroy(unpacker) }

  /// Unpacks bytes. Returns how many of them belonged to the stream, and whether it ended with them.
  func unpack(
    _ input: UnsafeRawBufferPointer, _ write: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> (used: Int, hasEnded: Bool) {
    var used = 0
    while true {
      var (inputUsed, outputUsed) = (0, 0)
      let rest = UnsafeRawBufferPointer(rebasing: input[used...]).bindMemory(to: UInt8.self)
      let state = buffer.withUnsafeMutableBufferPointer { output in
        adyton_unpacker_step(
          unpacker, rest.baseAddress, rest.count, output.baseAddress, output.count, &inputUsed, &outputUsed)
      }
      used += inputUsed
      try buffer.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<outputUsed])) }
      switch state {
      case ADYTON_CODEC_END: return (used, true)
      case ADYTON_CODEC_MORE:
        // All was taken, and what came out had room.
        if used == input.count, outputUsed < buffer.count { return (used, false) }
        if inputUsed == 0, outputUsed == 0 { throw UnpackFailure.damaged }
      default: throw UnpackFailure.damaged
      }
    }
  }
}

/// Unpacks files that are one stream after the other: gzip and bzip2, which tools that work on several processors write
/// in that way.
enum StreamUnpacker {
  static func unpack(_ file: PackedFile, _ codec: adyton_codec, to output: UnpackedFile) throws {
    var stream = try StreamCodec(codec)
    var isInside = false
    var hasStream = false
    while true {
      let piece = try file.next()
      if piece.isEmpty { break }
      try piece.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count {
          // What fills a tape behind the last stream are zeros.
          if !isInside, hasStream, bytes[start] == 0 {
            start += 1
            continue
          }
          if !isInside, hasStream { stream = try StreamCodec(codec) }
          let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
          let (used, hasEnded) = try stream.unpack(rest, output.append)
          start += used
          isInside = !hasEnded
          hasStream = true
        }
      }
    }
    guard hasStream, !isInside else { throw UnpackFailure.damaged }
  }
}
