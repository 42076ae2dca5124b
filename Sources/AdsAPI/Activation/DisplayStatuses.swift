import Activation
import Base
import CleanRoom

/// The outcome of each element of a request to Sponsored Display, as its published OpenAPI file has it.
enum DisplayStatuses {
  /// - Parameter idName: The name of the member with the id of a successful element.
  static func status(of outcome: Result<Int64, FieldErrors>, idName: String) -> JSONValue {
    switch outcome {
    case .success(let id):
      return .object(["code": .string("200"), "description": .string("SUCCESS"), idName: .integer(id)])
    case .failure(let failure):
      let isMissing = failure.problems.contains { [.notFound, .unknownParent].contains($0.reason) }
      let texts = failure.problems.map { "\($0.path): \($0.message)" }
      return .object([
        "code": .string(isMissing ? "404" : "400"), "description": .string(texts.joined(separator: " ")),
      ])
    }
  }

  /// The response to archiving one thing. One that is archived already stays so; repeating the request changes nothing.
  ///
  /// - Parameter unknown: The error if there is none with the id.
  static func archived(
    _ outcome: Result<Int64, FieldErrors>, id: Int64, idName: String, unknown: CleanRoomError
  ) throws -> JSONValue {
    if case .failure(let failure) = outcome, failure.problems.first?.reason != .archived { throw unknown }
    return status(of: .success(id), idName: idName)
  }
}
