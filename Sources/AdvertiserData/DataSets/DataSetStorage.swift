package import FirstPartyData
package import Metadata
package import Warehouse

/// The rows of data sets, as the services of a clean room use them.
package protocol DataSetStorage: Sendable {
  /// Makes files part of a data set, all of them or none. Repeating the same upload changes nothing and has the same
  /// metrics.
  ///
  /// - Parameter validate: Called right before the rows become part of the data set, while nobody else can change its
  ///   files. If it throws, nothing is changed.
  /// - Throws: `LoadRefusal` for problems of the files; `CancellationError`, or an error of the engine or the storage.
  func load(
    _ request: UploadRequest, into schema: DataSetSchema, of instance: InstanceRecord,
    validate: () async throws -> Void
  ) async throws -> UploadMetrics

  /// Removes all files of a data set. A data set without files is no error.
  func deleteRows(ofDataSet uid: String, instanceID: String) async throws

  /// Removes the values of deleted columns from all files.
  func removeDeletedFields(of schema: DataSetSchema, instanceID: String) async throws

  /// Removes every row of the people behind these identities. The result does not say whether anybody is known.
  func remove(_ people: [PersonIdentity], from layouts: [RowLayout], of instance: InstanceRecord) async throws
}

/// The identifiers of one person.
package struct PersonIdentity: Sendable, Hashable, Codable {
  /// Values by `IdentifierKind.rawValue`; hashed kinds as lower-case hexadecimal SHA-256.
  private var values: [String: String]
  /// Two letters in upper case; nil if unknown.
  package var countryCode: String?

  package init(_ values: [IdentifierKind: String], countryCode: String?) {
    self.values = Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    self.countryCode = countryCode
  }

  package subscript(kind: IdentifierKind) -> String? { values[kind.rawValue] }
}

/// The storage of servers and tests without data sets: every use is an error of the server.
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
