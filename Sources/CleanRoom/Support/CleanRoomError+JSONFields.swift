import Base

/// Fields that hold something of the clean room: all that is wrong with them is `invalid_field`.
extension CleanRoomError: JSONFieldError {
  package static func missingField(_ path: String) -> CleanRoomError {
    .invalidField(name: path, reason: "is missing.")
  }

  package static func wrongType(_ path: String, expected: String) -> CleanRoomError {
    .invalidField(name: path, reason: "must be \(expected).")
  }

  package static func unknownField(_ path: String) -> CleanRoomError {
    .invalidField(name: path, reason: "is not known.")
  }

  package static func unnamedField(of object: String) -> CleanRoomError {
    .invalidField(name: object, reason: "has a field that is not known.")
  }
}
