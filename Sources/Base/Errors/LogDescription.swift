import Foundation

extension Error {
  /// The part of an error that a log may show: its code and the codes of its causes, such as `metadata_storage (787),
  /// caused by sqlite (787)`.
  ///
  /// For an error whose text is not the project's own, it has the type's name and its numbers, never its text, because
  /// the text can quote data, paths and secrets.
  package var logDescription: String {
    var parts: [String] = []
    var next: (any Error)? = self
    while let error = next, parts.count < ErrorLink.chainLimit {
      let link = ErrorLink(error)
      parts.append(link.text)
      next = link.underlying
    }
    return parts.joined(separator: ", caused by ")
  }
}

/// One error of a chain, with only the parts that may be shown.
private struct ErrorLink {
  /// The maximum number of errors of a chain that are shown.
  static let chainLimit = 8

  let text: String
  let underlying: (any Error)?

  init(_ error: any Error) {
    switch error {
    case let error as any CodedError:
      text = error.stableCode + (error.detail.map { " (\($0))" } ?? "")
      underlying = error.underlying
    case let error as DecodingError:
      let (name, context) = Self.parts(of: error)
      text = "DecodingError (\(name))"
      underlying = context?.underlyingError
    case let error as POSIXError:
      text = "POSIXError (\(error.code.rawValue))"
      underlying = nil
    case let error as CocoaError:
      text = "CocoaError (\(error.code.rawValue))"
      underlying = error.underlying
    case let error as URLError:
      text = "URLError (\(error.code.rawValue))"
      underlying = nil
    case let error as NSError where type(of: error as any Error) is NSError.Type:
      text = "\(error.domain) (\(error.code))"
      underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error
    default:
      text = "\(type(of: error))"
      underlying = nil
    }
  }

  private static func parts(of error: DecodingError) -> (name: String, DecodingError.Context?) {
    switch error {
    case .typeMismatch(_, let context): ("typeMismatch", context)
    case .valueNotFound(_, let context): ("valueNotFound", context)
    case .keyNotFound(_, let context): ("keyNotFound", context)
    case .dataCorrupted(let context): ("dataCorrupted", context)
    @unknown default: ("unknown", nil)
    }
  }
}
