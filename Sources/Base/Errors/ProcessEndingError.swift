/// An error that may mean that the work ended the process which did it. Such work is tried once more, as the process
/// may have ended for another reason, and not again and again.
package protocol ProcessEndingError: Error {
  var hasEndedItsProcess: Bool { get }
}
