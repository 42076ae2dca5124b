import Foundation

/// A message between the server and a worker.
///
/// The server sends an `order`, and then one `statement` after the other; or a `probe`. The worker begins with `ready`,
/// answers an order by `opened`, a statement by any number of `progress` and `rows` and one `done`, a probe by `walls`,
/// and each of them by `failed` where it can't be done. Nothing else is ever said: a statement is stopped by ending the
/// worker.
struct WorkerFrame: Equatable {
  enum Kind: UInt8 {
    /// A `WorkerOrder` as JSON.
    case order = 1
    /// SQL whose rows nobody asks for.
    case statement
    /// SQL whose rows are to come back.
    case query
    /// A `WorkerProbe` as JSON.
    case probe

    case ready
    case opened
    /// The fraction of a statement that is done, as the bits of a Double.
    case progress
    /// Rows as `RowCoding` writes them.
    case rows
    case done
    /// The code of an `EngineError`.
    case failed
    /// `WorkerWalls` as JSON.
    case walls
  }

  var kind: Kind
  var payload: [UInt8] = []

  init(_ kind: Kind, _ payload: [UInt8] = []) {
    self.kind = kind
    self.payload = payload
  }

  init(_ kind: Kind, text: String) {
    self.init(kind, Array(text.utf8))
  }

  init(_ kind: Kind, json value: some Encodable) throws {
    self.init(kind, Array(try JSONEncoder().encode(value)))
  }

  var text: String { String(decoding: payload, as: UTF8.self) }

  func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(payload))
  }
}

/// The two pipes between the server and a worker. Reading and writing block; each is for one thread at a time.
struct WorkerChannel: Sendable {
  /// The most bytes of a message. A worker that says more is not a worker of ours any more.
  static let byteLimit = 256 << 20

  /// The other side has ended, or says what nobody can read.
  struct Closed: Error {}

  let reading: Int32
  let writing: Int32

  /// Sends a message: its length in four bytes, the lowest first, its kind, and what it is about.
  func send(_ frame: WorkerFrame) throws(Closed) {
    guard frame.payload.count <= Self.byteLimit else { throw Closed() }
    var bytes = [UInt8]()
    bytes.reserveCapacity(5 + frame.payload.count)
    withUnsafeBytes(of: UInt32(frame.payload.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(frame.kind.rawValue)
    bytes.append(contentsOf: frame.payload)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(writing, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Closed() }
      sent += count
    }
  }

  /// The next message, as soon as it has come.
  func receive() throws(Closed) -> WorkerFrame {
    let head = try bytes(5)
    let length = head.prefix(4).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    guard length <= Self.byteLimit, let kind = WorkerFrame.Kind(rawValue: head[4]) else { throw Closed() }
    return WorkerFrame(kind, length == 0 ? [] : try bytes(length))
  }

  private func bytes(_ wanted: Int) throws(Closed) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let found = read(reading, buffer.baseAddress?.advanced(by: count), wanted - count)
        if found < 0, errno == EINTR { continue }
        guard found > 0 else {
          failed = true
          return
        }
        count += found
      }
    }
    if failed { throw Closed() }
    return bytes
  }
}

extension WorkerFrame {
  /// A message about how far a statement is.
  init(fraction: Double) {
    self.init(.progress, withUnsafeBytes(of: fraction.bitPattern.littleEndian, Array.init))
  }

  /// How far a statement is, from 0 to 1; nil for bytes that do not say it.
  var fraction: Double? {
    guard payload.count == 8 else { return nil }
    let fraction = Double(bitPattern: payload.reversed().reduce(0) { $0 << 8 | UInt64($1) })
    return (0...1).contains(fraction) ? fraction : nil
  }
}
