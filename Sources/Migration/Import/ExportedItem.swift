/// Something that was exported from the retired API, as it was found.
package struct ExportedItem: Sendable {
  /// The kinds of items.
  package enum Kind: String, Sendable, Hashable, CaseIterable, Encodable {
    case dataSet
    case workflow
    case schedule
  }

  package let kind: Kind
  /// The members as they were exported.
  let json: JSONNode
  /// The file, and the line where there is an item a line.
  package let location: String

  /// Its own id; nil where it has none that can be one.
  package var id: String? {
    switch kind {
    case .dataSet: json["dataSetId"]?.string
    case .workflow: json["workflowId"]?.string
    case .schedule: json["scheduleId"]?.string
    }
  }
}

/// A part of a file that could not be imported.
package struct ImportProblem: Sendable, Hashable, Encodable {
  /// Stable names.
  package enum Code: String, Sendable, Hashable, CaseIterable, Encodable {
    case unreadable = "unreadable_file"
    case tooLarge = "file_too_large"
    case malformed = "malformed_file"
    /// An object that is no workflow, no schedule and no data set.
    case unknownItem = "unknown_item"
    /// An answer with a `nextToken`: it is not the last page, and the next ones are other files, or missing.
    case morePages = "more_pages"
  }

  /// The file, and the line where there is an item a line.
  package let place: String
  package let code: Code

  /// The meaning, in a sentence.
  package var text: String {
    switch code {
    case .unreadable: "the file can't be read"
    case .tooLarge: "the file is larger than \(ExportReader.fileByteLimit >> 20) MiB"
    case .malformed: "this is neither JSON nor a JSON object a line"
    case .unknownItem: "an object that is no workflow, no schedule and no data set"
    case .morePages: "a page of a list, with more pages behind it: make sure that they are among the files"
    }
  }

  /// Whether something of the file was not read, so that the import can't be called whole.
  package var isFailure: Bool {
    switch code {
    case .unreadable, .tooLarge, .malformed: true
    case .unknownItem, .morePages: false
    }
  }
}
