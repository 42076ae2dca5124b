import Foundation
import TestSupport
import Testing

/// All commands of the program, and the one grammar that they follow.
@Suite(.hangLimit) struct CommandGrammarTests {
  /// A command as the program describes itself.
  struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable {
        let name: String
      }

      let kind: String
      let names: [Name]?
      let valueName: String?
      let abstract: String?
      let isOptional: Bool
      let isRepeating: Bool

      var longName: String? { names?.map(\.name).max { $0.count < $1.count } }
    }

    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool
    let arguments: [Argument]?
    let subcommands: [Command]?
  }

  /// A command with the words that lead to it, without the program's name.
  struct Entry {
    let path: [String]
    let command: Command

    var isLeaf: Bool { command.subcommands?.isEmpty ?? true }
    var name: String { (["adyton"] + path).joined(separator: " ") }
    var arguments: [Command.Argument] { command.arguments ?? [] }

    var all: [Entry] {
      let below = (command.subcommands ?? []).filter { $0.commandName != "help" }
      return [self] + below.flatMap { Entry(path: path + [$0.commandName], command: $0).all }
    }
  }

  private static let entries: Result<[Entry], any Error> = Result {
    struct Tool: Decodable {
      let command: Command
    }
    let output = try Program.run("--experimental-dump-help")
    let tool = try JSONDecoder().decode(Tool.self, from: Data(output.text.utf8))
    return Entry(path: [], command: tool.command).all
  }

  /// Every verb of `adyton admin`: a new command takes one of them before it brings another.
  private static let verbs: Set = [
    "accept", "add", "approve", "connect", "create", "delete", "disconnect", "forget", "link", "list", "register",
    "remove", "reset", "revoke", "rotate", "set", "show", "subscribe", "unsubscribe", "update",
  ]

  @Test func everyCommandHasAnAbstract() throws {
    let entries = try Self.entries.get()
    #expect(entries.count > 50)
    for entry in entries {
      let abstract = entry.command.abstract ?? ""
      #expect(abstract.first?.isUppercase == true && abstract.hasSuffix("."), "\(entry.name): \(abstract)")
      #expect(entry.command.shouldDisplay, "\(entry.name) is hidden.")
      for argument in entry.arguments where argument.longName != "help" {
        #expect(argument.abstract?.isEmpty == false, "\(entry.name) \(argument.longName ?? argument.valueName ?? "")")
      }
    }
  }

  @Test func everyAdminCommandIsNounAndVerb() throws {
    let entries = try Self.entries.get().filter { $0.path.first == "admin" && $0.isLeaf }
    #expect(entries.count > 30)
    for entry in entries {
      try #require(entry.path.count == 3, "\(entry.name)")
      #expect(entry.path[1].contains(#/^[a-z]+(-[a-z]+)?$/#), "\(entry.name)")
      #expect(Self.verbs.contains(entry.path[2]), "\(entry.name)")
      let names = Set(entry.arguments.compactMap(\.longName))
      #expect(names.isSuperset(of: ["data", "json"]), "\(entry.name)")
      let positional = entry.arguments.filter { $0.kind == "positional" }
      #expect(positional.isEmpty, "\(entry.name) takes an argument that no option names.")
    }
  }

  /// The same option means the same wherever a command needs it.
  @Test(arguments: ["instance", "client", "account", "data", "storage"])
  func anOptionMeansTheSameEverywhere(_ name: String) throws {
    var meanings: [String: [String]] = [:]
    for entry in try Self.entries.get() where entry.isLeaf {
      for option in entry.arguments where option.longName == name && option.kind == "option" && !option.isRepeating {
        guard !option.isOptional || ["data", "storage"].contains(name) else { continue }
        meanings["\(option.valueName ?? ""): \(option.abstract ?? "")", default: []].append(entry.name)
      }
    }
    // The demo makes its own folder.
    let common = meanings.filter { $0.value != ["adyton demo"] }
    #expect(common.count == 1 && common.values.contains { $0.count > 1 }, "\(common)")
  }

  @Test func everyCommandHasHelp() throws {
    for entry in try Self.entries.get() where entry.path.count < 3 {
      let output = try Program.run(entry.path + ["--help"])
      #expect(output.status == 0, "\(entry.name)")
      #expect(output.text.contains("USAGE: \(entry.name)"), "\(entry.name)")
    }
  }

  @Test func examplesAreValidCommands() throws {
    let entries = try Self.entries.get()
    var count = 0
    for entry in entries {
      let discussion = (entry.command.discussion ?? "").replacing(" \\\n", with: " ")
      for line in discussion.split(separator: "\n") where line.hasPrefix("  adyton ") {
        let words = line.split(separator: " ").dropFirst().prefix { $0.contains(#/^[a-z-]+$/#) && !$0.hasPrefix("-") }
        let known = entries.filter { Array(words.map(String.init).prefix($0.path.count)) == $0.path }
        let command = try #require(known.max { $0.path.count < $1.path.count }, "\(line)")
        #expect(command.isLeaf || command.path == ["sandbox"], "\(entry.name): \(line)")
        for match in line.matches(of: #/--([a-z0-9-]+)/#) {
          #expect(command.arguments.contains { $0.longName == String(match.1) }, "\(entry.name): \(line)")
        }
        count += 1
      }
    }
    #expect(count > 20)
  }
}
