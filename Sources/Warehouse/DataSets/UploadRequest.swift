package import DifferentialPrivacy

/// How the rows of an upload meet those of the data set, partition by partition; with the names of AMC's guide "Upload
/// data to datasets".
package enum UpdateStrategy: String, Codable, Hashable, Sendable, CaseIterable {
  /// They join them.
  case additive = "ADDITIVE"
  /// They replace all of them.
  case fullReplace = "FULL_REPLACE"
  /// They replace those in the partitions that they fall into. For facts only.
  case overlapReplace = "OVERLAP_REPLACE"
  /// Those that fall into partitions which have rows already are left out. For facts only.
  case overlapKeep = "OVERLAP_KEEP"

  package var needsFacts: Bool {
    switch self {
    case .additive, .fullReplace: false
    case .overlapReplace, .overlapKeep: true
    }
  }
}

/// The compression of an upload's files, with the names of AMC's guide "Prepare data".
package enum UploadCompression: String, Codable, Hashable, Sendable, CaseIterable {
  case none = "NONE"
  case gzip = "GZIP"
  case zip = "ZIP"
  case bzip = "BZIP"
  case snappy = "SNAPPY"
}

/// The format of an upload's files.
package enum UploadFormat: Codable, Hashable, Sendable {
  case csv(CSVShape)
  /// One JSON object a line.
  case jsonLines
  case parquet
}

/// Files that are to become part of a data set, all of them in one step.
package struct UploadRequest: Hashable, Sendable {
  /// The upload's id, of which a data set takes in one at most.
  package var uploadID: String
  package var strategy: UpdateStrategy
  /// The country of rows that don't say theirs, as two letters; nil to go by the data set's.
  package var countryCode: String?
  package var compression: UploadCompression
  package var format: UploadFormat
  /// Files on the local disk; all of them have the one `format`.
  package var files: [LoadFile]

  package init(
    uploadID: String, strategy: UpdateStrategy, countryCode: String? = nil, compression: UploadCompression = .none,
    format: UploadFormat, files: [LoadFile]
  ) {
    self.uploadID = uploadID
    self.strategy = strategy
    self.countryCode = countryCode
    self.compression = compression
    self.format = format
    self.files = files
  }
}

/// The result of an upload in numbers.
package struct UploadMetrics: Codable, Hashable, Sendable {
  /// The rows of all files.
  package var inputRowCount = 0
  /// The rows that became part of the data set.
  package var outputRowCount = 0
  /// Those of them that were matched with a person.
  package var matchedRowCount = 0
  /// The rows that were left out for want of consent.
  package var deniedRowCount = 0
  /// How many different people the files have matched, those of rows that were replaced at once included; nil where
  /// they were not counted.
  package var matchedPersonCount: Int?

  package init(
    inputRowCount: Int = 0, outputRowCount: Int = 0, matchedRowCount: Int = 0, deniedRowCount: Int = 0,
    matchedPersonCount: Int? = nil
  ) {
    self.inputRowCount = inputRowCount
    self.outputRowCount = outputRowCount
    self.matchedRowCount = matchedRowCount
    self.deniedRowCount = deniedRowCount
    self.matchedPersonCount = matchedPersonCount
  }

  /// The numbers for clients. A matched record shows that its person is known, so matched rows of fewer people than
  /// `step` are left out, and others are rounded down to a multiple of it. Copies of one record count once.
  package func told(inStepsOf step: Int) -> UploadMetrics {
    let step = max(step, 1)
    var told = self
    told.matchedRowCount = (matchedPersonCount ?? 0) >= step ? matchedRowCount / step * step : 0
    told.matchedPersonCount = nil
    return told
  }

  /// What clients are told in noise mode: in place of the matched rows, of which one person can have any number, the
  /// number of different people with noise.
  ///
  /// - Parameter noise: nil to tell nothing of the matches.
  package func told(with noise: SizeNoise?, inStepsOf step: Int) -> UploadMetrics {
    let step = max(step, 1)
    let people = noise?.told(matchedPersonCount ?? 0, as: "matches") ?? 0
    var told = self
    told.matchedRowCount = min(people, outputRowCount) / step * step
    told.matchedPersonCount = nil
    return told
  }

  private enum CodingKeys: String, CodingKey {
    case inputRowCount = "InputRowCount"
    case outputRowCount = "OutputRowCount"
    case matchedRowCount = "MatchedRowCount"
    case deniedRowCount = "DeniedRowCount"
    case matchedPersonCount = "MatchedPersonCount"
  }
}
