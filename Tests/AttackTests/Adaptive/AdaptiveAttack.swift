import Catalog
import Foundation

/// An adversary who looks at each response before the next query, and states a belief at the end.
struct AdaptiveAttack: Sendable {
  var name: String
  var secret: Secret
  /// The secret that a successful attack learns.
  var learns: String
  /// Runs queries through the door, and returns the belief.
  var run: @Sendable (any Door) async throws -> String

  static let all: [AdaptiveAttack] = searches + probes
}

/// Passes queries on and records all responses.
actor RecordingDoor: Door {
  private let door: any Door
  private(set) var answers: [Answer] = []

  init(_ door: any Door) { self.door = door }

  func ask(_ question: Question) async throws -> Answer {
    let answer = try await door.ask(question)
    answers.append(answer)
    return answer
  }
}

extension Door {
  func ask(_ sql: String) async throws -> Answer { try await ask(Question(sql: sql)) }

  /// Whether the query gives a row other than a count of 0.
  func givesRows(_ sql: String) async throws -> Bool { try await ask(sql).data.contains { $0 != "0" } }

  /// The single number that the query gives.
  func number(_ sql: String) async throws -> Double? { try await ask(sql).data.first.flatMap { Double($0) } }
}
