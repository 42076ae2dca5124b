import Foundation
import Synchronization

/// Runs Java's regular expressions on Foundation's engine (ICU) for one query: those that RE2 does not have, and those
/// that come from columns.
///
/// ICU goes back and forth in the text, for some patterns longer than anybody can wait. So each value has a limit of
/// steps behind which its result is NULL, and the wish to stop is looked at between steps.
package final class PatternRunner: Sendable {
  /// Reports of progress from the engine that a value may take: each stands for some ten thousand steps, so that a
  /// value costs at most about 25 ms.
  static let reportsMax = 250

  /// Patterns that are kept compiled; when there are more, all are forgotten.
  private static let keptMax = 256

  /// The query is to end.
  package struct Stopped: Error {}

  /// A pattern that is ready to run.
  private struct Ready: Sendable {
    var pattern: JavaPattern
    var engine: NSRegularExpression
  }

  private enum Way: Hashable {
    case find, whole
  }

  private struct Key: Hashable {
    var text: String
    var way: Way
  }

  private let kept = Mutex<[Key: Ready?]>([:])
  private let isStopped: @Sendable () -> Bool

  /// - Parameter isStopped: asked between steps; once it says so, every call ends with `Stopped`.
  package init(isStopped: @escaping @Sendable () -> Bool) {
    self.isStopped = isStopped
  }

  /// Ends a loop over values once the query is to end.
  package func checkStop() throws(Stopped) {
    if isStopped() { throw Stopped() }
  }

  // MARK: Calls of a query

  /// Whether the pattern matches all of the text; nil where the pattern can't be used, or the limit was reached.
  package func matches(_ text: String, _ pattern: String) throws(Stopped) -> Bool? {
    guard let ready = ready(pattern, .whole) else { return nil }
    return try scan(text, ready, upTo: 1).map { !$0.isEmpty }
  }

  /// The first part of the text that matches; nil as above, or where none does.
  package func first(in text: String, _ pattern: String) throws(Stopped) -> String? {
    guard let ready = ready(pattern, .find), let found = try scan(text, ready, upTo: 1)?.first else { return nil }
    return (text as NSString).substring(with: found.range)
  }

  /// The text with each match replaced; nil as above, or where the replacement names a group that there is not.
  package func replacing(_ text: String, _ pattern: String, by replacement: String) throws(Stopped) -> String? {
    guard let ready = ready(pattern, .find), let new = try? JavaReplacement(replacement, for: ready.pattern),
      let found = try scan(text, ready)
    else { return nil }
    let source = text as NSString
    var result = ""
    var end = 0
    for match in found {
      result += source.substring(with: NSRange(location: end, length: match.range.location - end))
      for part in new.parts {
        switch part {
        case .text(let text): result += text
        case .group(let number):
          let range = match.range(at: number)
          if range.location != NSNotFound { result += source.substring(with: range) }
        }
      }
      end = match.range.location + match.range.length
    }
    return result + source.substring(from: end)
  }

  /// The parts of the text between matches, empty ones too; but an empty match at the very start cuts nothing off.
  package func parts(of text: String, _ pattern: String) throws(Stopped) -> [String]? {
    guard let ready = ready(pattern, .find), let found = try scan(text, ready) else { return nil }
    let source = text as NSString
    var parts: [String] = []
    var end = 0
    for match in found where match.range.location + match.range.length > 0 {
      parts.append(source.substring(with: NSRange(location: end, length: match.range.location - end)))
      end = match.range.location + match.range.length
    }
    parts.append(source.substring(from: end))
    return parts
  }

  // MARK: The engine

  /// The matches, at most `count`; nil where the limit of steps was reached or the engine gave up.
  private func scan(_ text: String, _ ready: Ready, upTo count: Int = .max) throws(Stopped)
    -> [NSTextCheckingResult]?
  {
    var found: [NSTextCheckingResult] = []
    var reports = 0
    var hasFailed = false
    var isStopped = false
    let range = NSRange(location: 0, length: text.utf16.count)
    ready.engine.enumerateMatches(in: text, options: [.reportProgress], range: range) { match, flags, stop in
      if let match { found.append(match) } else { reports += 1 }
      hasFailed = hasFailed || flags.contains(.internalError) || reports > Self.reportsMax
      isStopped = match == nil && self.isStopped()
      if hasFailed || isStopped || found.count >= count { stop.pointee = true }
    }
    if isStopped { throw Stopped() }
    return hasFailed ? nil : found
  }

  private func ready(_ text: String, _ way: Way) -> Ready? {
    let key = Key(text: text, way: way)
    if let known = kept.withLock({ $0[key] }) { return known }
    let made = Self.make(text, way)
    kept.withLock { kept in
      if kept.count >= Self.keptMax { kept = [:] }
      kept[key] = .some(made)
    }
    return made
  }

  private static func make(_ text: String, _ way: Way) -> Ready? {
    guard let pattern = try? JavaPattern(text) else { return nil }
    let icu = way == .whole ? "\\A(?:\(pattern.icu))\\z" : pattern.icu
    return (try? NSRegularExpression(pattern: icu)).map { Ready(pattern: pattern, engine: $0) }
  }
}
