/// The limits of loads and uploads that operators may change.
package struct LoadLimits: Sendable, Hashable {
  /// The most bytes of a line of text, or of a record of CSV that spans several. At most `largestLineByteLimit`.
  package var lineByteLimit = 4 << 20
  /// The most bytes of all files of a load once they are unpacked.
  package var unpackedByteLimit = 64 << 30
  /// The disk space that loads leave free, in bytes.
  package var freeDiskByteCount = 512 << 20

  /// The engine reads lines up to this length, with some room to spare.
  package static let largestLineByteLimit = TextLines.byteLimit - (64 << 10)

  package init() {}
}
