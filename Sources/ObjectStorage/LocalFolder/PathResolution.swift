package import Foundation

/// Paths as the operating system sees them.
package enum PathResolution {
  /// The absolute path of an existing file or folder with every symbolic link followed; nil when there is none.
  package static func realPath(of url: URL) -> String? {
    guard let resolved = realpath(url.path(percentEncoded: false), nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
