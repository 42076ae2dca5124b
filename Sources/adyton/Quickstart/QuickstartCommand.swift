import ArgumentParser
import Foundation
import Login
import Metadata
import Sandbox

/// `adyton quickstart`: a sandbox, a client, and all that a first request needs.
struct QuickstartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quickstart",
    abstract: "Make a sandbox and a client, and print what a first request needs.",
    discussion: """
        adyton quickstart
        adyton serve

      Prints the URLs of the server, the credentials, the account and the instance, and a query with curl and in \
      Python to paste. Makes the sandbox where there is none, or where it was interrupted. The credentials are the \
      same each time: those of the quickstart, and no others, are kept in quickstart.json in the data folder, for its \
      owner only.

        eval "$(adyton quickstart --format env)"
        adyton quickstart --format python > query.py
      """)

  @OptionGroup var folder: FolderOptions

  @Option(help: "The id of the sandbox, which is made where there is none: up to 64 letters, digits, - and _.")
  var instance = "amcsandbox"

  @Option(help: "The number of users of a new sandbox.")
  var users = 20_000

  @Option(help: "The number of days of events of a new sandbox.")
  var days = 30

  @OptionGroup var privacy: PrivacyOptions

  @Option(help: "The form of the output.")
  var format = ConnectionFormat.text

  @OptionGroup(title: "Address") var address: AddressOptions
  @OptionGroup(title: "Storage") var storage: StorageOptions

  func validate() throws {
    if let problem = InstanceIDCheck.problem(with: instance) { throw ValidationError(problem) }
    guard try address.publicURL.value != nil || address.portNumber > 0 else {
      throw ValidationError("--port must be the server's: clients can't know a port that is chosen later.")
    }
  }

  func run() async throws {
    let folder = try folder.open()
    let metadata = try folder.openMetadata()
    defer { try? metadata.close() }
    let objects = try await storage.open(in: folder, of: metadata)
    let making = SandboxMaking(folder: folder, metadata: metadata, storage: objects)
    try await makeSandbox(making)
    guard let place = try await metadata.read({ try Connection.Place(instanceID: instance, in: $0) }) else {
      throw CommandFailure.refused("The sandbox '\(instance)' was deleted meanwhile.")
    }
    let credentials = try await QuickstartCredentials(folder: folder, metadata: metadata).client(of: place)
    let connection = Connection(base: try address.base, credentials: credentials, place: place)
    if let text = try connection.text(as: format) { Output.line(text) }
    guard format == .text else { return }
    CommandFailure.print(
      "\nThe server for it: adyton serve --data \(self.folder.data) --port \(try address.portNumber)")
  }

  private func makeSandbox(_ making: SandboxMaking) async throws {
    let provisioning = Provisioning(store: making.metadata)
    try privacy.require(of: try await provisioning.instance(id: instance))
    switch try await making.state(of: instance) {
    case .finished: return
    case .notASandbox, .ofOtherKind:
      throw CommandFailure.refused(
        """
        '\(instance)' is a standard instance. `adyton admin client create --instance \(instance)` makes a client for \
        it and prints the same.
        """)
    case .withoutPeople:
      throw CommandFailure.refused(
        """
        The sandbox '\(instance)' has no people: it was never filled, or interrupted while it was made. `adyton \
        sandbox --instance \(instance)` makes it again, and replaces the signals that it has.
        """)
    case .missing:
      _ = try await provisioning.createInstance(
        id: instance, name: "Sandbox", kind: .sandbox, isEmpty: false, privacy: privacy.value)
    case .interrupted:
      try await making.resume(instance)
      try await provisioning.addSandboxAdvertisers(instanceID: instance)
    }
    try await fill(making)
  }

  private func fill(_ making: SandboxMaking) async throws {
    let line = ProgressLine()
    do {
      let yesterday = Date(timeIntervalSinceNow: -86_400).formatted(.iso8601.year().month().day())
      var settings = try SandboxSettings(users: users, days: days, endDate: yesterday)
      settings.movesWithClock = true
      _ = try await making.fill(instance, settings) { line.show("making \(instance): \(Int($0 * 100)) %") }
      line.clear()
    } catch let error as InvalidSandboxSettings {
      throw CommandFailure.usage(error.message)
    } catch let error as any CustomStringConvertible & Error {
      line.clear()
      throw CommandFailure.refused("\(error)")
    }
  }
}
