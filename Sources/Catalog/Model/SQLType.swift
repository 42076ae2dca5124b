/// The types of AMC SQL, from the data type table of its reference.
///
/// `userKey` is the engine's form of a person. AMC shows `user_id` as a string that can be neither selected nor
/// compared with a literal. The stored form can therefore be a compact 64-bit key. It is cast to a string wherever a
/// string is required.
public indirect enum SQLType: Hashable, Sendable {
  case boolean
  case tinyint, smallint, integer, bigint
  case decimal(precision: Int, scale: Int)
  case float, double
  case date, timestamp
  case string
  case binary
  case array(SQLType)
  case map(key: SQLType, value: SQLType)
  case row([Field])
  case userKey
  /// The type of a bare NULL, and of a parameter without a value: fits everywhere.
  case unknown

  /// A named part of a struct.
  public struct Field: Hashable, Sendable {
    public var name: String
    public var type: SQLType

    public init(name: String, type: SQLType) {
      self.name = name
      self.type = type
    }
  }
}
