import Foundation
import ServerTestSupport
import Testing

@testable import Migration

/// A folder with files to make plans of.
struct PlanFolder {
  let folder: TemporaryFolder
  let retired: RetiredAPI

  init() throws {
    folder = try TemporaryFolder()
    retired = try RetiredAPI.load()
  }

  /// What a file with that text comes to.
  func read(_ text: String, name: String = "input", _ change: (inout PlanSettings) -> Void = { _ in }) throws
    -> PlanReader
  {
    var settings = PlanSettings()
    change(&settings)
    var reader = PlanReader(retired: retired, settings: settings)
    let path = folder.file(name)
    try Data(text.utf8).write(to: URL(filePath: path))
    reader.read(path)
    return reader
  }

  /// `operation count place,place` of each call, without the folder's name.
  func summary(_ reader: PlanReader) -> [String] {
    reader.plan.entries.map { entry in
      let operations = entry.forms.isEmpty ? entry.path : entry.forms.map(\.operation).joined(separator: "|")
      return "\(operations) \(entry.count) \(entry.locations.map(\.position).joined(separator: ","))"
    }
  }

  /// Everything that is printed, as text and as JSON.
  func output(_ reader: PlanReader) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(PlanDocument(reader, retired: retired)), as: UTF8.self)
    return PlanText(reader, retired: retired).lines.joined(separator: "\n") + "\n" + json
  }
}
