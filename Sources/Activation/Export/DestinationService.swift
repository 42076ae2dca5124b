package import Base
import CleanRoom
import Foundation
package import Metadata
import ObjectStorage
import Warehouse

/// Destinations of exports and their audiences, for the operator: no client can use them.
package struct DestinationService: Sendable {
  private let store: MetadataStore
  private let clock: any WallClock
  private let identifiers: any IdentifierGenerator
  private let wakeRunner: @Sendable () -> Void

  package init(
    store: MetadataStore, clock: any WallClock = SystemClock(),
    identifiers: any IdentifierGenerator = RandomIdentifierGenerator(), wakeRunner: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.clock = clock
    self.identifiers = identifiers
    self.wakeRunner = wakeRunner
  }

  /// A destination with its exports.
  package struct Summary: Sendable, Hashable {
    package var destination: DestinationRecord
    package var exports: [AudienceExportRecord]
  }

  /// Makes a destination, with its own secret and without exports.
  ///
  /// - Parameter secret: `MemberExport.secretByteCount` unpredictable bytes.
  /// - Throws: `CleanRoomError`.
  package func add(
    name: String, bucket: String, prefix: String, instanceID: String, secret: [UInt8]
  ) async throws -> DestinationRecord {
    guard S3BucketName.isValid(bucket) else { throw CleanRoomError.invalidBucket }
    let prefix = prefix.split(separator: "/").joined(separator: "/")
    if !prefix.isEmpty {
      do { _ = try ObjectKey(prefix) } catch { throw CleanRoomError.invalidPrefix }
    }
    precondition(secret.count == MemberExport.secretByteCount, "a destination's secret has a fixed length")
    let destination = DestinationRecord(
      id: identifiers.uuid(), instanceID: instanceID, name: name, bucket: bucket, prefix: prefix, secret: Data(secret),
      createdAt: clock.now)
    try await store.write { transaction in
      guard let instance = try transaction.find(InstanceRecord.self, id: instanceID) else {
        throw CleanRoomError.unknownInstance
      }
      guard try !transaction.hasDestination(bucket: bucket, prefix: prefix) else { throw CleanRoomError.placeTaken }
      try transaction.insert(destination)
      try transaction.audit(
        .createDestination, of: destination.id, accountID: instance.accountID, by: .operatorAtMachine,
        at: destination.createdAt, details: ["bucket": bucket, "prefix": prefix, "instance": instanceID])
    }
    return destination
  }

  /// The destinations, oldest first; of one instance, if one is given.
  package func destinations(instanceID: String? = nil) async throws -> [Summary] {
    try await store.read { snapshot in
      try snapshot.destinations(instanceID: instanceID).map {
        Summary(destination: $0, exports: try snapshot.audienceExports(destinationID: $0.id))
      }
    }
  }

  /// Removes a destination: its exports are removed, and its secret is deleted.
  ///
  /// - Throws: `CleanRoomError`.
  package func remove(id: String) async throws {
    let now = clock.now
    try await store.write { transaction in
      var destination = try Self.destination(id, transaction)
      destination.removedAt = now
      // Removing needs no ids any more.
      destination.secret = Data()
      try transaction.update(destination)
      for var export in try transaction.audienceExports(destinationID: id) {
        export.isConnected = false
        try transaction.request(export, at: now)
      }
      try Self.audit(.deleteDestination, of: destination, transaction, at: now)
    }
    wakeRunner()
  }

  /// Exports the members of an audience to a destination from now on, and the present ones at once. Repeating it
  /// exports them again if the last try has failed.
  ///
  /// - Throws: `CleanRoomError`.
  package func connect(audienceID: String, to id: String) async throws {
    let now = clock.now
    let exportID = identifiers.uuid()
    try await store.write { transaction in
      let destination = try Self.destination(id, transaction)
      guard let audience = try transaction.find(AudienceRecord.self, id: audienceID) else {
        throw CleanRoomError.noExportableAudience
      }
      guard audience.instanceID == destination.instanceID,
        let instance = try transaction.find(InstanceRecord.self, id: audience.instanceID)
      else { throw CleanRoomError.otherInstance }
      try Self.audit(.connectAudience, of: destination, transaction, at: now, audienceID: audienceID)
      if var known = try transaction.audienceExport(destinationID: id, audienceID: audienceID) {
        known.isConnected = true
        return try transaction.request(known, at: now)
      }
      let export = AudienceExportRecord(
        id: exportID, destinationID: id, instanceID: instance.id, accountID: instance.accountID,
        audienceID: audienceID, createdAt: now)
      try transaction.insert(export)
      try transaction.request(export, at: now)
    }
    wakeRunner()
  }

  /// Ends the export of an audience to a destination, and removes the exported members.
  ///
  /// - Throws: `CleanRoomError`.
  package func disconnect(audienceID: String, from id: String) async throws {
    let now = clock.now
    try await store.write { transaction in
      let destination = try Self.destination(id, transaction)
      guard var export = try transaction.audienceExport(destinationID: id, audienceID: audienceID), export.isConnected
      else { throw CleanRoomError.notConnected }
      try Self.audit(.disconnectAudience, of: destination, transaction, at: now, audienceID: audienceID)
      export.isConnected = false
      try transaction.request(export, at: now)
    }
    wakeRunner()
  }

  private static func destination(
    _ id: String, _ transaction: WriteTransaction
  ) throws -> DestinationRecord {
    guard let destination = try transaction.find(DestinationRecord.self, id: id), destination.removedAt == nil else {
      throw CleanRoomError.unknownDestination
    }
    return destination
  }

  private static func audit(
    _ action: AuditAction, of destination: DestinationRecord, _ transaction: WriteTransaction, at now: Date,
    audienceID: String? = nil
  ) throws {
    try transaction.audit(
      action, of: destination.id,
      accountID: try transaction.find(InstanceRecord.self, id: destination.instanceID)?.accountID,
      by: .operatorAtMachine, at: now, details: audienceID.map { ["audience": $0] } ?? [:])
  }
}

extension AuditAction {
  static let createDestination = AuditAction("destination.create")
  static let deleteDestination = AuditAction("destination.delete")
  static let connectAudience = AuditAction("destination.connect")
  static let disconnectAudience = AuditAction("destination.disconnect")
}
