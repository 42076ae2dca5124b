import Base

/// Reads the fields of a JSON object of a request.
typealias FieldReader = JSONFieldReader<RequestError>

extension RequestError: JSONFieldError {
  static func unnamedField(of object: String) -> RequestError {
    .unknownField("with a name other than letters, digits, - and _")
  }
}
