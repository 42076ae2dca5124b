import ArgumentParser
import CleanRoom
import Foundation
import ObjectStorage

/// The advertiser's side of the demo: a customer file, hashed and put into a bucket that the server may read.
struct DemoCustomers {
  /// The bucket and the key that the hashed file comes to.
  static let bucket = "demo-customers"
  static let key = "customers.csv"

  let folder: DataFolder
  let storage: StorageOptions
  let instanceID: String
  /// How many customers the file has.
  let count: Int

  /// Makes the customer file and hashes it with the commands that a person would type, and shows both. Returns how the
  /// first customer looks before and after.
  func hash() async throws -> (before: String, after: String) {
    let raw = folder.url.appending(path: "customers.csv")
    let hashed = folder.url.appending(path: "customers-hashed.csv")
    try await run(
      "sandbox people", ["--instance", instanceID, "--count", "\(count)", "--output", raw.path(percentEncoded: false)],
      hidden: ["--data", folder.url.path(percentEncoded: false)] + (try storage.arguments), SandboxPeopleCommand.self)
    let map = [
      "email=EMAIL", "phone=PHONE", "first_name=FIRST_NAME", "last_name=LAST_NAME", "address=ADDRESS", "city=CITY",
      "state=STATE", "zip=ZIP", "maid=MAID",
    ].flatMap { ["--map", $0] }
    try await run(
      "hash",
      [raw.path(percentEncoded: false)] + map + [
        "--country-column", "country_code", "--keep-all", "--output", hashed.path(percentEncoded: false),
      ],
      hidden: [], HashCommand.self)
    defer { try? FileManager.default.removeItem(at: hashed) }
    try await put(hashed)
    return (try Self.secondLine(of: raw), try Self.secondLine(of: hashed))
  }

  /// Says what a person would type, and does it.
  private func run<Command: AsyncParsableCommand>(
    _ name: String, _ arguments: [String], hidden: [String], _ type: Command.Type
  ) async throws {
    let shown = arguments.map { $0.replacing(folder.url.path(percentEncoded: false), with: "") }.joined(separator: " ")
    Output.line("\n  $ adyton \(name) \(shown)")
    guard var command = try Command.parseAsRoot(arguments + hidden) as? Command else { return }
    try await command.run()
  }

  /// A folder that stands for the bucket: its policy lets the server read, its tag names the instance.
  private func put(_ file: URL) async throws {
    let buckets = FolderBuckets(root: folder.bucketsFolder)
    try await buckets.make(Self.bucket, granting: .ofFolders)
    let tags = #"{"bucket": {"instanceId": "\#(instanceID)"}}"#
    let bucketFolder = folder.bucketsFolder.appending(path: Self.bucket)
    try Data(tags.utf8).write(to: bucketFolder.appending(path: FolderBuckets.tagsName), options: .atomic)
    try await buckets.bucket(named: Self.bucket).put(file, at: ObjectKey(Self.key))
  }

  private static func secondLine(of file: URL) throws -> String {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let start = String(decoding: try handle.read(upToCount: 1 << 16) ?? Data(), as: UTF8.self)
    return start.split(separator: "\n").dropFirst().first.map(String.init) ?? ""
  }
}
