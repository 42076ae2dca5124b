/// An object that is not what was written: for the operator its key, for a client the words that the client knows it
/// by.
public struct ObjectDamage: Hashable, Sendable {
  /// The difference from what was written.
  public enum Fault: String, Hashable, Sendable, CaseIterable {
    /// There is no object of the key.
    case missing
    /// The object is shorter or longer.
    case length
    /// The object has other bytes: a flipped bit, or another file in its place.
    case content
    /// The disk can't read the object.
    case unreadable
    /// The object is a list of files, and no such list can be read from it.
    case malformed
    /// The object is the list of another folder.
    case foreign
    /// The object is an earlier version of itself.
    case superseded
  }

  /// The object.
  public var key: ObjectKey
  /// The fault that it has.
  public var fault: Fault
  /// The data that it holds, in the words of a client, such as `dsp_impressions`; nil where nobody has said yet.
  public var subject: String?
  /// The UTC day of all its rows, as in `2026-01-31`; nil for data of no day.
  public var day: String?

  /// Damage of an object.
  public init(_ fault: Fault, of key: ObjectKey, subject: String? = nil, day: String? = nil) {
    (self.fault, self.key, self.subject, self.day) = (fault, key, subject, day)
  }

  /// The fault and the object, for the operator alone.
  package var detail: String { "\(fault.rawValue): \(key)" }

  /// One sentence for clients: the data and its day, and nothing of keys.
  public var message: String {
    let data = subject.map { "The data of \($0)" } ?? "Data of the instance"
    let time = day.map { " of \($0)" } ?? ""
    return "\(data)\(time) is damaged or missing. The operator of the server has to restore it."
  }
}
