import ArgumentParser
import Base
import Foundation

/// The forms in which a connection is printed.
enum ConnectionFormat: String, CaseIterable, ExpressibleByArgument {
  /// The values, and a first query as both scripts.
  case text
  /// Lines for a shell to evaluate, or for a file of environment variables.
  case env
  /// One object with the values, and with the scripts as `curl` and `python`.
  case json
  /// The script with curl alone.
  case curl
  /// The script in Python alone.
  case python
}

extension Connection {
  /// The connection as it is printed; nil for a script of a client that can't query anything by itself.
  func text(as format: ConnectionFormat) throws -> String? {
    let query = place.map { FirstQuery(connection: self, place: $0) }
    switch format {
    case .text: return text(query)
    case .env: return values.map { "export \($0.variable)='\($0.text)'" }.joined(separator: "\n")
    case .json: return try JSONEncoder.pretty.text(of: jsonMembers(query))
    case .curl: return query?.curl
    case .python: return query?.python
    }
  }

  private func text(_ query: FirstQuery?) -> String {
    let width = values.map(\.name.count).max() ?? 0
    let lines = values.map { $0.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.text }
    let block = lines.joined(separator: "\n")
    guard let query else { return block }
    return """
      \(block)

      A first query, to paste into a shell:

      \(query.curl)

      The same in Python:

      python3 - <<'END'
      \(query.python)
      END

      A token lives for an hour. Requests are held to AMC's rates, unless the server runs with --no-rate-limits.
      """
  }

  private func jsonMembers(_ query: FirstQuery?) -> [String: String] {
    var members = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.text) })
    members["curl"] = query?.curl
    members["python"] = query?.python
    return members
  }
}
