import Catalog
import Foundation

/// An adversary who looks at each answer before it asks on, and says in the end what it believes.
struct AdaptiveAttack: Sendable {
  var name: String
  var secret: Secret
  /// What it would have learned had it worked.
  var learns: String
  /// Asks through the door, and gives what it has found out.
  var run: @Sendable (any Door) async throws -> String

  static let all: [AdaptiveAttack] = searches + probes
}

/// Passes questions on and keeps all that came back.
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

  /// Whether the query gives a row that is more than a count of nothing.
  func givesRows(_ sql: String) async throws -> Bool { try await ask(sql).data.contains { $0 != "0" } }

  /// The one number that the query gives.
  func number(_ sql: String) async throws -> Double? { try await ask(sql).data.first.flatMap { Double($0) } }
}
