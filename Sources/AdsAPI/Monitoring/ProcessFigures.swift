import Foundation

/// The figures of the server's process, by the names that programs usually have them under. Linux alone tells them all.
struct ProcessFigures: Sendable {
  var residentBytes: Int?
  var processorSeconds: Double?
  var openFileCount: Int?
  var fileLimit: Int?
  var startedAt: Double?

  init() {
    #if os(Linux)
      let statm = Self.words(of: "/proc/self/statm")
      residentBytes = statm.count > 1 ? Int(statm[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
      openFileCount = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
      startedAt = Self.start()
    #endif
    var usage = rusage()
    #if os(Linux)
      let isKnown = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0
    #else
      let isKnown = getrusage(RUSAGE_SELF, &usage) == 0
    #endif
    if isKnown {
      processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }
    var limit = rlimit()
    #if os(Linux)
      let isLimited = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    #else
      let isLimited = getrlimit(RLIMIT_NOFILE, &limit) == 0
    #endif
    if isLimited { fileLimit = Int(clamping: limit.rlim_cur) }
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  #if os(Linux)
    /// The start of the process: the boot of the machine, and the ticks after it.
    private static func start() -> Double? {
      guard let boot = lines(of: "/proc/stat").first(where: { $0.hasPrefix("btime ") })?.split(separator: " ").last,
        let seconds = Double(boot)
      else { return nil }
      // The name of the program may have spaces; it ends with the last bracket.
      let fields = text(of: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
      return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(of path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    private static func lines(of path: String) -> [Substring] { text(of: path).split(separator: "\n") }
    private static func words(of path: String) -> [Substring] { text(of: path).split { $0 == " " || $0 == "\n" } }
  #endif
}
