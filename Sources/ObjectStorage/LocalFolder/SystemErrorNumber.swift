import Foundation

/// The error numbers of the operating system beneath Foundation's errors.
package enum SystemErrorNumber {
  /// The number, such as `ENOSPC`; nil for an error that has none.
  package static func of(_ error: any Error) -> Int32? {
    // On Linux the underlying error is no `NSError` by itself, but can become one.
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    guard let cause = underlying as NSError?, cause.domain == NSPOSIXErrorDomain else { return nil }
    return Int32(cause.code)
  }
}
