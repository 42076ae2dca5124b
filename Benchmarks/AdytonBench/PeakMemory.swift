import Foundation

/// The largest amount of memory that the process has used.
enum PeakMemory {
  static func forget() {
    // Linux starts to count anew when 5 is written here; elsewhere the peak includes everything before.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }

  /// In MiB, since it was last forgotten; 0 where the system does not tell.
  static var mebibytes: Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes / 1024
  }
}
