/// An error that can be of the machine rather than of the work: a full disk, a folder that can't be written to, too
/// many open files, a service that does not answer.
package protocol TransientError: Error {
  /// Whether the same work can succeed later, with nothing changed but the machine.
  var isTransient: Bool { get }
}

extension Error {
  /// Whether the same work can succeed later, with nothing changed but the machine.
  package var isTransientFailure: Bool { (self as? any TransientError)?.isTransient ?? false }
}
