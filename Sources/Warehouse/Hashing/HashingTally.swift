package import FirstPartyData
import Synchronization

/// Counts the outcomes of the values of a customer file, column by column, from all threads of the engine.
package final class HashingTally: Sendable {
  /// Values of one fate.
  package struct Found: Sendable, Hashable {
    /// How many.
    package var count = 0
    /// The first of them: its row from 1; its line once the work is done.
    package var first = Int.max

    mutating func add(_ other: Found) {
      count += other.count
      first = min(first, other.first)
    }

    mutating func add(row: Int) {
      add(Found(count: 1, first: row))
    }
  }

  /// The outcomes of the values of a column.
  package struct Counts: Sendable, Hashable {
    /// Values that were hashed.
    package var hashed = 0
    /// Values that were hashes before.
    package var alreadyHashed = 0
    /// Rows without a value.
    package var empty = 0
    /// Values that stay as they are.
    package var plain = 0
    /// Values that have no standard form; the result has none in their place.
    package var problems: [IdentifierProblem: Found] = [:]
    /// Values that stay although they hold an e-mail address.
    package var readable = Found()

    mutating func add(_ other: Counts) {
      hashed += other.hashed
      alreadyHashed += other.alreadyHashed
      empty += other.empty
      plain += other.plain
      problems.merge(other.problems) { first, second in
        var sum = first
        sum.add(second)
        return sum
      }
      readable.add(other.readable)
    }
  }

  /// The content of each column of the plan.
  let uses: [HashingPlan.Use]
  private let counts: Mutex<[Counts]>

  init(_ plan: HashingPlan) {
    uses = plan.columns.map(\.use)
    counts = Mutex(Array(repeating: Counts(), count: uses.count))
  }

  func add(_ counted: Counts, column: Int) {
    counts.withLock { $0[column].add(counted) }
  }

  var all: [Counts] { counts.withLock { $0 } }
}

/// Decides over single values, and counts.
struct ValueHashing {
  let use: HashingPlan.Use
  private(set) var counts = HashingTally.Counts()

  /// The value in the result; nil for none.
  mutating func result(of value: String?, countryCode: String?, row: Int) -> String? {
    guard let value else {
      counts.empty += 1
      return nil
    }
    guard case .identifier(let kind) = use else {
      return use == .country ? country(value, row: row) : plain(value, row: row)
    }
    switch IdentifierOutcome(of: value, kind: kind, countryCode: countryCode) {
    case .empty:
      counts.empty += 1
      return nil
    case .hashed(let hash):
      counts.hashed += 1
      return hash
    case .alreadyHashed(let hash):
      counts.alreadyHashed += 1
      return hash
    case .plain(let text): return plain(text, row: row)
    case .problem(let problem):
      counts.problems[problem, default: .init()].add(row: row)
      return nil
    }
  }

  /// The code of two letters, which uploads take; nil where the text is no country.
  private mutating func country(_ value: String, row: Int) -> String? {
    if let code = CountryCode.standardised(value) {
      counts.plain += 1
      return code
    }
    if CountryCode.isUnstated(value) {
      counts.empty += 1
    } else {
      counts.problems[.countryNotKnown, default: .init()].add(row: row)
    }
    return nil
  }

  private mutating func plain(_ value: String, row: Int) -> String {
    counts.plain += 1
    if Self.holdsEmail(value) { counts.readable.add(row: row) }
    return value
  }

  /// Whether the text holds something like `name@host.domain`.
  private static func holdsEmail(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return false }
    return text.contains(/[^\s@]@[^\s@]+\.[^\s@]/)
  }
}
