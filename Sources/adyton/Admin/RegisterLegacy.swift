import Base
import ArgumentParser
import CleanRoom
import Metadata
import ObjectStorage

/// `adyton admin register-legacy`
struct RegisterLegacy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register-legacy",
    abstract: "Register data sets that were uploaded with the retired version 1.",
    discussion: """
      Queries that name one are refused with the advice to delete it and to upload its data again, to a data set of \
      another name. It is deleted like any other.
      """)

  @Option(help: "The folder with the server's state and objects (ADYTON_DATA).")
  var data = Environment.text("ADYTON_DATA") ?? DataFolder.defaultPath

  @Option(help: "The instance.")
  var instance: String

  @Argument(help: "The names of the data sets.")
  var names: [String]

  func run() async throws {
    let store = try DataFolder(path: data).openMetadata()
    let dataSets = DataSetService(store: store, rows: NoDataSetStorage(), clock: SystemClock())
    do {
      try await dataSets.registerLegacy(names, instanceID: instance)
    } catch let error as CleanRoomError {
      throw CommandFailure.refused(error.message)
    }
    print("Registered: \(names.count)")
    try store.close()
  }
}
