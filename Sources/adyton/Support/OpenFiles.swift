import Foundation

/// The number of files, connections among them, that the process may have open.
enum OpenFiles {
  /// More than a server needs; some systems have no limit, and others slow down with a huge one.
  private static let enough: rlim_t = 65_536

  /// Raises the limit as far as the system lets the process.
  ///
  /// - Returns: The limit that holds from now on.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return Int(enough) }
    var raised = limit
    raised.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, enough))
    if setrlimit(resource, &raised) == 0 { limit = raised }
    return Int(clamping: limit.rlim_cur)
  }

  #if os(Linux)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif
}
