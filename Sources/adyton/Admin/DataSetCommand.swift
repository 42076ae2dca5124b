import AdvertiserData
import ArgumentParser
import Base
import CleanRoom
import Foundation
import Metadata

/// `adyton admin data-set`
struct DataSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data-set", abstract: "Data sets of the retired version 1 of the upload API.",
    subcommands: [Register.self])

  /// `adyton admin data-set register`
  struct Register: AdminVerb {
    static let configuration = CommandConfiguration(
      commandName: "register",
      abstract: "Register the names of data sets that were uploaded with version 1.",
      discussion: """
          adyton admin data-set register --instance shop --name orders --name returns

        Queries that name one are refused with the advice to delete it and to upload its data again, to a data set of \
        another name. It is deleted like any other.
        """)

    @OptionGroup var options: AdminOptions
    @OptionGroup var instance: InstanceOption

    @Option(name: .customLong("name"), help: "The name of a data set; may be given again.")
    var names: [String]

    func run(in store: MetadataStore) async throws {
      try await DataSetService(store: store, rows: NoDataSetStorage(), clock: SystemClock())
        .registerLegacy(names, instanceID: instance.id)
      try options.print(
        [("instance", instance.id), ("registered", String(names.count))], text: "Registered: \(names.count)")
    }
  }
}
