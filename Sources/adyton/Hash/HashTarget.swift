import Foundation
import ObjectStorage

/// The paths at which `adyton hash` reads, works and writes.
struct HashTarget: Sendable {
  let input: URL
  let output: URL
  private let workFolder: URL

  /// Ends the command where there is no such file, or where the result would replace one that it may not.
  init(input path: String, output: String?, overwrites: Bool) throws {
    input = URL(filePath: path).resolvingSymlinksInPath()
    self.output = output.map { URL(filePath: $0) } ?? Self.beside(URL(filePath: path))
    workFolder = self.output.deletingLastPathComponent().appending(
      path: ".adyton-hash", directoryHint: .isDirectory)
    let files = FileManager.default
    guard files.isReadableFile(atPath: input.path(percentEncoded: false)) else {
      throw CommandFailure.usage("There is no file '\(path)', or it can't be read.")
    }
    let there = self.output.resolvingSymlinksInPath()
    guard there.standardizedFileURL != input.standardizedFileURL, !Self.areSame(there, input) else {
      throw CommandFailure.usage("The result can't replace the file itself.")
    }
    guard overwrites || !files.fileExists(atPath: there.path(percentEncoded: false)) else {
      throw CommandFailure.usage(
        "'\(self.output.path(percentEncoded: false))' is there already; --overwrite replaces it.")
    }
  }

  /// `customers-hashed.csv` beside `customers.csv`.
  private static func beside(_ input: URL) -> URL {
    let name = input.lastPathComponent
    let end = [".csv.gz", ".csv", ".gz"].first { name.lowercased().hasSuffix($0) } ?? ""
    let stem = name.dropLast(end.count)
    return input.deletingLastPathComponent().appending(path: "\(stem)-hashed\(end.isEmpty ? ".csv" : end)")
  }

  private static func areSame(_ first: URL, _ second: URL) -> Bool {
    func node(_ url: URL) -> [Int]? {
      let attributes = try? FileManager.default.attributesOfItem(atPath: url.path(percentEncoded: false))
      guard let file = attributes?[.systemFileNumber] as? Int, let disk = attributes?[.systemNumber] as? Int else {
        return nil
      }
      return [file, disk]
    }
    return node(first).map { $0 == node(second) } ?? false
  }

  var isCompressed: Bool { output.lastPathComponent.lowercased().hasSuffix(".gz") }

  /// Gives the finished file the result's name, in one step.
  func publish(_ file: URL) throws {
    let result = rename(file.path(percentEncoded: false), output.path(percentEncoded: false))
    guard result == 0 else {
      throw CommandFailure.refused("The result can't be put at '\(output.path(percentEncoded: false))'.")
    }
  }

  /// A folder to work in, beside the result: a file can only be renamed within a disk. Files that killed runs left are
  /// removed.
  func makeWorkArea() throws -> StagingArea {
    do {
      return try TemporaryFolders(in: workFolder).make()
    } catch {
      throw CommandFailure.refused("\(error)")
    }
  }

  /// Removes all that is left of the work.
  func remove(_ area: StagingArea) {
    area.discard()
    rmdir(workFolder.path(percentEncoded: false))  // fails where another run works in there
  }
}
