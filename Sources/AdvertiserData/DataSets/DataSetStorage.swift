package import FirstPartyData
package import Metadata
package import Warehouse

/// The rows of data sets, as the services of a clean room see them.
package protocol DataSetStorage: Sendable {
  /// Makes files part of a data set, all of them or none. The same upload again changes nothing and has the same metrics.
  ///
  /// - Parameter validate: Runs right before the rows become part of the data set, while nobody else can change its files;
  ///   what it throws ends the call with nothing changed.
  /// - Throws: `LoadRefusal` for what is wrong with the files; `CancellationError`, or an engine's or storage's error.
  func load(
    _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
    validate: () async throws -> Void
  ) async throws -> UploadMetrics

  /// Removes all files of a data set. One that has none is no error.
  func deleteRows(ofDataSet uid: String, instanceID: String) async throws

  /// Removes from all files the values of columns that the data set no longer has.
  func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws

  /// Removes every row of the people whom these identities are known to be. Whether anybody is, is not said.
  func remove(_ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord) async throws
}

/// What one person is found by.
package struct PersonIdentity: Sendable, Hashable, Codable {
  /// The values by `IdentifierKind.rawValue`: hashed kinds as lower-case hexadecimal SHA-256.
  private var values: [String: String]
  /// Two letters in upper case; nil where it is not known.
  package var countryCode: String?

  package init(_ values: [IdentifierKind: String], countryCode: String?) {
    self.values = Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    self.countryCode = countryCode
  }

  package subscript(kind: IdentifierKind) -> String? { values[kind.rawValue] }
}

/// For servers and tests without data sets: every use is an error of the server.
package struct NoDataSetStorage: DataSetStorage {
  struct Missing: Error {}

  package init() {}

  package func load(
    _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
    validate: () async throws -> Void
  ) async throws -> UploadMetrics { throw Missing() }

  package func deleteRows(ofDataSet uid: String, instanceID: String) async throws { throw Missing() }

  package func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws { throw Missing() }

  package func remove(
    _ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord
  ) async throws { throw Missing() }
}
