/// Asks another process again and again, until `question` gives an answer. Only the suite's limit for hangs ends it.
///
/// - Parameter pause: The time between two questions, which the other process can use.
func polling<Value>(every pause: Duration = .milliseconds(20), _ question: () async throws -> Value?) async throws
  -> Value
{
  while true {
    if let answer = try await question() { return answer }
    try await Task.sleep(for: pause)
  }
}

/// Looks at another process again and again, until `condition` holds.
func pollingUntil(every pause: Duration = .milliseconds(1), _ condition: () async throws -> Bool) async throws {
  _ = try await polling(every: pause) { try await condition() ? true : nil }
}
