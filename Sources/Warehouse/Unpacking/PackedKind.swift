import Foundation

/// The kind of a file by its first bytes.
enum PackedKind: Hashable, Sendable {
  case gzip, zip, bzip, snappy, parquet
  /// Nothing that is known by its first bytes, as text is.
  case other

  /// How many bytes tell.
  static let headByteCount = 16

  private static let bzipBlock: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
  private static let bzipEnd: [UInt8] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]

  init(_ head: Data) {
    let head = Array(head)
    if head.starts(with: [0x1f, 0x8b]) {
      self = .gzip
    } else if [0x03, 0x05].contains(where: { head.starts(with: [0x50, 0x4b, $0, $0 + 1]) }) {
      self = .zip
    } else if head.starts(with: Array("BZh".utf8)),
      [Self.bzipBlock, Self.bzipEnd].contains(where: { head.dropFirst(4).starts(with: $0) })
    {
      self = .bzip
    } else if head.starts(with: SnappyUnpacker.frameMagic) || head.starts(with: SnappyUnpacker.javaMagic) {
      self = .snappy
    } else {
      self = head.starts(with: Array("PAR1".utf8)) ? .parquet : .other
    }
  }

  /// The compression that it is; nil for none that its first bytes tell.
  private var compression: UploadCompression? {
    switch self {
    case .gzip: .gzip
    case .zip: .zip
    case .bzip: .bzip
    case .snappy: .snappy
    case .parquet, .other: nil
    }
  }

  /// The problem where a file is said to be packed in one way, and is packed in another.
  static func problem(_ kind: PackedKind, said: UploadCompression, file: String) -> LoadProblem? {
    guard kind.compression != said else { return nil }
    if let found = kind.compression {
      return LoadProblem(
        .wrongCompression, "The file is compressed with \(found.rawValue), not \(said.rawValue).", file: file)
    }
    switch said {
    // Snappy's blocks can begin with anything.
    case .none, .snappy: return nil
    case .gzip, .zip, .bzip:
      return LoadProblem(
        .wrongCompression,
        "The file is not compressed with \(said.rawValue), and looks like one that is not compressed.",
        file: file)
    }
  }
}
