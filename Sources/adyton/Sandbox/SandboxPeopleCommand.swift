import ArgumentParser
import Foundation
import ObjectStorage
import Sandbox
import Warehouse

/// `adyton sandbox people`: the customers of a sandbox's advertiser, as a customer file.
struct SandboxPeopleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people",
    abstract: "Print a customer file of synthetic people, most of whom the sandbox knows.",
    discussion: """
        adyton sandbox people --instance trial --count 5000 --output customers.csv

      CSV with a header: e-mail address, phone, name, postal address and MAID as people write them, and three columns \
      of the advertiser's own. `adyton hash` makes a file of it that can be uploaded. Of each hundred customers the \
      sandbox knows exactly eighty: most by e-mail address, some by phone, postal address or device. E-mail addresses \
      are at example domains, and phone numbers are set aside for fiction.
      """)

  /// Enough for the measures of each loyalty tier to reach the aggregation thresholds.
  static let defaultCount = 5_000

  @Option(help: InstanceOption.help)
  var instance = "amcsandbox"

  @Option(help: "The number of customers.")
  var count = defaultCount

  @Option(name: .shortAndLong, help: "The file to write. (default: standard output)", completion: .file())
  var output: String?

  @OptionGroup var folder: FolderOptions

  @OptionGroup(title: "Storage") var storage: StorageOptions

  func run() async throws {
    if let problem = InstanceIDCheck.problem(with: instance) { throw CommandFailure.usage(problem) }
    let folder = try folder.open()
    try await CommandFailure.refusing {
      let storage = try await storage.open(in: folder, of: try folder.openMetadata())
      let people = try await SandboxPeople.ofInstance(instance, count: count, in: storage)
      let area = try await storage.stage()
      defer { area.discard() }
      let file = try area.location(of: "people.csv")
      try await people.writeCustomers(count, to: file, engine: folder.engineSettings)
      try deliver(file.fileURL)
    }
  }

  /// Prints the finished file, or puts it at the output's path: an output file is there whole or as it was.
  private func deliver(_ file: URL) throws {
    guard let output else {
      let handle = try FileHandle(forReadingFrom: file)
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        try FileHandle.standardOutput.write(contentsOf: chunk)
      }
      return
    }
    try Data(contentsOf: file, options: .mappedIfSafe).write(to: URL(filePath: output), options: .atomic)
    Output.line("\(output): \(count.formatted()) customers")
  }
}
