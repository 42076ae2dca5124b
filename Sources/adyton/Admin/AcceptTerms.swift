import Base
import ArgumentParser
import CleanRoom
import Metadata

/// `adyton admin accept-terms`
struct AcceptTerms: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept-terms",
    abstract: "Accept the terms of bringing data for a client.",
    discussion: """
      Clients can do so themselves, with GET and PATCH /amc/audiences/connections/terms. Without it, uploads and \
      advertiser audiences are refused.
      """)

  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Option(help: "The client's id.")
  var client: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    let store = try DataFolder(path: data).openMetadata()
    guard try await TermsService(store: store, clock: SystemClock()).accept(clientID: client) else {
      throw CommandFailure.refused("There is no such client.")
    }
    try printFields([("hasAccepted", "true")], json: json)
    try store.close()
  }
}
