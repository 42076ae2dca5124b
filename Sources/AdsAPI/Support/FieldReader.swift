import Base

/// Reads the fields of a JSON object of a request.
typealias FieldReader = JSONFieldReader<RequestError>

extension RequestError: JSONFieldError {}
